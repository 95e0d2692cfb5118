"""What other terms would change, counted over the same offers."""

from collections.abc import Iterable
from decimal import Decimal
from statistics import median_low

import msgspec

from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.judging.verdicts import Verdict
from torgpred.kernel.findings import Severity


class Tally(msgspec.Struct):
    """How many offers pass, and why the others do not.

    `reasons` counts offers by the code of each reason that stands in the way of a yes. `margin` is
    the median of those that pass and have one, in percent; `given_up` what a piece of each leaves
    less than now, summed, by currency.
    """

    yes: int = 0
    no: int = 0
    unknown: int = 0
    sellers: int = 0
    """How many have an offer that passes."""
    margin: Decimal | None = None
    given_up: dict[str, Decimal] = {}
    reasons: dict[str, int] = {}

    @property
    def offers(self) -> int:
        """How many were judged."""
        return self.yes + self.no + self.unknown


class Counter:
    """Counts verdicts as they come, over sellers and shops."""

    def __init__(self) -> None:
        self._tally = Tally()
        self._margins: list[Decimal] = []
        self._sellers: set[int] = set()

    def add(self, verdicts: Iterable[Verdict], *, seller_id: int, currency: str) -> None:
        """Count verdicts about a seller's offers in a shop of a currency."""
        tally = self._tally
        for one in verdicts:
            if one.answer is Answer.YES:
                tally.yes += 1
                self._sellers.add(seller_id)
                if one.margin is not None:
                    self._margins.append(one.margin)
                if one.keeps is not None and one.usual_keeps is not None:
                    less = tally.given_up.get(currency, Decimal(0)) + one.usual_keeps - one.keeps
                    tally.given_up[currency] = less
                continue
            if one.answer is Answer.NO:
                tally.no += 1
            else:
                tally.unknown += 1
            codes = {
                said.code for said in one.reasons if said.finding.severity is not Severity.NOTE
            }
            for code in codes:
                tally.reasons[code] = tally.reasons.get(code, 0) + 1

    def tally(self) -> Tally:
        """Return what was counted so far."""
        tally = self._tally
        tally.sellers = len(self._sellers)
        tally.margin = median_low(self._margins) if self._margins else None
        ordered = sorted(tally.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
        tally.reasons = dict(ordered)
        return tally


class Simulation(msgspec.Struct, frozen=True):
    """The campaign as it is beside the same with something changed."""

    now: Tally
    then: Tally

    @property
    def more(self) -> int:
        """How many offers more pass then; below 0: fewer."""
        return self.then.yes - self.now.yes

    @property
    def fewer(self) -> int:
        """How many offers fewer pass then."""
        return -self.more
