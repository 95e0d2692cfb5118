"""What there is to tell, found by looking, written down once under a key that names the thing."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db import connection

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import MemberCard, TenantCard
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.papers import Standing
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard, ShopState
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings import selectors as listings
from torgpred.notices.core.kinds import Channel, Kind, digest_key, due
from torgpred.notices.models import Notice, Wish
from torgpred.notices.services.wishes import wish_of
from torgpred.orders.selectors import pulls
from torgpred.orders.selectors.messages import late_dialogues
from torgpred.runtime.jobs import wake
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope, scope

_log = logger(__name__)
MOST: Final = 1_000
"""Things of a kind that are found at one look, the newest of them."""
SILENT: Final = timedelta(hours=1)
"""So long after the last reading of a shop's orders a reading that breaks off is told."""
_SHIP_BY: Final = """
    SELECT seller_id, date_trunc('hour', ship_by), count(*)::int FROM orders_consignment
    WHERE phase = 'to_ship' AND phase IN ('placed', 'to_ship') AND ship_by > %s AND ship_by < %s
    GROUP BY 1, 2 ORDER BY 1, 2
"""
_SHORT: Final = """
    SELECT seller_id, sku, sum(pieces)::int FROM orders_shortage
    WHERE settled_at IS NULL GROUP BY 1, 2 ORDER BY max(noticed_at) DESC LIMIT %s
"""
_REJECTED: Final = """
    SELECT id, seller_id, shop_id, product_key, applied_at FROM listings_listedproduct
    WHERE status = 'rejected' AND gone_at IS NULL
    ORDER BY applied_at DESC NULLS LAST, id DESC LIMIT %s
"""


class Found(NamedTuple):
    """Something to tell the members of a tenant."""

    tenant_id: int
    kind: Kind
    key: str
    data: dict[str, Any]


Finder = Callable[[datetime], Iterable[Found]]
_FINDERS: Final[list[Finder]] = []


def look_also(finder: Finder) -> Finder:
    """Let a higher area's finder be asked, too, at each look: it returns what it has to tell."""
    if finder not in _FINDERS:
        _FINDERS.append(finder)
    return finder


def gather(moment: datetime | None = None) -> int:
    """Write down what members are to be told; return how many notices are new.

    Repeating it writes nothing twice: the key names the thing, the database keeps it unique for
    each member and channel. No buyer's data is taken along.
    """
    at = moment or now()
    by_tenant: dict[int, list[Found]] = defaultdict(list)
    for one in look(at):
        by_tenant[one.tenant_id].append(one)
    made = 0
    for tenant in [*accounts.sellers(), *accounts.operators()]:
        for member in accounts.members(tenant.id):
            if member.ended_at is None:
                made += _write(member, by_tenant[tenant.id], at)
    return made


def look(at: datetime) -> list[Found]:
    """Return all that there is to tell at a moment."""
    shops = {one.id: one for one in channels.shops()}
    names = {number: one.name for number, one in shops.items()}
    found = [*_orders(at), *_listings(names)]
    for one in late_dialogues(limit=MOST):
        key = f"message:{one.id}:{one.waiting_since:%Y%m%dT%H%M%S}"
        data = {"order": one.order} if one.order else {"thing": "alone"}
        found.append(Found(one.tenant_id, Kind.MESSAGE, key, data))
    found += _access(shops, at)
    for tenant in accounts.sellers():
        found += _papers(tenant, at)
    for finder in _FINDERS:
        try:
            found += finder(at)
        except TorgpredError as error:  # one area's trouble keeps no other notice back
            _log.warning("a finder of notices failed", reason=str(error))
    return found


def _access(shops: dict[int, ShopCard], at: datetime) -> Iterator[Found]:
    """Yield shops that do not let us in: by their last test, or by what daily work met."""
    trials = channels.trials()
    dead = {one.shop_id for one in listings.stock_to_tell() if one.needs_person}
    # A shop without stock to tell is found dead by its orders alone.
    dead |= {
        one.shop_id
        for one in pulls()
        if one.trouble
        and (one.pulled_at is None or at - one.pulled_at > SILENT)
        and one.shop_id in shops
        and shops[one.shop_id].state is ShopState.ACTIVE
    }
    for number, shop in shops.items():
        trial = trials.get(number)
        if shop.state is ShopState.CLOSED:
            continue
        if number in dead:
            day = at
        elif trial is not None and not trial.ok:
            day = trial.at
        else:
            continue
        key = f"access:{number}:{day:%Y%m%d}"
        yield Found(shop.tenant_id, Kind.ACCESS, key, {"shop": shop.name})


def _orders(at: datetime) -> Iterator[Found]:
    # Whole hours: what leaves in one of them is told together, once.
    until = (at + timedelta(hours=25)).replace(minute=0, second=0, microsecond=0)
    for seller, hour, count in _rows(_SHIP_BY, at, until):
        data = {"count": count, "at": hour.isoformat()}
        yield Found(seller, Kind.SHIP_BY, f"ship_by:{hour:%Y%m%dT%H}", data)
    for seller, sku, pieces in _rows(_SHORT, MOST):
        # Once a day while it stands: its pieces change with every order and delivery.
        key = f"shortage:{at:%Y%m%d}:{sku}"
        yield Found(seller, Kind.SHORTAGE, key, {"sku": sku, "pieces": pieces})


def _listings(shops: dict[int, str]) -> Iterator[Found]:
    for number, seller, shop, product, applied in _rows(_REJECTED, MOST):
        sent = f"{applied:%Y%m%dT%H%M%S}" if applied else ""
        data = {"shop": shops.get(shop, "—"), "product": product}
        yield Found(seller, Kind.REJECTED, f"rejected:{number}:{sent}", data)


def _papers(tenant: TenantCard, at: datetime) -> Iterator[Found]:
    for paper in catalogue.papers(tenant.id):
        if paper.standing(at.date()) in {Standing.ENDING, Standing.ENDED} and paper.valid_until:
            data = {"paper": paper.shown, "day": paper.valid_until.isoformat()}
            yield Found(tenant.id, Kind.PAPER, f"paper:{paper.id}:{paper.valid_until}", data)


def _rows(query: str, *given: datetime | int) -> list[tuple[Any, ...]]:
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(query, list(given))
        return list(cursor.fetchall())


def _write(member: MemberCard, found: list[Found], at: datetime) -> int:
    wish = wish_of(member)
    told = [*found, *_digest(member, wish, found, at)]
    when = due(at, wish.zone, wish.quiet_from, wish.quiet_until)
    ways = [*([Channel.MAIL] if wish.mail else []), *([Channel.WEBHOOK] if wish.webhook else [])]
    rows = [
        Notice(
            tenant_id=member.tenant_id, member_id=member.id, channel=way.value,
            kind=one.kind.value, key=one.key[:300], data=one.data, made_at=at, due_at=when,
        )
        for one in told
        if one.kind.value not in wish.off
        for way in ways
    ]  # fmt: skip
    if not rows:
        return 0
    with scope(member.tenant_id):
        mine = Notice.objects.filter(member_id=member.id, key__in={one.key for one in rows})
        known = set(mine.values_list("channel", "key"))
        new = [one for one in rows if (one.channel, one.key) not in known]
        if new:
            Notice.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
            wake("notices.due")
    return len(new)


def _digest(member: MemberCard, wish: Wish, found: list[Found], at: datetime) -> Iterator[Found]:
    key = digest_key(at, wish.zone, wish.digest_hour)
    if key:
        data = {
            "ship": sum(one.data["count"] for one in found if one.kind is Kind.SHIP_BY),
            "short": sum(one.kind is Kind.SHORTAGE for one in found),
            "late": sum(one.kind is Kind.MESSAGE for one in found),
        }
        yield Found(member.tenant_id, Kind.DIGEST, key, data)
