"""How the ways to the marketplaces stand: slots left, and since when and until when tokens hold."""

import json
from dataclasses import dataclass
from datetime import datetime

from torgpred.channels.core.contract import Limit
from torgpred.channels.core.shops import ShopCard
from torgpred.channels.core.tokens import ends_at
from torgpred.channels.families import families
from torgpred.channels.models import Credential
from torgpred.channels.services.opening import account_of, credential_context
from torgpred.runtime import slots
from torgpred.runtime.scope import operator_scope
from torgpred.runtime.secrets import WrongKeyError, unseal


@dataclass(frozen=True, slots=True)
class RateLeft:
    """What is left of one rate of a shop: calls that may go at once.

    `quick` is for stock and orders, `bulk` for the rest; `amount` in `seconds` is the rate itself;
    `held` seconds nothing goes, since the marketplace said so.
    """

    key: str
    amount: int
    seconds: float
    burst: int
    quick: int
    bulk: int
    held: float


@dataclass(frozen=True, slots=True)
class TokenDates:
    """Since when a shop's secrets are in place, and when the first of them ends, if it says so."""

    since: datetime
    ends_at: datetime | None


def rates_left(shops: list[ShopCard]) -> dict[int, list[RateLeft]]:
    """Return what is left of the rates of some shops, by shop; nothing is taken."""
    known = families()
    asked = [
        (card.id, limit, _pace(card, limit))
        for card in shops
        if card.family in known
        for limit in known[card.family].limits
    ]
    left = slots.left([pace for _, _, pace in asked])
    found: dict[int, list[RateLeft]] = {card.id: [] for card in shops}
    for shop_id, limit, pace in asked:
        one = left[pace.key]
        found[shop_id].append(
            RateLeft(limit.key, limit.amount, limit.seconds, one.burst, one.quick, one.bulk,
                     one.held)
        )  # fmt: skip
    return found


def token_dates() -> dict[int, TokenDates]:
    """Return the dates of every shop's secrets. Secrets are looked into here and go nowhere."""
    with operator_scope():
        rows = list(Credential.objects.order_by("shop_id"))
    return {row.shop_id: TokenDates(row.changed_at, _end(row)) for row in rows}


def _pace(card: ShopCard, limit: Limit) -> slots.Pace:
    return slots.pace(
        key=f"{account_of(card)} {limit.key}",
        amount=limit.amount,
        seconds=limit.seconds,
        burst=limit.burst,
        kept=limit.kept_for_stock_and_orders,
    )


def _end(row: Credential) -> datetime | None:
    try:
        secrets = json.loads(unseal(row.sealed, credential_context(row.shop_id)))
    except WrongKeyError:
        return None
    ends = [end for end in (ends_at(str(one)) for one in secrets.values()) if end is not None]
    return min(ends, default=None)
