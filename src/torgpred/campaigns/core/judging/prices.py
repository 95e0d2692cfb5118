"""The test of the price: what the reduction is counted from, and the campaign's price."""

from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from torgpred.campaigns.core.judging import reasons as why
from torgpred.campaigns.core.judging.history import (
    Known,
    Window,
    complete_from,
    known,
    usual_shown,
)
from torgpred.campaigns.core.judging.reasons import say
from torgpred.campaigns.core.judging.terms import Contender, Place, Terms
from torgpred.campaigns.core.rules import Base, Sellers
from torgpred.kernel.findings import Kind
from torgpred.kernel.money import CENT
from torgpred.listings.core.remarks import Remark

HUNDRED: Final = Decimal(100)
NOTHING: Final = Known(0, 0, None, None)


class Tested(msgspec.Struct, gc=False):
    """What came of the test: the campaign's price, the usual one, and what was counted from."""

    price: Decimal | None = None
    usual: Decimal | None = None
    base: Decimal | None = None
    days: int = 0
    to_come: int = 0


class PriceTest:
    """A campaign's price test for one seller in one shop, used over many offers."""

    def __init__(self, terms: Terms, place: Place) -> None:
        rules = terms.rules
        self.terms = terms
        self._place = place
        self._stands_to = place.stands_to(terms.at)
        self._keep = None if terms.percent is None else (HUNDRED - terms.percent) / HUNDRED
        below = rules.below_low_percent
        self._below = None if below is None else (HUNDRED - below) / HUNDRED
        self._lowest = rules.base in {Base.LOWEST_REGULAR, Base.LOWEST_SHOWN}
        self.same_for_all = tuple(self._about_rules())
        """Reasons that hold for every offer alike: (kind, value, data)."""

    def _about_rules(self) -> list[tuple[Kind, str, dict[str, str]]]:
        rules = self.terms.rules
        found: list[tuple[Kind, str, dict[str, str]]] = []
        names = {"rules": rules.title}
        unknown = [one for one in ("base", "below_low_percent", "low_days") if rules.lacks(one)]
        if rules.lacks("look_back_days") and self.terms.look_back is None:
            unknown.append("look_back_days")
        if rules.lacks("percent_off") and self.terms.percent is None:
            unknown.append("percent_off")
        found += [(why.RULE_UNKNOWN, one, names) for one in unknown]
        if self.terms.percent is None and "percent_off" not in unknown:
            found.append((why.NO_PERCENT, "", {}))
        counts_all = rules.below_low_percent is not None and rules.low_sellers is Sellers.ALL
        if counts_all and not self.terms.outline.sole_sellers:
            found.append((why.OTHERS_UNKNOWN, "", {}))
        return found

    def test(self, one: Contender, said: list[Remark]) -> Tested:
        """Return an offer's campaign price; what speaks against it is added to `said`."""
        tested = Tested()
        regular, shown = one.listed or one.price, one.price
        if one.periods and one.periods[-1][1] is None:
            _, _, regular, shown = one.periods[-1]
        tested.usual = shown
        if one.spells and one.periods:
            tested.usual = usual_shown(one.periods, one.spells) or shown
        limit = self._limit(one, regular, shown, tested, said)
        if limit is None or self._keep is None:
            return tested
        limit *= self._keep
        if self._below is not None:
            low = self._low(one, tested, said)
            limit = limit if low is None else min(limit, low * self._below)
        if one.cap is not None:
            limit = min(limit, one.cap)
        if self._priced(one.offer_key, limit, tested, said) and self.terms.frozen is not None:
            self._frozen(one, said)
        return tested

    @property
    def repeats(self) -> bool:
        """Tell whether `again` can do: the price is made of what it is counted from alone."""
        return self._below is None and self.terms.frozen is None

    def again(self, key: str, tested: Tested, said: list[Remark]) -> Tested:
        """Return another percent's price, out of what an earlier test found (`repeats`)."""
        if tested.base is not None and self._keep is not None:
            self._priced(key, tested.base * self._keep, tested, said)
        return tested

    def _priced(self, key: str, limit: Decimal, tested: Tested, said: list[Remark]) -> bool:
        """Set the price that a limit allows; False where there is none."""
        price = self._place.pricer.rounded_down(limit.quantize(CENT, ROUND_FLOOR))
        if price <= 0:
            say(said, key, why.NO_ROOM, price)
            return False
        tested.price = price
        if tested.usual is not None and price >= tested.usual:
            say(said, key, why.NOT_LOWER, price, usual=tested.usual)
        return True

    def _limit(
        self,
        one: Contender,
        regular: Decimal | None,
        shown: Decimal | None,
        tested: Tested,
        said: list[Remark],
    ) -> Decimal | None:
        """Return the price that the percent is taken off, None where it is not known.

        `regular` is the listed price at present, `shown` what buyers see at present.
        """
        terms = self.terms
        base = terms.rules.base
        if self._lowest and terms.look_back is not None:
            seen = self._seen(one, terms.look_back, tested, said)
            low = seen.regular if base is Base.LOWEST_REGULAR else seen.shown
            present = regular if base is Base.LOWEST_REGULAR else shown
            if low is not None and present is not None and present > low:
                say(said, one.offer_key, why.RAISED, present, low=low)
            tested.base = low
        elif base is Base.LISTED:
            tested.base = regular
        elif base is Base.SHOWN:
            tested.base = shown
        if tested.base is None and base in {Base.LISTED, Base.SHOWN}:
            say(said, one.offer_key, why.NO_PRESENT_PRICE)
        return tested.base

    def _low(self, one: Contender, tested: Tested, said: list[Remark]) -> Decimal | None:
        """Return the low of the second test."""
        window = self.terms.low
        if window is None:
            return None
        return self._seen(one, window, tested, said).shown

    def _seen(self, one: Contender, window: Window, tested: Tested, said: list[Remark]) -> Known:
        """Return what is known of a look-back, and say where that is not enough."""
        terms = self.terms
        seen = NOTHING
        if one.periods:
            seen = known(one.periods, window, stands_to=self._stands_to, at=terms.day)
        tested.days, tested.to_come = seen.days, seen.to_come
        if seen.days < window.days:
            self._too_few(one, window, seen.days, said)
        return seen

    def _too_few(self, one: Contender, window: Window, days: int, said: list[Remark]) -> None:
        """Say that too little is known, and from when on it would be enough."""
        asked = window.days
        if not days:
            say(said, one.offer_key, why.NEVER_SEEN, asked=asked)
            return
        outline = self.terms.outline
        enough: datetime | None = None
        if self._stands_to > self.terms.day:
            enough = complete_from(one.periods, asked, outline.zone)
        if enough is None:
            say(said, one.offer_key, why.TOO_FEW_DAYS, days, asked=asked)
            return
        start = outline.reduced_from.astimezone(ZoneInfo(outline.zone))
        kind = why.TOO_FEW_IN_TIME if enough > start else why.TOO_FEW_YET
        shown = {"day": f"{enough:%Y-%m-%d}", "start": f"{start:%Y-%m-%d}"}
        say(said, one.offer_key, kind, days, asked=asked, **shown)

    def _frozen(self, one: Contender, said: list[Remark]) -> None:
        """Say where the price was raised while prices are frozen."""
        if self.terms.frozen is None:
            return
        first, last = self.terms.frozen
        before: Decimal | None = None
        for starts, _, _, shown in one.periods:
            inside = first <= starts < min(last, self.terms.reduced_from)
            if before is not None and inside and shown > before:
                zone = ZoneInfo(self.terms.outline.zone)
                day = datetime.fromtimestamp(starts, zone).date()
                say(said, one.offer_key, why.RAISED_IN_FREEZE, shown, day=day, before=before)
                return
            before = shown
