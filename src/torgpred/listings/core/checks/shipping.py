"""Checks of what a parcel needs: weight, sides, lead time, template, unit, customs code."""

from collections.abc import Sequence
from typing import ClassVar, Final

from typing_extensions import override

from torgpred.kernel.findings import Kind
from torgpred.listings.core.checks.base import Check, of_product
from torgpred.listings.core.question import Question
from torgpred.listings.core.remarks import Remark, advice, hold


class WeightFits(Check):
    """The weight with packaging is known and within the marketplace's bounds."""

    MISSING: Final = hold(
        "weight.missing",
        "The weight with packaging is not known.",
        "State the weight once for the category, or put it into the file.",
    )
    OUTSIDE: Final = hold(
        "weight.outside",
        "A weight of {value} kg is outside of {least} to {most} kg.",
        "Check the unit (grams typed as kilograms?) and mend the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (MISSING, OUTSIDE)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        weight = question.parts.weight_kg
        if weight is None:
            return of_product(question, self.MISSING, fact="weight")
        least, most = question.rules.weight_kg
        if least <= weight <= most:
            return ()
        return of_product(question, self.OUTSIDE, weight, fact="weight", least=least, most=most)


class PackageFits(Check):
    """The sides of the parcel are known and within the marketplace's bounds."""

    MISSING: Final = hold(
        "package.missing",
        "The size of the package is not known.",
        "State length, width and height once for the category, or put them into the file.",
    )
    OUTSIDE: Final = hold(
        "package.outside",
        "A package of {value} cm has a side outside of {least} to {most} cm.",
        "Check the unit (millimetres typed as centimetres?) and mend the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (MISSING, OUTSIDE)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        package = question.parts.package
        if package is None:
            return of_product(question, self.MISSING, fact="package")
        least, most = question.rules.side_cm
        length, width, height = package.length, package.width, package.height
        if least <= length <= most and least <= width <= most and least <= height <= most:
            return ()
        shown = f"{length} x {width} x {height}"
        return of_product(question, self.OUTSIDE, shown, fact="package", least=least, most=most)


class LeadTime(Check):
    """It is known how many days the seller takes to hand a parcel over."""

    MISSING: Final = hold(
        "lead_time.missing",
        "It is not known within how many days the seller ships.",
        "Set the shop's lead time, or state it for the category.",
    )
    OUTSIDE: Final = hold(
        "lead_time.outside",
        "A lead time of {value} days is outside of {least} to {most} days.",
        "Set a lead time within these bounds.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (MISSING, OUTSIDE)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        days = question.parts.lead_time_days
        if days is None:
            return of_product(question, self.MISSING, fact="lead_time")
        least, most = question.rules.lead_time_days
        if least <= days <= most:
            return ()
        return of_product(question, self.OUTSIDE, days, fact="lead_time", least=least, most=most)


class DeliveryTemplate(Check):
    """A delivery template is chosen, and the shop has it."""

    MISSING: Final = hold(
        "delivery_template.missing",
        "No delivery template is chosen.",
        "Choose one of the shop's templates for the shop, or state one for the category.",
    )
    UNKNOWN: Final = hold(
        "delivery_template.unknown",
        "The shop has no delivery template {value}.",
        "Choose one of the shop's templates.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (MISSING, UNKNOWN)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        template = question.parts.delivery_template_id
        if not template:
            if not question.rules.needs_delivery_template:
                return ()
            return of_product(question, self.MISSING, fact="delivery_template")
        if question.templates is None or template in question.templates:
            return ()
        return of_product(question, self.UNKNOWN, template, fact="delivery_template")


class UnitKnown(Check):
    """The unit of sale is one of the marketplace's."""

    UNKNOWN: Final = hold(
        "unit.unknown",
        "The marketplace does not sell by {value}.",
        "Choose one of: {units}.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (UNKNOWN,)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        unit = question.parts.unit
        if unit in question.rules.units:
            return ()
        units = ", ".join(question.rules.units)
        return of_product(question, self.UNKNOWN, unit, fact="unit", units=units)


class CustomsCodes(Check):
    """A TN VED code has ten digits."""

    SHAPE: Final = advice(
        "tnved.shape",
        "{value} is no TN VED code: it has ten digits.",
        "Look the code up and put all ten digits into the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (SHAPE,)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        said: tuple[Remark, ...] = ()
        for code in question.parts.tnved:
            if len(code) != 10 or not code.isdecimal():
                said += of_product(question, self.SHAPE, code, fact="tnved")
        return said
