"""The check of shelf prices against what the same goods cost elsewhere."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Final

from typing_extensions import override

from torgpred.kernel.findings import Kind
from torgpred.kernel.money import CENT
from torgpred.listings.core.checks.base import VariantCheck, of_variant
from torgpred.listings.core.pricing import HUNDRED
from torgpred.listings.core.question import PartVariant, Question
from torgpred.listings.core.references import Cut, cut_to
from torgpred.listings.core.remarks import Remark, advice, note

_TENTH: Final = Decimal("0.1")
_ABOVE: Final = (
    "Our price {value} is {percent} % above the reference {reference} ({source}, {seen_on})."
)


class NearReference(VariantCheck):
    """The shelf price is not further above the reference than the policy's gap."""

    ONE_LINE: Final = advice(
        "price.above_reference",
        _ABOVE,
        "To sell at {target}, take {amount} off the line {lines}; all others keep what they get.",
    )
    LINES: Final = advice(
        "price.above_reference_lines",
        _ABOVE,
        "No single line is enough: to sell at {target}, {lines} must lose {amount} together.",
    )
    COST: Final = advice(
        "price.above_reference_cost",
        _ABOVE,
        "Even without {lines} it would cost {least}: buy or make it cheaper, or sell it elsewhere.",
    )
    FILE: Final = advice(
        "price.above_reference_file",
        _ABOVE,
        "No line that is known can be cut so far: lower the price in the file to {target},"
        " or say what the goods cost, to see what can be.",
    )
    OLD: Final = note(
        "price.reference_old",
        "The reference {reference} ({source}, {seen_on}) is over {days} days old: not compared.",
        "Look again and give a new one: torgpred reference set",
    )
    NO_RATE: Final = advice(
        "price.reference_rate_unknown",
        "The reference {reference} ({source}, {seen_on}) cannot be compared: no rate of {value}.",
        "Give the rate: torgpred rate set {value}",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (ONE_LINE, LINES, COST, FILE, OLD, NO_RATE)

    @override
    def look(self, question: Question, variant: PartVariant) -> Sequence[Remark]:
        price = variant.price
        reference = question.references.by_offer.get(variant.offer.key)
        if reference is None or price is None:
            return ()
        sku = variant.offer.key
        data = {
            "reference": reference.shown,
            "source": reference.source,
            "seen_on": reference.seen_on,
        }
        if reference.old:
            return of_variant(question, sku, self.OLD, **data, days=question.references.days)
        if reference.amount is None:
            fact = f"rate:{reference.currency}"
            return of_variant(question, sku, self.NO_RATE, reference.currency, fact=fact, **data)
        limit = reference.amount * (1 + question.references.gap / HUNDRED)
        pricing = question.pricing
        cut = cut_to(variant.waterfall, limit, pricing.step, pricing.ending)
        if cut is None:
            return ()
        if reference.currency != question.rules.currency:
            data["reference"] += f" = {reference.amount.quantize(CENT)} {question.rules.currency}"
        shown = data | _shown(cut, price / reference.amount)
        return of_variant(question, sku, _kind_for(cut), price, fact="price", **shown)


def _kind_for(cut: Cut) -> Kind:
    if not cut.enough:
        return NearReference.COST if cut.lines and cut.cost_known else NearReference.FILE
    return NearReference.ONE_LINE if len(cut.lines) == 1 else NearReference.LINES


def _shown(cut: Cut, times: Decimal) -> dict[str, str]:
    return {
        "percent": str(((times - 1) * HUNDRED).quantize(_TENTH, ROUND_HALF_UP)),
        "target": str(cut.target),
        "amount": str(cut.amount),
        "lines": ", ".join(cut.lines),
        "least": str(cut.least),
    }
