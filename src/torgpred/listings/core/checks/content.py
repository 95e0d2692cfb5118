"""Checks of texts and pictures, and of goods for adults."""

from collections.abc import Sequence
from typing import ClassVar, Final

from typing_extensions import override

from torgpred.kernel.findings import Kind
from torgpred.listings.core import content
from torgpred.listings.core.checks.base import Check, of_product
from torgpred.listings.core.question import Question
from torgpred.listings.core.remarks import Remark, advice, hold


class TitleFits(Check):
    """A title is there and fits."""

    MISSING: Final = hold(
        "title.missing",
        "The product has no name.",
        "Put a name, or vendor and model, into the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (MISSING, content.TITLE_CUT)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        parts = question.parts
        if not parts.title:
            return of_product(question, self.MISSING, fact="title")
        if parts.title_length > len(parts.title):
            limit = question.rules.texts[parts.language].title
            return of_product(
                question, content.TITLE_CUT, parts.title, length=parts.title_length, limit=limit
            )
        return ()


class DescriptionFits(Check):
    """A description is there and fits."""

    MISSING: Final = hold(
        "description.missing",
        "There is neither a description nor any attribute that one could be made of.",
        "Put a description into the file.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (MISSING, content.DESCRIPTION_CUT)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        parts = question.parts
        if not parts.description:
            return of_product(question, self.MISSING, fact="description")
        limit = question.rules.texts[parts.language].description
        if parts.description_length > limit:
            length = parts.description_length
            return of_product(question, content.DESCRIPTION_CUT, length=length, limit=limit)
        return ()


class PicturesFit(Check):
    """As many pictures as the marketplace takes, at addresses it can fetch."""

    FEW: Final = hold(
        "pictures.too_few",
        "There are {value} pictures that a marketplace could fetch; {limit} are needed at least.",
        "Put picture addresses into the file, or give a ZIP of pictures named by SKU.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (FEW, content.PICTURES_CUT, content.PICTURE_ADDRESS)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        parts = question.parts
        count, rules = len(parts.pictures), question.rules
        if rules.pictures_min <= count == parts.pictures_given:
            return ()
        said: tuple[Remark, ...] = ()
        if count < rules.pictures_min:
            limit = rules.pictures_min
            said = of_product(question, self.FEW, count, fact="picture", limit=limit)
        for bad in parts.pictures_bad[:1]:
            said += of_product(question, content.PICTURE_ADDRESS, bad)
        good = parts.pictures_given - len(parts.pictures_bad)
        if good > rules.pictures_max:
            limit = rules.pictures_max
            said += of_product(question, content.PICTURES_CUT, length=good, limit=limit)
        return said


class GoodsAllowed(Check):
    """Goods for adults only are pointed out; what else is restricted, duties say."""

    ADULT: Final = advice(
        "goods.adult",
        "The offer is marked as for adults only.",
        "Make sure that the category and the marketplace allow it.",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (ADULT,)

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        if question.parts.variants[0].offer.adult:
            return of_product(question, self.ADULT)
        return ()
