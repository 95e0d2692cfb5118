"""Prices as a waterfall: every line between what the goods cost and what the shopper pays.

The price is grossed up: with k the part of the price that goes away in shares (commission, fee and
the tax contained in it, rate / (1 + rate)), price = (base + margin + logistics) / (1 - k), rounded
up to the policy's step and ending. An unknown rate or weight where one is needed is a hold: it is
never taken for 1 or 0. All amounts are Decimal in the shop's currency, to the cent.
"""

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.catalogue.core.offers import Offer
from torgpred.kernel.findings import Kind
from torgpred.kernel.money import CENT, Rates, UnknownRateError
from torgpred.listings.core.notices import Notice, hold

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
HUNDRED: Final = Decimal(100)

NO_PRICE = hold(
    "price.missing",
    "The offer has no price.",
    "Put a price above 0 into the file.",
)
NO_COST = hold(
    "price.cost_missing",
    "The price is worked out from the cost, and the offer has none.",
    "Put the cost (purchase_price) into the file, or price from the feed's price instead.",
)
NO_COST_FOR_FLOOR = hold(
    "price.cost_missing_for_floor",
    "A least margin is set, and without the cost nobody knows whether it is kept.",
    "Put the cost (purchase_price) into the file, or take the least margin away.",
)
NO_CURRENCY = hold(
    "price.currency_missing",
    "The price {value} has no currency.",
    "Say in the file or in the profile of the feed which currency the prices are in.",
)
NO_RATE = hold(
    "price.rate_unknown",
    "No exchange rate from {source} to {target} is known.",
    "Give the rate of {source}; it is never taken to be 1.",
)
NO_WEIGHT = hold(
    "price.weight_missing",
    "Delivery is charged by weight, and the offer has no weight.",
    "State the weight for the category, or put it into the file.",
)
TOO_HEAVY = hold(
    "price.weight_beyond_tariff",
    "The delivery tariff ends at {limit} kg; the offer weighs {value} kg.",
    "Check the weight (grams typed as kilograms?), or add a step to the tariff.",
)
FEES_EAT_ALL = hold(
    "price.fees_exceed_price",
    "Commission, fee and tax together take {value} % of any price.",
    "Lower the shares in the pricing policy: together they must stay below 100 %.",
)
BELOW_MARGIN = hold(
    "price.below_least_margin",
    "At {value} the seller keeps {keeps}, less than cost and the least margin, {wanted}.",
    "Raise the price in the file, or lower the least margin.",
)
BELOW_PRICE = hold(
    "price.below_least_price",
    "The price {value} is below the least price {limit} of the pricing policy.",
    "Raise the price in the file, or lower the least price.",
)


class Basis(StrEnum):
    """What a price is worked out from."""

    SHELF = "shelf"  # the feed's price is what the shopper shall pay
    KEPT = "kept"  # the feed's price is what the seller wants to keep
    COST = "cost"  # cost and margin are what the seller wants to keep


class Reduction(StrEnum):
    """Where a discount that shoppers see comes from."""

    NONE = "none"
    FEED = "feed"  # the feed's old price, in proportion
    SHARE = "share"  # a share of the listed price, `reduction_percent`


class Step(msgspec.Struct, frozen=True, array_like=True):
    """Delivery costs `amount` for anything up to `up_to_kg`."""

    up_to_kg: Decimal
    amount: Decimal


class Logistics(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the delivery of one parcel costs the seller: steps, or an amount and one per kg.

    Without steps the cost is per_parcel + per_kg x weight; the weight is needed only where
    `per_kg` or steps are. `minimum_kg` is the least weight that is charged.
    """

    currency: str
    per_parcel: Decimal = ZERO
    per_kg: Decimal = ZERO
    steps: tuple[Step, ...] = ()
    minimum_kg: Decimal = ZERO

    @property
    def by_weight(self) -> bool:
        """Tell whether a weight is needed."""
        return bool(self.steps) or self.per_kg != 0


class Route(msgspec.Struct, frozen=True, omit_defaults=True):
    """How goods reach the shopper, with its taxes in percent and the tariff.

    `tax_in` is contained in the seller's cost or net price and got back on this route (export at
    zero rate); `tax_out` is contained in the shelf price and paid on.
    """

    name: str = "domestic"
    tax_in: Decimal = ZERO
    tax_out: Decimal = ZERO
    logistics: Logistics | None = None


class PricingPolicy(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a seller's prices in one shop are made. Shares are in percent of the shelf price.

    Prices end as `ending` modulo `step`: step 100, ending 90 gives 1290, 1390; step 10, ending 9
    gives 129, 139. They are rounded up, so that nobody keeps less than was wished.
    """

    basis: Basis = Basis.SHELF
    commission: Decimal = ZERO
    fee: Decimal = ZERO
    margin: Decimal = ZERO
    """Percent of the base (cost or net price) that the seller adds; not used with SHELF."""
    route: Route = Route()
    step: Decimal = CENT
    ending: Decimal = ZERO
    least_price: Decimal | None = None
    least_margin: Decimal | None = None
    """Percent of the cost that must be left at least."""
    reduction: Reduction = Reduction.FEED
    reduction_percent: Decimal = ZERO


class Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One line of a waterfall, in the shop's currency."""

    label: str
    amount: Decimal
    note: str = ""


class Waterfall(msgspec.Struct, frozen=True):
    """What a price is made of: the lines sum up to `price`; `keeps` is what the seller gets.

    With holds there is no price and no line. `listed` is the crossed-out price beside a discount.
    """

    currency: str
    lines: tuple[Line, ...] = ()
    price: Decimal | None = None
    keeps: Decimal | None = None
    listed: Decimal | None = None
    holds: tuple[Notice, ...] = ()

    def printed(self) -> str:
        """Return the lines as text, one a line, with the sum at the end."""
        if self.price is None:
            return "\n".join(said.finding.message for said in self.holds)
        rows = [*self.lines, Line("Price on the shelf", self.price, self.currency)]
        rows.append(Line("You keep", self.keeps or ZERO, self.currency))
        width = max(len(line.label) for line in rows)
        return "\n".join(
            f"{line.label:<{width}} {line.amount:>14,.2f}  {line.note}".rstrip() for line in rows
        )


def rounded_up(amount: Decimal, step: Decimal, ending: Decimal) -> Decimal:
    """Return the least k x step + ending (k = 0, 1 ...) that is not below the amount."""
    count = ((amount - ending) / step).to_integral_value(ROUND_CEILING)
    return (max(count, ZERO) * step + ending).quantize(CENT)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


class Pricer:
    """A policy made ready for one shop's currency: shares, notes and rates are worked out once.

    Use it over many offers; it keeps rates and delivery costs it has already worked out.
    """

    def __init__(self, policy: PricingPolicy, rates: Rates, currency: str) -> None:
        self.policy = policy
        self.currency = currency
        self._rates = rates
        route = policy.route
        self._commission = policy.commission / HUNDRED
        self._fee = policy.fee / HUNDRED
        self._tax = route.tax_out / (HUNDRED + route.tax_out)
        self._margin = policy.margin / HUNDRED
        self._left = ONE - self._commission - self._fee - self._tax
        self._net = HUNDRED / (HUNDRED + route.tax_in)
        self._notes = {
            "commission": f"{_plain(policy.commission)} % of the price",
            "fee": f"{_plain(policy.fee)} % of the price",
            "tax": f"{_plain(route.tax_out)} % contained in the price",
            "in": f"{_plain(route.tax_in)} % got back on the route {route.name}",
            "margin": f"{_plain(policy.margin)} %",
        }
        self._factors: dict[str, tuple[Decimal, str] | None] = {}
        self._deliveries: dict[Decimal | None, tuple[Decimal, str]] = {}

    def price(self, offer: Offer, weight_kg: Decimal | None) -> Waterfall:
        """Return the waterfall of an offer.

        `weight_kg` is the weight to charge, from the file or a statement; None where unknown.
        """
        basis = self.policy.basis
        base = offer.cost if basis is Basis.COST else offer.price
        if base is None or base <= 0:
            return self._held(offer, NO_COST if basis is Basis.COST else NO_PRICE, base)
        if self._left <= 0:
            return self._held(offer, FEES_EAT_ALL, _plain((ONE - self._left) * HUNDRED))
        factor = self._factor(offer.currency)
        if factor is None:
            return self._no_rate(offer, base, offer.currency)
        delivery = self._delivery(weight_kg)
        if not isinstance(delivery, tuple):
            return delivery(offer)
        if basis is Basis.SHELF:
            return self._from_shelf(offer, base, factor, delivery)
        return self._grossed_up(offer, base, factor, delivery)

    # --- the two ways ---------------------------------------------------------------------------
    def _grossed_up(
        self,
        offer: Offer,
        base: Decimal,
        factor: tuple[Decimal, str],
        delivery: tuple[Decimal, str],
    ) -> Waterfall:
        policy = self.policy
        gross = _cents(base * factor[0])
        label = "Cost" if policy.basis is Basis.COST else "Price of the feed"
        lines = [Line(label, gross, factor[1])]
        net = gross
        if self._net != 1:
            net = _cents(gross * self._net)
            lines.append(Line("Tax got back", net - gross, self._notes["in"]))
        margin = _cents(net * self._margin)
        if policy.least_margin is not None:
            floor = self._least_kept(offer, factor)
            if floor is None:
                return self._held(offer, NO_COST_FOR_FLOOR)
            margin = max(margin, floor - net)
        lines.append(Line("Margin", margin, self._notes["margin"]))
        price = (net + margin + delivery[0]) / self._left
        if policy.least_price is not None and price < policy.least_price:
            price = policy.least_price
        price = self._enough(rounded_up(price, policy.step, policy.ending), net + margin, delivery)
        away = self._away(price, delivery)
        keeps = price - sum([line.amount for line in away], ZERO)
        if keeps != net + margin:
            lines.append(Line("Rounding", keeps - net - margin, "to the seller"))
        lines += away
        listed = self._listed(offer, price)
        return Waterfall(self.currency, tuple(lines), price, keeps, listed)

    def _from_shelf(
        self,
        offer: Offer,
        base: Decimal,
        factor: tuple[Decimal, str],
        delivery: tuple[Decimal, str],
    ) -> Waterfall:
        policy = self.policy
        price = rounded_up(_cents(base * factor[0]), policy.step, policy.ending)
        if policy.least_price is not None and price < policy.least_price:
            return self._held(offer, BELOW_PRICE, price, limit=policy.least_price)
        away = self._away(price, delivery)
        keeps = price - sum([line.amount for line in away], ZERO)
        if policy.least_margin is not None:
            floor = self._least_kept(offer, factor)
            if floor is None:
                return self._held(offer, NO_COST_FOR_FLOOR)
            if keeps < floor:
                return self._held(offer, BELOW_MARGIN, price, keeps=keeps, wanted=floor)
        if offer.cost is None:
            first = [Line("Left for the seller", keeps, factor[1])]
        else:
            cost = _cents(offer.cost * factor[0])
            first = [Line("Cost", cost, factor[1]), Line("Left over the cost", keeps - cost)]
        listed = self._listed(offer, price)
        return Waterfall(self.currency, (*first, *away), price, keeps, listed)

    # --- parts ----------------------------------------------------------------------------------
    def _away(self, price: Decimal, delivery: tuple[Decimal, str]) -> list[Line]:
        """Return what goes away from a price, in the order printed."""
        lines = []
        if self.policy.route.logistics is not None:
            lines.append(Line("Delivery", *delivery))
        if self._commission:
            lines.append(
                Line(
                    "Marketplace's commission",
                    _cents(price * self._commission),
                    self._notes["commission"],
                )
            )
        if self._fee:
            lines.append(Line("Integrator's fee", _cents(price * self._fee), self._notes["fee"]))
        if self._tax:
            lines.append(Line("Tax", _cents(price * self._tax), self._notes["tax"]))
        return lines

    def _enough(self, price: Decimal, wanted: Decimal, delivery: tuple[Decimal, str]) -> Decimal:
        """Return the price, a step higher where rounding the shares to cents ate too much."""
        policy = self.policy
        for _ in range(4):
            away = sum([line.amount for line in self._away(price, delivery)], ZERO)
            if price - away >= wanted:
                break
            price = rounded_up(price + CENT, policy.step, policy.ending)
        return price

    def _least_kept(self, offer: Offer, factor: tuple[Decimal, str]) -> Decimal | None:
        if offer.cost is None or self.policy.least_margin is None:
            return None
        share = ONE + self.policy.least_margin / HUNDRED
        return _cents(offer.cost * factor[0] * self._net * share)

    def _listed(self, offer: Offer, price: Decimal) -> Decimal | None:
        """Return the crossed-out price: in the proportion of the feed's, or by a set share."""
        policy = self.policy
        if policy.reduction is Reduction.FEED:
            if offer.old_price is None or offer.price is None or offer.old_price <= offer.price:
                return None
            if offer.price <= 0:
                return None
            higher = price * offer.old_price / offer.price
        elif policy.reduction is Reduction.SHARE and 0 < policy.reduction_percent < HUNDRED:
            higher = price * HUNDRED / (HUNDRED - policy.reduction_percent)
        else:
            return None
        listed = rounded_up(_cents(higher), policy.step, policy.ending)
        return listed if listed > price else None

    def _factor(self, currency: str) -> tuple[Decimal, str] | None:
        """Return the rate and the note that names it; None where it is unknown."""
        if currency in self._factors:
            return self._factors[currency]
        found: tuple[Decimal, str] | None
        try:
            rate = self._rates.rate(currency, self.currency) if currency else None
        except UnknownRateError:
            rate = None
        if rate is None:
            found = None
        elif currency == self.currency:
            found = (ONE, "")
        else:
            note = f"1 {currency} = {rate.value:.6g} {self.currency}, {rate.source}, {rate.as_of}"
            found = (rate.value, note)
        self._factors[currency] = found
        return found

    def _delivery(
        self, weight: Decimal | None
    ) -> "tuple[Decimal, str] | Callable[[Offer], Waterfall]":
        """Return the cost of delivery with its note, or what makes the hold."""
        known = self._deliveries.get(weight)
        if known is not None:
            return known
        tariff = self.policy.route.logistics
        if tariff is None:
            found = (ZERO, "")
        else:
            factor = self._factor(tariff.currency)
            if factor is None:
                return lambda offer: self._no_rate(offer, tariff.per_parcel, tariff.currency)
            if tariff.by_weight and (weight is None or weight <= 0):
                return lambda offer: self._held(offer, NO_WEIGHT, weight, fact="weight")
            amount = tariff_amount(tariff, weight)
            if amount is None:
                limit = tariff.steps[-1].up_to_kg
                return lambda offer: self._held(offer, TOO_HEAVY, weight, limit=limit)
            note = f"{tariff.per_parcel} {tariff.currency} a parcel"
            if tariff.by_weight and weight is not None:
                note = f"{_plain(weight)} kg, route {self.policy.route.name}"
            found = (_cents(amount * factor[0]), note)
        if len(self._deliveries) < 10_000:
            self._deliveries[weight] = found
        return found

    def _no_rate(self, offer: Offer, amount: Decimal, source: str) -> Waterfall:
        if not source:
            return self._held(offer, NO_CURRENCY, amount, fact="currency")
        finding = NO_RATE.at(offer.key, amount, source=source, target=self.currency)
        return self._with(Notice(finding, offer.key, f"rate:{source}"))

    def _held(self, offer: Offer, kind: Kind, value: object = "", **data: object) -> Waterfall:
        fact = str(data.pop("fact", "")) or _FACTS.get(kind.code, "")
        shown = "" if value is None else value
        finding = kind.at(offer.key, shown, **data)
        return self._with(Notice(finding, offer.key, fact, offer.category))

    def _with(self, *holds: Notice) -> Waterfall:
        return Waterfall(self.currency, holds=holds)


_FACTS: Final = {
    NO_PRICE.code: "price",
    NO_COST.code: "cost",
    NO_COST_FOR_FLOOR.code: "cost",
}


def tariff_amount(tariff: Logistics, weight: Decimal | None) -> Decimal | None:
    """Return what a parcel costs in the tariff's currency; None where it is too heavy.

    `weight` is in kg and needed where `tariff.by_weight`: look first whether it is known.
    """
    if not tariff.by_weight or weight is None:
        return tariff.per_parcel
    charged = max(weight, tariff.minimum_kg)
    if not tariff.steps:
        return tariff.per_parcel + tariff.per_kg * charged
    return step_amount(tariff.steps, charged)


def step_amount(steps: Sequence[Step], weight: Decimal) -> Decimal | None:
    """Return the amount of the first step that takes the weight; None beyond the last."""
    for step in steps:
        if weight <= step.up_to_kg:
            return step.amount
    return None
