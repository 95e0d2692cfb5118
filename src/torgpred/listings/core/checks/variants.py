"""Checks of single variants and of variants among each other."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Final

from typing_extensions import override

from torgpred.kernel.findings import Kind
from torgpred.listings.core import pricing
from torgpred.listings.core.checks.base import Check, VariantCheck, of_product, of_variant
from torgpred.listings.core.question import PartVariant, Question
from torgpred.listings.core.remarks import Remark, advice, hold, note


class VariantsLimit(Check):
    """A product has no more variants than the marketplace takes."""

    MANY: Final = hold(
        "variants.too_many",
        "The product has {value} variants, {limit} are allowed.",
        "Split the group in the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (MANY,)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        count, limit = len(question.parts.variants), question.rules.variants_max
        if count == 1 or not limit or count <= limit:
            return ()
        return of_product(question, self.MANY, count, limit=limit)


class VariantsOnce(Check):
    """No SKU stands twice in one product."""

    TWICE: Final = hold(
        "variants.sku_twice",
        "The SKU {value} stands in the product more than once.",
        "Give every offer an id of its own.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (TWICE,)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        variants = question.parts.variants
        if len(variants) == 1:
            return ()
        said: tuple[Remark, ...] = ()
        for sku, count in Counter(one.offer.key for one in variants).items():
            if count > 1:
                said += of_variant(question, sku, self.TWICE, sku)
        return said


class VariantsDiffer(Check):
    """Shoppers can tell the variants of a product apart."""

    ALIKE: Final = hold(
        "variants.alike",
        "Shoppers could not tell this variant from {others}.",
        "Fill what tells them apart in the file ({names}), or take them out of the group.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (ALIKE,)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        variants = question.parts.variants
        if len(variants) == 1 or question.matcher is None:
            return ()
        alike: dict[object, list[str]] = {}
        for one in variants:
            alike.setdefault(frozenset(one.attributes), []).append(one.offer.key)
        if len(alike) == len(variants):
            return ()
        telling = [one for one in question.matcher.category.attributes if one.variant]
        names = ", ".join(one.name for one in telling) or "-"
        fact = f"attribute:{telling[0].id}" if telling else ""
        said: tuple[Remark, ...] = ()
        for skus in alike.values():
            for sku in skus if len(skus) > 1 else ():
                others = ", ".join([other for other in skus if other != sku][:3])
                said += of_variant(
                    question, sku, self.ALIKE, sku, fact=fact, others=others, names=names
                )
        return said


class PriceFits(VariantCheck):
    """The price could be worked out, and the marketplace takes it."""

    LOW: Final = hold(
        "price.below_least",
        "The price {value} is below the marketplace's least, {limit}.",
        "Check the price in the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (
        LOW,
        pricing.NO_PRICE,
        pricing.NO_COST,
        pricing.NO_COST_FOR_FLOOR,
        pricing.NO_CURRENCY,
        pricing.NO_RATE,
        pricing.NO_WEIGHT,
        pricing.TOO_HEAVY,
        pricing.FEES_EAT_ALL,
        pricing.BELOW_MARGIN,
        pricing.BELOW_PRICE,
    )

    @override
    def look(self, question: Question, variant: PartVariant) -> Sequence[Remark]:
        price = variant.price
        if price is None:
            holds = variant.waterfall.holds
            if question.parts.weight_kg is None and holds[0].fact == "weight":
                return ()  # the check of the weight says it already
            return holds
        if price >= question.rules.price_min:
            return ()
        limit = question.rules.price_min
        return of_variant(question, variant.offer.key, self.LOW, price, fact="price", limit=limit)


class PriceSane(VariantCheck):
    """Prices that a person should look at twice."""

    OLD_LOWER: Final = advice(
        "price.old_not_higher",
        "The old price {value} is not above the price {price}: no discount is shown.",
        "Mend or leave out the old price.",
    )
    DEEP: Final = advice(
        "price.discount_deep",
        "The old price {value} is over ten times the price {price}.",
        "Check that no digit was lost.",
    )
    LOSS: Final = advice(
        "price.loss",
        "At {value} on the shelf the seller keeps {keeps}: less than nothing, or than the cost.",
        "Raise the price, or look which line of the waterfall can be cut.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (OLD_LOWER, DEEP, LOSS)

    @override
    def look(self, question: Question, variant: PartVariant) -> Sequence[Remark]:
        offer = variant.offer
        old, price = offer.old_price, offer.price
        found: tuple[Remark, ...] = ()
        if old is not None and price is not None:
            if old <= price:
                found += of_variant(question, offer.key, self.OLD_LOWER, old, price=price)
            elif old > price * 10:
                found += of_variant(question, offer.key, self.DEEP, old, price=price)
        keeps = variant.waterfall.keeps
        if keeps is not None and (keeps <= 0 or self._below_cost(variant)):
            found += of_variant(question, offer.key, self.LOSS, variant.price, keeps=keeps)
        return found

    def _below_cost(self, variant: PartVariant) -> bool:
        lines = variant.waterfall.lines
        return len(lines) > 1 and lines[1].label == "Left over the cost" and lines[1].amount < 0


class StockFits(VariantCheck):
    """The starting stock is told and within bounds."""

    UNKNOWN: Final = note(
        "stock.unknown",
        "The file does not say how many pieces there are: the listing starts with 0.",
        "Put the quantity into the file, or set the stock.",
    )
    OUTSIDE: Final = advice(
        "stock.outside",
        "A stock of {value} is outside of 0 to {limit}; the nearest bound is used.",
        "Check the quantity in the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (UNKNOWN, OUTSIDE)

    @override
    def look(self, question: Question, variant: PartVariant) -> Sequence[Remark]:
        stock = variant.stock
        if stock is None:
            return of_variant(question, variant.offer.key, self.UNKNOWN, fact="stock")
        limit = question.rules.stock_max
        if 0 <= stock <= limit:
            return ()
        return of_variant(question, variant.offer.key, self.OUTSIDE, stock, limit=limit)


class VariantAttributes(VariantCheck):
    """Every required attribute of a variant is filled."""

    MISSING: Final = hold(
        "attribute.variant_missing",
        "The marketplace asks for {value} of every variant in this category.",
        "State {value} for the category, or put it into the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (MISSING,)

    @override
    def look(self, question: Question, variant: PartVariant) -> Sequence[Remark]:
        if not variant.missing or question.matcher is None:
            return ()
        names = {one.id: one.name for one in question.matcher.category.attributes}
        said: tuple[Remark, ...] = ()
        for lacking in variant.missing:
            name, fact = names.get(lacking, lacking), f"attribute:{lacking}"
            said += of_variant(question, variant.offer.key, self.MISSING, name, fact=fact)
        return said
