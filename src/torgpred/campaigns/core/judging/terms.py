"""What offers are judged by: a rule set and a campaign, made ready once for one shop."""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal
from math import inf
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from torgpred.campaigns.core.coupons import Giving
from torgpred.campaigns.core.judging.history import Period, Spell, Window, window_before
from torgpred.campaigns.core.outline import Outline, PhaseKind
from torgpred.campaigns.core.rules import RuleSet
from torgpred.kernel.digests import digest_of
from torgpred.listings.core.pricing import Costs, Pricer
from torgpred.listings.core.remarks import Remark
from torgpred.programmes.core.values import Programme

FRESH: Final = 86_400.0
"""Seconds for which a look at a shop is good: a price seen then is taken to stand."""
VERSION: Final = 3
"""Part of every digest: raise it when the same inputs should give another verdict."""


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a simulation tries instead of what the campaign has; None: as it is."""

    percent: Decimal | None = None
    look_back_days: int | None = None
    floor: Decimal | None = None


class Terms(msgspec.Struct, frozen=True):
    """What every offer of a campaign is judged by. Moments are seconds of the epoch."""

    rules: RuleSet
    outline: Outline
    percent: Decimal | None
    floor: Decimal | None
    look_back: Window | None
    low: Window | None
    reduced_from: float
    at: float
    day: float
    """When the day of judging began there: what ends later is yet to come."""
    frozen: tuple[float, float] | None
    ship_days: int | None
    """Days from the last order to the last moment of shipping; None: not asked for."""
    giving: Giving
    digest: bytes
    """16 bytes over all that verdicts depend on beside the offers; the day is in it."""

    @property
    def local(self) -> bool:
        """Tell whether only goods in the buyers' country may take part."""
        return bool(self.rules.local_stock) or self.outline.local_first


class Place(msgspec.Struct, frozen=True):
    """One seller in one shop, as far as verdicts depend on it."""

    pricer: Pricer
    lead_time_days: int | None
    looked_at: float | None
    """When the shop was last looked through; None: never."""
    stars: Decimal | None
    """The seller's rating there."""
    programme: Programme | None = None
    """The programme that the rules ask for, where the shop's marketplace has it."""

    def stands_to(self, at: float) -> float:
        """Return until when a price that stands is taken to be known."""
        if self.looked_at is None:
            return -inf
        return inf if at - self.looked_at <= FRESH else self.looked_at


class Admission(msgspec.Struct, frozen=True, gc=False):
    """What the programme that the rules ask for says of an offer, as it was judged last.

    `lacks` are codes of its conditions that are not met; `pieces` are short in its country.
    """

    verdict: str
    lacks: tuple[str, ...] = ()
    pieces: int = 0


class Contender(msgspec.Struct, gc=False):
    """One offer that may take part, with all that a verdict looks at.

    `status` is empty where it is not listed; `worked_out`: a desired state knows it. `pieces` are
    free anywhere, `local` in the buyers' country, None where nobody told. `cap`: a person wants a
    price no higher than that.
    """

    offer_key: str
    status: str
    worked_out: bool
    in_catalogue: bool
    refused: bool
    holds: tuple[Remark, ...]
    price: Decimal | None
    listed: Decimal | None
    costs: Costs
    periods: Sequence[Period]
    pieces: int | None
    local: int | None
    stars: Decimal | None
    cap: Decimal | None = None
    spells: Sequence[Spell] = ()
    """Its prices for a time in that shop, this campaign's own among them."""
    admission: Admission | None = None
    """None: the programme did not judge it, or none is asked for."""


def make_terms(
    *,
    rules: RuleSet,
    outline: Outline,
    giving: Giving,
    at: datetime,
    change: Change | None = None,
) -> Terms:
    """Make terms of a rule set and a campaign, as of a moment."""
    tried = change or Change()
    start = outline.reduced_from
    look_back = tried.look_back_days or rules.look_back_days
    percent = tried.percent if tried.percent is not None else percent_off(rules, outline)
    floor = tried.floor if tried.floor is not None else outline.floor
    freeze = outline.phase(PhaseKind.PRICE_FREEZE)
    zone = ZoneInfo(outline.zone)
    day = at.astimezone(zone).date()
    low_days = rules.low_days and (tried.look_back_days or rules.low_days)
    said = [VERSION, rules, outline, percent, floor, look_back, low_days, giving, day]
    return Terms(
        rules=rules,
        outline=outline,
        percent=percent,
        floor=floor,
        look_back=None if look_back is None else window_before(start, outline.zone, look_back),
        low=None if low_days is None else window_before(start, outline.zone, low_days),
        reduced_from=start.timestamp(),
        at=at.timestamp(),
        day=datetime.combine(day, time(), zone).timestamp(),
        frozen=None if freeze is None else (freeze.starts.timestamp(), freeze.ends.timestamp()),
        ship_days=_ship_days(outline, zone),
        giving=giving,
        digest=digest_of(said),
    )


def percent_off(rules: RuleSet, outline: Outline) -> Decimal | None:
    """Return what is taken off: the campaign's own percent, never less than the rules'."""
    known = [one for one in (rules.percent_off, outline.percent) if one is not None]
    return max(known, default=None)


def _ship_days(outline: Outline, zone: ZoneInfo) -> int | None:
    ship_by = outline.phase(PhaseKind.SHIP_BY)
    if ship_by is None:
        return None
    last = outline.sold_until.astimezone(zone)
    return max((ship_by.ends.astimezone(zone) - last).days, 0)
