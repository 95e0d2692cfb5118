"""What a seller should get of a consignment: ours from the policy, beside the marketplace's word.

    ours = goods - commission - delivery - tax            keeps = ours - integrator's fee

Commission, tax and fee are taken of each line's amount and rounded to the cent there; delivery is
that of one parcel with all pieces. What is not known makes the whole unknown, never 0: without a
policy, a commission, a weight or a rate that is needed there is no sum of ours, only the reasons.
The marketplace's estimate mostly knows its own fees alone; what the seller pays elsewhere (a
courier, a tax) then stands among the parts of the difference.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import msgspec

from torgpred.kernel.money import CENT, Rates, UnknownRateError
from torgpred.listings.core.pricing import HUNDRED, ZERO, Logistics, PricingPolicy, tariff_amount

NO_POLICY: Final = "No pricing policy is set for this shop: torgpred policy set"
NO_COMMISSION: Final = (
    "The policy tells no commission of the marketplace: torgpred policy set --commission"
)
NO_RATE: Final = "No exchange rate from {source} to {target} is known: torgpred rate set"
NO_WEIGHT: Final = "Delivery is charged by weight, and the weight of {sku} is not known"
TOO_HEAVY: Final = "The delivery tariff ends before the {weight} kg of this parcel"
NO_LINES: Final = "The marketplace told no lines of this order"

GOODS: Final = "goods"
COMMISSION: Final = "commission"
DELIVERY: Final = "delivery"
TAX: Final = "tax"
FEE: Final = "integrator's fee"
OTHER: Final = "not explained"
_APART: Final = Decimal("0.5")
"""Percent of the price: less is rounding, and orders that a rule of before priced."""
_SHOWN: Final = Decimal("0.1")


class SoldLine(msgspec.Struct, frozen=True, gc=False):
    """Pieces of one offer: `amount` as the buyer pays, `weight_kg` of one piece where known."""

    sku: str
    quantity: int
    amount: Decimal
    weight_kg: Decimal | None = None


class Part(msgspec.Struct, frozen=True, gc=False):
    """One part of a sum, in the order's currency; what goes away is below 0."""

    label: str
    amount: Decimal


class Ours(msgspec.Struct, frozen=True):
    """Our sum: the parts add up to `payout`, less `fee` to `keeps`. None where `unknown` says why.

    All amounts are in the order's currency, to the cent.
    """

    parts: tuple[Part, ...] = ()
    payout: Decimal | None = None
    fee: Decimal | None = None
    unknown: tuple[str, ...] = ()

    @property
    def keeps(self) -> Decimal | None:
        """What is left to the seller once the integrator has its fee."""
        return None if self.payout is None or self.fee is None else self.payout - self.fee

    def part(self, label: str) -> Decimal:
        """Return a part's amount; 0 where there is no such part."""
        return sum((one.amount for one in self.parts if one.label == label), ZERO)


class Difference(msgspec.Struct, frozen=True):
    """The marketplace's estimate less ours; the parts add up to `amount`, which may be None."""

    amount: Decimal | None = None
    parts: tuple[Part, ...] = ()


class FeeRates(msgspec.Struct, frozen=True, gc=False):
    """Shares of the goods' amount in percent: `kept` by the marketplace, `chosen` by the policy."""

    kept: Decimal
    chosen: Decimal


def expected(
    lines: Sequence[SoldLine], policy: PricingPolicy | None, rates: Rates, currency: str
) -> Ours:
    """Return what a seller should get for these lines by its policy for the shop.

    `policy` is None where none was chosen. A commission of 0 counts as not told.
    """
    if not lines:
        return Ours(unknown=(NO_LINES,))
    if policy is None:
        return Ours(unknown=(NO_POLICY,))
    unknown = [] if policy.commission > 0 else [NO_COMMISSION]
    delivery = _delivery(lines, policy.route.logistics, rates, currency)
    if isinstance(delivery, str):
        unknown.append(delivery)
    if unknown or isinstance(delivery, str):
        return Ours(unknown=tuple(unknown))
    tax = policy.route.tax_out / (HUNDRED + policy.route.tax_out)
    parts = [
        Part(GOODS, sum((line.amount for line in lines), ZERO)),
        Part(COMMISSION, -_shares(lines, policy.commission / HUNDRED)),
    ]
    if delivery is not None:
        parts.append(Part(DELIVERY, -delivery))
    if tax:
        parts.append(Part(TAX, -_shares(lines, tax)))
    payout = sum((one.amount for one in parts), ZERO)
    return Ours(tuple(parts), payout, _shares(lines, policy.fee / HUNDRED))


def difference(ours: Ours, payout: Decimal | None, fees: Decimal | None) -> Difference:
    """Compare the marketplace's estimate with ours.

    `payout` and `fees` are this consignment's share of what the marketplace estimates to pay and
    says that it keeps; None where it does not say. Fees that it does not tell are not explained.
    """
    if ours.payout is None or payout is None:
        return Difference()
    amount = payout - ours.payout
    parts = [
        Part(label, -ours.part(label))
        for label in (DELIVERY, TAX)
        if any(one.label == label for one in ours.parts)
    ]
    if fees is not None:
        parts.insert(0, Part(COMMISSION, -ours.part(COMMISSION) - fees))
    rest = amount - sum((one.amount for one in parts), ZERO)
    if rest:
        parts.append(Part(OTHER, rest))
    return Difference(amount, tuple(one for one in parts if one.amount))


def rates_of(
    lines: Sequence[SoldLine], policy: PricingPolicy | None, fees: Decimal | None
) -> FeeRates | None:
    """Return which share the marketplace keeps and which the policy reckons with, if they differ.

    `fees` is what it keeps of these lines; None where it does not say. What rounding alone can
    make, a cent a line and the last digit shown, is no difference. Nor is there one where the
    policy tells no commission: then there is nothing to compare with.
    """
    amount = sum((line.amount for line in lines), ZERO)
    if fees is None or policy is None or policy.commission <= 0 or amount <= 0:
        return None
    kept = (fees * HUNDRED / amount).quantize(_SHOWN, ROUND_HALF_UP)
    chosen = policy.commission.quantize(_SHOWN, ROUND_HALF_UP)
    by_rounding = CENT * (len(lines) + 1)
    apart = abs(fees - amount * policy.commission / HUNDRED) > by_rounding and kept != chosen
    return FeeRates(kept, chosen) if apart else None


def kept_percent(sold: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Return the share kept of sales, told as (kept, amount): percent to a tenth, None of none."""
    told = list(sold)
    of = sum((amount for _, amount in told), ZERO)
    return round(HUNDRED * sum((kept for kept, _ in told), ZERO) / of, 1) if of else None


def otherwise(kept: Decimal | None, commission: Decimal) -> bool:
    """Tell whether sales show another share than the price rules count, beyond rounding."""
    return kept is not None and abs(kept - commission) >= _APART


def share(whole: Decimal | None, total: Decimal, *, part: Decimal) -> Decimal | None:
    """Return a consignment's share of a sum told for its whole order, to the cent."""
    if whole is None or total <= 0:
        return None
    return _cents(whole * part / total)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _shares(lines: Sequence[SoldLine], part: Decimal) -> Decimal:
    return sum((_cents(line.amount * part) for line in lines), ZERO)


def _delivery(
    lines: Sequence[SoldLine], tariff: Logistics | None, rates: Rates, currency: str
) -> Decimal | str | None:
    """Return what the parcel costs, None where the seller carries none, or why it is unknown."""
    if tariff is None:
        return None
    weight = ZERO
    for line in lines if tariff.by_weight else ():
        if line.weight_kg is None:
            return NO_WEIGHT.format(sku=line.sku)
        weight += line.weight_kg * line.quantity
    amount = tariff_amount(tariff, weight if tariff.by_weight else None)
    if amount is None:
        return TOO_HEAVY.format(weight=f"{weight.normalize():f}")
    try:
        rate = rates.rate(tariff.currency, currency)
    except UnknownRateError:
        return NO_RATE.format(source=tariff.currency, target=currency)
    return _cents(amount * rate.value)
