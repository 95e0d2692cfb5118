"""What a check is."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from torgpred.kernel.findings import Kind
from torgpred.listings.core.question import PartVariant, Question
from torgpred.listings.core.remarks import Remark


class Check(ABC):
    """One rule about a product. `kinds` are all findings it can make."""

    kinds: ClassVar[tuple[Kind, ...]]

    @abstractmethod
    def look(self, question: Question) -> Sequence[Remark]:
        """Return holds and advice; an empty sequence where all is well. Raises nothing."""


class VariantCheck(ABC):
    """One rule about a single variant of a product."""

    kinds: ClassVar[tuple[Kind, ...]]

    @abstractmethod
    def look(self, question: Question, variant: PartVariant) -> Sequence[Remark]:
        """Return holds and advice; an empty sequence where all is well. Raises nothing."""


def of_product(
    question: Question, kind: Kind, value: object = "", *, fact: str = "", **data: object
) -> tuple[Remark, ...]:
    """Return one remark about a whole product."""
    place = question.parts.variants[0].offer.key
    return (Remark(kind.at(place, value, **data), "", fact, question.group),)


def of_variant(
    question: Question, sku: str, kind: Kind, value: object = "", *, fact: str = "", **data: object
) -> tuple[Remark, ...]:
    """Return one remark about a single variant."""
    return (Remark(kind.at(sku, value, **data), sku, fact, question.group),)
