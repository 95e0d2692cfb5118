"""Working out prices: one policy made ready, used over many offers."""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from torgpred.catalogue.core.offers import Offer
from torgpred.kernel.findings import Kind
from torgpred.kernel.money import CENT, Rates, UnknownRateError
from torgpred.listings.core.pricing.holds import (
    BELOW_MARGIN,
    BELOW_PRICE,
    FACTS,
    FEES_EAT_ALL,
    NO_COST,
    NO_COST_FOR_FLOOR,
    NO_CURRENCY,
    NO_PRICE,
    NO_RATE,
    NO_WEIGHT,
    TOO_HEAVY,
)
from torgpred.listings.core.pricing.policy import (
    HUNDRED,
    ONE,
    ZERO,
    Basis,
    PricingPolicy,
    Reduction,
    tariff_amount,
)
from torgpred.listings.core.pricing.waterfall import (
    Costs,
    Line,
    Waterfall,
    cents,
    plain,
    rounded_down,
    rounded_up,
)
from torgpred.listings.core.remarks import Remark


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
        self._shares = tuple(one for one in (self._commission, self._fee, self._tax) if one)
        self._net = HUNDRED / (HUNDRED + route.tax_in)
        self._notes = {
            "commission": f"{plain(policy.commission)} % of the price",
            "fee": f"{plain(policy.fee)} % of the price",
            "tax": f"{plain(route.tax_out)} % contained in the price",
            "in": f"{plain(route.tax_in)} % got back on the route {route.name}",
            "margin": f"{plain(policy.margin)} %",
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
            return self._held(offer, FEES_EAT_ALL, plain((ONE - self._left) * HUNDRED))
        factor = self._factor(offer.currency)
        if factor is None:
            return self._no_rate(offer, base, offer.currency)
        delivery = self._delivery(weight_kg)
        if not isinstance(delivery, tuple):
            return delivery(offer)
        if basis is Basis.SHELF:
            return self._from_shelf(offer, base, factor, delivery)
        return self._grossed_up(offer, base, factor, delivery)

    def costs(self, offer: Offer, weight_kg: Decimal | None) -> Costs:
        """Return what an offer costs its seller whatever its price."""
        factor = self._factor(offer.currency)
        known = factor is not None and offer.cost is not None and offer.cost > 0
        cost = cents(offer.cost * factor[0]) if known and offer.cost and factor else None
        delivery = self._delivery(weight_kg)
        return Costs(cost, delivery[0] if isinstance(delivery, tuple) else None)

    # --- at a price that is given ---------------------------------------------------------------
    def at(self, costs: Costs, price: Decimal) -> Waterfall | None:
        """Return the waterfall of a shelf price that is given; None where delivery is unknown.

        The shares are those of `price`: at the price that this policy makes, what goes away and
        what the seller keeps are the same.
        """
        if costs.delivery is None:
            return None
        away = self._away(price, (costs.delivery, ""))
        keeps = price - sum([line.amount for line in away], ZERO)
        if costs.cost is None:
            first = [Line("Left for the seller", keeps)]
        else:
            first = [Line("Cost", costs.cost)]
            net = self.net_cost(costs.cost)
            if net != costs.cost:
                first.append(Line("Tax got back", net - costs.cost, self._notes["in"]))
            first.append(Line("Left over the cost", keeps - net))
        return Waterfall(self.currency, (*first, *away), price, keeps)

    def keeps_at(self, delivery: Decimal, price: Decimal) -> Decimal:
        """Return what the seller keeps of a shelf price: what `at` gives, without its lines."""
        kept = price - delivery if self.policy.route.logistics is not None else price
        for share in self._shares:
            kept -= (price * share).quantize(CENT, ROUND_HALF_UP)
        return kept

    def net_cost(self, cost: Decimal) -> Decimal:
        """Return a cost without the tax that is got back on the route, to the cent."""
        return cost if self._net == 1 else cents(cost * self._net)

    def floor(self, cost: Decimal, percent: Decimal) -> Decimal:
        """Return the least that has to be kept for a margin of `percent` over the net cost."""
        if not percent:
            return self.net_cost(cost)
        return cents(cost * self._net * (ONE + percent / HUNDRED))

    def least_keeping(self, delivery: Decimal, wanted: Decimal) -> Decimal | None:
        """Return the least shelf price of which so much is kept; None where shares eat any."""
        if self._left <= 0:
            return None
        policy = self.policy
        price = rounded_up((wanted + delivery) / self._left, policy.step, policy.ending)
        return self._enough(price, wanted, (delivery, ""))

    def rounded_up(self, amount: Decimal) -> Decimal:
        """Return the least price with the policy's step and ending that is not below it."""
        return rounded_up(amount, self.policy.step, self.policy.ending)

    def rounded_down(self, amount: Decimal) -> Decimal:
        """Return the greatest price with the policy's step and ending that is not above it."""
        return rounded_down(amount, self.policy.step, self.policy.ending)

    # --- the two ways ---------------------------------------------------------------------------
    def _grossed_up(
        self,
        offer: Offer,
        base: Decimal,
        factor: tuple[Decimal, str],
        delivery: tuple[Decimal, str],
    ) -> Waterfall:
        policy = self.policy
        gross = cents(base * factor[0])
        label = "Cost" if policy.basis is Basis.COST else "Price of the feed"
        lines = [Line(label, gross, factor[1])]
        net = gross
        if self._net != 1:
            net = cents(gross * self._net)
            lines.append(Line("Tax got back", net - gross, self._notes["in"]))
        margin = cents(net * self._margin)
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
        price = rounded_up(cents(base * factor[0]), policy.step, policy.ending)
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
            cost = cents(offer.cost * factor[0])
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
                    cents(price * self._commission),
                    self._notes["commission"],
                )
            )
        if self._fee:
            lines.append(Line("Integrator's fee", cents(price * self._fee), self._notes["fee"]))
        if self._tax:
            lines.append(Line("Tax", cents(price * self._tax), self._notes["tax"]))
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
        return cents(offer.cost * factor[0] * self._net * share)

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
        listed = rounded_up(cents(higher), policy.step, policy.ending)
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
                note = f"{plain(weight)} kg, route {self.policy.route.name}"
            found = (cents(amount * factor[0]), note)
        if len(self._deliveries) < 10_000:
            self._deliveries[weight] = found
        return found

    def _no_rate(self, offer: Offer, amount: Decimal, source: str) -> Waterfall:
        if not source:
            return self._held(offer, NO_CURRENCY, amount, fact="currency")
        finding = NO_RATE.at(offer.key, amount, source=source, target=self.currency)
        return self._with(Remark(finding, offer.key, f"rate:{source}"))

    def _held(self, offer: Offer, kind: Kind, value: object = "", **data: object) -> Waterfall:
        fact = str(data.pop("fact", "")) or FACTS.get(kind.code, "")
        shown = "" if value is None else value
        finding = kind.at(offer.key, shown, **data)
        return self._with(Remark(finding, offer.key, fact, offer.category))

    def _with(self, *holds: Remark) -> Waterfall:
        return Waterfall(self.currency, holds=holds)
