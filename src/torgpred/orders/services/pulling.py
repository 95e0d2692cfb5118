"""Pull: a shop's orders are read by their time of change, window after window, and taken in.

Windows overlap by what the marketplace needs to show a change, so that none is left out; what is
read twice is recognised. Most walks are quick: they overlap by seconds, so that a sale day's
orders are not read again and again; once a minute a full one makes up for what showed late, a few
pages after each quick one, so that what is new need not wait for it. How far a full walk came is
kept only after its orders are in: a process that dies reads some pages again and loses nothing.
"""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import msgspec

from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import Capabilities
from torgpred.channels.core.shops import ShopCard
from torgpred.channels.core.trade import Trade
from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError
from torgpred.listings.core.question import joint_prefix
from torgpred.listings.services.contexts import names_before_us
from torgpred.orders import models
from torgpred.orders.services import turns
from torgpred.orders.services.accepting import Accepted, accept
from torgpred.orders.services.intake import Intake
from torgpred.orders.services.staging import Staged, Whose
from torgpred.orders.services.unread import keep_unread
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope

TOGETHER = 1_000
"""Orders that are gathered before they are taken in, at most."""
LINGER = 0.05
"""Seconds that the first of them waits for others."""
FIRST_LOOK = timedelta(days=30)
"""How far back the first pull of a shop looks."""
AFTER_TROUBLE = timedelta(seconds=20)
QUICK_OVERLAP = timedelta(seconds=5)
QUICK_REACH = timedelta(seconds=60)
"""What was not pulled for longer is pulled by a full walk alone."""
FULL_EVERY = timedelta(seconds=60)

Progress = Callable[[int], None]
"""Told how many orders were read so far."""


class Pulled(msgspec.Struct):
    """What a pull came to, in orders."""

    read: int = 0
    new: int = 0
    changed: int = 0
    short: int = 0
    unread: int = 0

    @property
    def brought(self) -> bool:
        """Tell whether anything was not here before."""
        return self.new + self.changed > 0

    def as_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return msgspec.structs.asdict(self)

    def add(self, accepted: Accepted) -> None:
        """Count a batch."""
        self.read += accepted.orders
        self.new += accepted.new
        self.changed += accepted.changed
        self.short += accepted.short
        self.unread += accepted.refused


def pull(
    *,
    shop_id: int,
    since: datetime | None = None,
    most: int | None = None,
    on_progress: Progress = lambda _: None,
) -> Pulled:
    """Read all orders of a shop that changed since the last pull, and take them in.

    `since` reads again from a moment on. Goes on with a full walk that broke off. With `most`, a
    full walk that follows a quick one ends after so many batches; the next pull goes on with it.
    Raises RetryLaterError or NeedsPersonError where the marketplace does not answer: what was read
    until then is in.
    """
    card = channels.shop(shop_id)
    connector = channel_services.open(shop_id)
    capabilities = channel_services.family_of(shop_id).capabilities
    pulled = Pulled()
    walk = _Walk(card, connector, whose_of(card), pulled, on_progress)
    try:
        quick = None if since is not None else _begin_quick(card)
        if quick is not None and walk.go(quick):
            _finish(card, quick, capabilities)
        full = _begin_full(card, since)
        if full is not None and walk.go(full, None if quick is None else most):
            _finish(card, full, capabilities)
    except OutboundError as error:
        _broke_off(card, error)
        raise
    return pulled


def whose_of(card: ShopCard) -> Whose:
    """Return how a shop's SKUs name sellers and their offers."""
    prefixes = {}
    if card.joint:
        prefixes = {joint_prefix(one): one for one in channels.admitted(card.id)}
    return Whose(owner=card.tenant_id, prefixes=prefixes, others=names_before_us(card.id))


class _Place(msgspec.Struct, frozen=True):
    """A walk: its window, where it goes on, and whether all before its end is read then."""

    since: datetime
    until: datetime
    cursor: str
    full: bool


@dataclass(frozen=True, slots=True)
class _Walk:
    """Reads a shop's pages and has them taken in."""

    card: ShopCard
    connector: Trade
    whose: Whose
    pulled: Pulled
    on_progress: Progress

    def go(self, place: _Place, most: int | None = None) -> bool:
        """Read page after page while those before are taken in, keeping how far a full walk came.

        With `most` it may end after so many batches, and where the process is to stop after any;
        False where it ended so.
        """
        cursor, batches = place.cursor, 0
        with ExitStack() as stack:
            intake: Intake | None = None
            while True:
                staged, unread, cursor = _gather(
                    self.card, self.connector, self.whose, place, cursor
                )
                batches += 1
                if unread:
                    self.pulled.unread += keep_unread(
                        tenant_id=self.card.tenant_id, shop_id=self.card.id, contents=unread
                    )
                then = partial(self._taken, place, cursor)
                if intake is None and not cursor:
                    # All there is, as on most walks: not worth a hand with its own connection.
                    then(accept(staged))
                    return True
                intake = intake or stack.enter_context(Intake())
                intake.give(staged, then)
                if not cursor or jobs.stopping() or (most is not None and batches >= most):
                    return not cursor

    def _taken(self, place: _Place, cursor: str, accepted: Accepted) -> None:
        self.pulled.add(accepted)
        self.on_progress(self.pulled.read)
        if cursor and place.full:
            _go_on(self.card, place, cursor)


def _gather(
    card: ShopCard, connector: Trade, whose: Whose, place: _Place, cursor: str
) -> tuple[Staged, list[str], str]:
    """Read pages until there are enough orders, or the first of them waited long enough."""
    staged = Staged()
    unread: list[str] = []
    begin = time.monotonic()
    while staged.count < TOGETHER:
        page = connector.orders(place.since, place.until, cursor)
        staged.add(card.id, whose, page.orders)
        unread += page.unreadable
        cursor = page.next
        if not cursor or time.monotonic() - begin > LINGER:
            break
    return staged, unread, cursor


def _begin_quick(card: ShopCard) -> _Place | None:
    """Return the window since shortly before the last walk's end; None where that is long ago."""
    moment = now()
    with operator_scope():
        row = models.Pull.objects.filter(shop_id=card.id).first()
    if row is None or row.walked_until is None or moment - row.walked_until > QUICK_REACH:
        return None
    # A quick walk that breaks off is not gone on with: its window is not known to later ones.
    start = max(row.finished_until, row.walked_until - QUICK_OVERLAP)
    return _Place(start, moment, "", full=False)


def _begin_full(card: ShopCard, since: datetime | None) -> _Place | None:
    """Return the window of all that is not known to be finished; None where none is due."""
    moment = now()
    with operator_scope():
        row, _ = models.Pull.objects.select_for_update().get_or_create(
            shop_id=card.id,
            defaults={"tenant_id": card.tenant_id, "finished_until": moment - FIRST_LOOK},
        )
        if since is not None:
            row.finished_until = min(since, row.finished_until)
        elif row.walk_until is not None and row.cursor:
            return _Place(row.finished_until, row.walk_until, row.cursor, full=True)
        elif row.full_at is not None and moment - row.full_at < FULL_EVERY:
            return None
        row.walk_until, row.cursor = moment, ""
        row.save(update_fields=["finished_until", "walk_until", "cursor"])
        return _Place(row.finished_until, moment, "", full=True)


def _go_on(card: ShopCard, place: _Place, cursor: str) -> None:
    with operator_scope():
        models.Pull.objects.filter(shop_id=card.id, walk_until=place.until).update(cursor=cursor)


def _finish(card: ShopCard, place: _Place, capabilities: Capabilities) -> None:
    overlap = timedelta(seconds=capabilities.orders_overlap_seconds)
    with operator_scope():
        row = models.Pull.objects.select_for_update().get(shop_id=card.id)
        if place.full:
            row.finished_until = max(row.finished_until, place.until - overlap)
            row.full_at, row.walk_until, row.cursor = place.until, None, ""
        row.walked_until = max(place.until, row.walked_until or place.until)
        row.pulled_at, row.not_before, row.trouble = now(), None, ""
        row.save()


def _broke_off(card: ShopCard, error: OutboundError) -> None:
    with operator_scope():
        models.Pull.objects.filter(shop_id=card.id).update(
            trouble=str(error), not_before=now() + turns.rest(error, AFTER_TROUBLE)
        )


def due() -> list[int]:
    """Return the active shops whose next pull may begin, the longest waiting first."""
    return turns.due("orders_pull")
