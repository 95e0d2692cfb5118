"""Verdicts: every offer of one seller in one shop held against a campaign's terms. Pure."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.campaigns.core.judging import reasons as why
from torgpred.campaigns.core.judging.margin import (
    COST_LABEL,
    Left,
    largest_off,
    least_above,
    left_at,
    lines_at,
)
from torgpred.campaigns.core.judging.prices import PriceTest, Tested
from torgpred.campaigns.core.judging.reasons import Answer, answer_of, say
from torgpred.campaigns.core.judging.terms import Admission, Contender, Place, Terms
from torgpred.kernel.findings import Kind, Severity
from torgpred.listings.core.pricing import Costs
from torgpred.listings.core.remarks import Remark
from torgpred.programmes.core.saying import said as lacking
from torgpred.programmes.core.values import Programme
from torgpred.programmes.core.values import Verdict as Admitted

ON_SALE: Final = frozenset({"on_sale", "in_review"})
_ZERO: Final = Decimal(0)

_Said = tuple[Kind, str, dict[str, object]]
"""A reason that is the same for many offers: kind, value, data."""


_PRICE_CODES: Final = frozenset(
    one.code
    for one in (
        why.NO_PERCENT, why.NO_ROOM, why.NOT_LOWER, why.DELIVERY_UNKNOWN, why.COST_UNKNOWN,
        why.BELOW_FLOOR, why.BELOW_ANY_FLOOR,
    )
)  # fmt: skip
"""Reasons that depend on percent or floor."""


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """May an offer take part, at which price, and what is left. Money is in the shop's currency.

    `price` is the highest that the rules let pass, None where it is not known; `usual` what buyers
    see when no price for a time is in force; `keeps` what the seller keeps of a piece at the
    campaign's price, its share of coupons taken off, `usual_keeps` what it keeps at the usual one.
    `days` of the look-back are known, `to_come` of them only if the present price is kept until the
    start.
    """

    offer_key: str
    answer: Answer
    price: Decimal | None
    usual: Decimal | None
    base: Decimal | None
    keeps: Decimal | None
    usual_keeps: Decimal | None
    margin: Decimal | None
    days: int
    to_come: int
    pieces: int | None
    reasons: tuple[Remark, ...]


class Judge:
    """A campaign's terms made ready for one seller in one shop."""

    def __init__(self, terms: Terms, place: Place) -> None:
        self.terms = terms
        self.place = place
        self._prices = PriceTest(terms, place)
        self._limits = _Conditions(terms, place)

    def judge(self, one: Contender) -> Verdict:
        """Return the verdict about one offer, with all of its reasons."""
        said: list[Remark] = list(one.holds)
        for kind, value, data in self._prices.same_for_all:
            said.append(Remark(kind.at(one.offer_key, value, **data), one.offer_key))
        _standing(one, said)
        tested = self._prices.test(one, said)
        left = self._left(one.offer_key, one.costs, tested, said)
        usual = None
        if tested.usual is not None and one.costs.delivery is not None:
            usual = self.place.pricer.keeps_at(one.costs.delivery, tested.usual)
        pieces = self._limits.look(one, said)
        return Verdict(
            offer_key=one.offer_key,
            answer=answer_of(said) if said else Answer.YES,
            price=tested.price,
            usual=tested.usual,
            base=tested.base,
            keeps=None if left is None else left.keeps,
            usual_keeps=usual,
            margin=None if left is None else left.margin,
            days=tested.days,
            to_come=tested.to_come,
            pieces=pieces,
            reasons=tuple(said),
        )

    def all(self, contenders: Iterable[Contender]) -> Iterator[Verdict]:
        """Yield the verdicts about many offers."""
        return map(self.judge, contenders)

    @property
    def repeats(self) -> bool:
        """Tell whether `again` can do for these terms."""
        return self._prices.repeats

    def again(self, before: Verdict, costs: Costs) -> Verdict:
        """Return the verdict by another percent or floor, out of the one by the campaign's own.

        Equals `judge` over the same offer wherever `repeats` and the look-back is the same: only
        what depends on percent and floor is worked out anew.
        """
        key = before.offer_key
        said = [one for one in before.reasons if not _of_price(one)] if before.reasons else []
        if self.terms.percent is None:
            said += [one for one in before.reasons if _of_percent(one)]
        tested = Tested(
            usual=before.usual, base=before.base, days=before.days, to_come=before.to_come
        )
        tested = self._prices.again(key, tested, said)
        left = self._left(key, costs, tested, said)
        return Verdict(
            offer_key=key,
            answer=answer_of(said) if said else Answer.YES,
            price=tested.price,
            usual=tested.usual,
            base=tested.base,
            keeps=None if left is None else left.keeps,
            usual_keeps=before.usual_keeps,
            margin=None if left is None else left.margin,
            days=tested.days,
            to_come=tested.to_come,
            pieces=before.pieces,
            reasons=tuple(said),
        )

    def _left(self, key: str, costs: Costs, tested: Tested, said: list[Remark]) -> Left | None:
        """Return what is left then; say where it is too little."""
        pricer, price = self.place.pricer, tested.price
        if price is None:
            return None
        borne = self.terms.giving.borne_by_seller(price)
        left = left_at(pricer, costs, price, borne)
        if left is None:
            say(said, key, why.DELIVERY_UNKNOWN, price)
            return None
        cost = costs.cost
        if cost is None:
            if self.terms.floor is not None:
                say(said, key, why.COST_UNKNOWN, price)
            return left
        wanted = pricer.floor(cost, self.terms.floor or _ZERO)
        if left.keeps < wanted:
            self._too_little(key, costs, price, borne, left.keeps, wanted, said)
        return left

    def _too_little(
        self,
        key: str,
        costs: Costs,
        price: Decimal,
        borne: Decimal,
        keeps: Decimal,
        wanted: Decimal,
        said: list[Remark],
    ) -> None:
        pricer = self.place.pricer
        least = least_above(pricer, self.terms.giving, costs.delivery or _ZERO, wanted, price)
        line = largest_off(lines_at(pricer, costs, price, borne))
        data: dict[str, object] = {"keeps": keeps, "wanted": wanted, "least": least}
        if price < wanted or line is None:
            data |= {"line": COST_LABEL, "amount": costs.cost}
            say(said, key, why.BELOW_WANTED if least else why.BELOW_ANY_WANTED, price, **data)
            return
        data |= {"line": line.label, "amount": line.amount}
        say(said, key, why.BELOW_FLOOR if least else why.BELOW_ANY_FLOOR, price, **data)


class _Conditions:
    """Conditions beside the price: stock, ratings, lead time."""

    def __init__(self, terms: Terms, place: Place) -> None:
        rules = terms.rules
        self._least = terms.outline.least_pieces
        self._country = terms.outline.country
        self._local = terms.local
        self._product_stars = rules.product_stars
        unknown: list[_Said] = [
            (why.RULE_UNKNOWN, field, {"rules": rules.title})
            for field in ("seller_stars", "product_stars", "programme")
            if rules.lacks(field)
        ]
        self._programme = place.programme if rules.programme else None
        if rules.programme and place.programme is None:
            unknown.append((why.PROGRAMME_UNKNOWN, rules.programme, {}))
        self.same_for_all = [
            *_stars("seller", rules.seller_stars, place.stars),
            *_lead_time(terms.ship_days, place.lead_time_days),
            *unknown,
        ]

    def look(self, one: Contender, said: list[Remark]) -> int | None:
        """Return the pieces that may be kept; what speaks against the offer is added to `said`."""
        for kind, value, data in self.same_for_all:
            say(said, one.offer_key, kind, value, **data)
        if self._product_stars is not None:
            for kind, value, data in _stars("product", self._product_stars, one.stars):
                say(said, one.offer_key, kind, value, **data)
        if self._programme is not None:
            said += admitted(self._programme, one.offer_key, one.admission)
        pieces = one.local if self._local else one.pieces
        if pieces is None:
            if one.pieces is None or not self._local:
                say(said, one.offer_key, why.STOCK_UNKNOWN)
            else:
                pieces = 0
        if pieces is not None and pieces < self._least:
            kind = why.NOT_LOCAL if self._local else why.NOT_ENOUGH
            say(said, one.offer_key, kind, pieces, asked=self._least, country=self._country)
        return pieces


def admitted(programme: Programme, key: str, admission: Admission | None) -> list[Remark]:
    """Return what keeps an offer out of a programme; nothing where it lets the offer in.

    What is missing is a no, what nobody knows an unknown; each says what would mend it.
    """
    if admission is None:
        found = why.PROGRAMME_UNJUDGED.at(key, programme.name or programme.key)
        return [Remark(found, key)]
    return [
        Remark(
            msgspec.structs.replace(
                lacking(programme, code, pieces=admission.pieces, warehouse=None),
                severity=Severity.WARNING if code.endswith(".unknown") else Severity.ERROR,
                place=key,
            ),
            key,
        )
        for code in (() if admission.verdict == Admitted.QUALIFIES else admission.lacks)
    ]


def _of_percent(one: Remark) -> bool:
    """Tell whether a reason says that nobody knows how much is taken off."""
    unknown = one.code == why.RULE_UNKNOWN.code and one.finding.value == "percent_off"
    return unknown or one.code == why.NO_PERCENT.code


def _of_price(one: Remark) -> bool:
    return one.code in _PRICE_CODES or _of_percent(one)


def _stars(whose: str, asked: Decimal | None, known: Decimal | None) -> list[_Said]:
    if asked is None or (known is not None and known >= asked):
        return []
    data: dict[str, object] = {"whose": whose, "asked": asked}
    kind = why.STARS_UNKNOWN if known is None else why.TOO_FEW_STARS
    return [(kind, "" if known is None else str(known), data)]


def _lead_time(asked: int | None, known: int | None) -> list[_Said]:
    if asked is None or (known is not None and known <= asked):
        return []
    kind = why.LEAD_UNKNOWN if known is None else why.TOO_SLOW
    return [(kind, "" if known is None else str(known), {"asked": asked})]


def _standing(one: Contender, said: list[Remark]) -> None:
    """Say what speaks against the offer before any price is looked at."""
    if not one.in_catalogue:
        say(said, one.offer_key, why.NOT_IN_CATALOGUE)
    elif not one.worked_out:
        say(said, one.offer_key, why.NOT_WORKED_OUT)
    if one.refused:
        say(said, one.offer_key, why.REFUSED)
    if not one.status:
        say(said, one.offer_key, why.NOT_LISTED)
    elif one.status not in ON_SALE:
        say(said, one.offer_key, why.NOT_ON_SALE, one.status)
