"""Checks of a product's place in the marketplace: category, attributes, brand."""

from collections.abc import Sequence
from typing import ClassVar, Final

from typing_extensions import override

from torgpred.kernel.findings import Kind
from torgpred.listings.core import attributes
from torgpred.listings.core.checks.base import Check, of_product
from torgpred.listings.core.names import folded
from torgpred.listings.core.question import Question
from torgpred.listings.core.remarks import Remark, advice, hold


class CategoryFits(Check):
    """The seller's category is mapped to one of the marketplace's that takes products."""

    UNMAPPED: Final = hold(
        "category.unmapped",
        "The seller's category has no counterpart at the marketplace yet.",
        "Choose one of the suggested categories.",
    )
    UNKNOWN: Final = hold(
        "category.unknown",
        "The marketplace has no category {value} (any more).",
        "Choose another category.",
    )
    NO_LEAF: Final = hold(
        "category.not_leaf",
        "{value} is divided further at the marketplace and takes no products itself.",
        "Choose one of the categories below it.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (UNMAPPED, UNKNOWN, NO_LEAF)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        category = question.category
        if category is not None:
            if category.leaf:
                return ()
            return of_product(question, self.NO_LEAF, category.name, fact="category")
        wanted = question.parts.category_id
        if wanted:
            return of_product(question, self.UNKNOWN, wanted, fact="category")
        return of_product(question, self.UNMAPPED, question.group, fact="category")


class AttributesFilled(Check):
    """Every required attribute of a product is filled."""

    MISSING: Final = hold(
        "attribute.missing",
        "The marketplace asks for {name} in this category.{why}",
        "State {name} for the category, or put it into the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (MISSING,)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        matcher = question.matcher
        if matcher is None or not question.lacking:
            return ()
        said: tuple[Remark, ...] = ()
        for one in matcher.required_of_product:
            if one.id not in question.lacking:
                continue
            why = _trouble_with(question, one.id)
            fact = matcher.fact_of(one.id)
            said += of_product(question, self.MISSING, one.name, fact=fact, name=one.name, why=why)
        return said


def _trouble_with(question: Question, attribute_id: str) -> str:
    for filled in question.troubles:
        if filled.attribute is not None and filled.attribute.id == attribute_id:
            return f" The file says {filled.shown!r}."
    return ""


class ValuesListed(Check):
    """Values given by id stand in the marketplace's dictionaries."""

    UNLISTED: Final = hold(
        "attribute.value_unlisted",
        "{name}: the marketplace has no value {value} (any more).",
        "Choose the value anew.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (UNLISTED,)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        matcher = question.matcher
        if matcher is None or not question.given:
            return ()  # what the matcher found stands in its dictionaries
        said: tuple[Remark, ...] = ()
        for value in question.given:
            listed = matcher.dictionary(value.attribute_id)
            if value.value_id and listed is not None and value.value_id not in listed:
                said += of_product(
                    question,
                    self.UNLISTED,
                    value.value_id,
                    fact=f"attribute:{value.attribute_id}",
                    name=value.attribute_id,
                )
        return said


class AttributeTroubles(Check):
    """Params that could not be taken, and attributes in which variants differ, are told."""

    DIFFER: Final = advice(
        "attribute.variants_differ",
        "The variants differ in {value}, for which the marketplace takes one value a product.",
        "Split the group in the file, or give all variants the same {value}.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (
        attributes.UNKNOWN_VALUE,
        attributes.UNIT_MISSING,
        attributes.UNIT_STRANGE,
        attributes.UNCERTAIN_NAME,
        DIFFER,
    )

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        if not question.troubles and not question.differing:
            return ()
        said: tuple[Remark, ...] = ()
        for filled in question.troubles:
            if filled.trouble is not None:
                fact = f"attribute:{filled.attribute.id}" if filled.attribute else ""
                said += of_product(question, filled.trouble, filled.shown, fact=fact, **filled.data)
        for name in question.differing:
            said += of_product(question, self.DIFFER, name)
        return said


class BrandKnown(Check):
    """The brand is one that the marketplace knows."""

    UNKNOWN: Final = advice(
        "brand.unknown",
        "The shop may not use the brand {value} yet: it stands in the listing only where the"
        " category asks for it among the attributes.",
        "Have it approved in the marketplace's cabinet, or check its spelling.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (UNKNOWN,)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        brands, brand = question.brands, question.parts.brand
        if brands is None or not brand or folded(brand) in brands:
            return ()
        return of_product(question, self.UNKNOWN, brand, fact="brand")
