"""What a column means beside others: whose number it is, and what a measure is of."""

import re
from collections.abc import Iterable

from torgpred.catalogue.core.tables.memory import PARAM
from torgpred.catalogue.core.tables.names import NAMES, PRODUCT_NUMBERS, VARIANT_NUMBERS

_OZON = re.compile(r"rich.контент json|ozon (product )?id|идентификатор ozon")
_PRODUCT_TYPE = "product type"
"""A category to Google; simple, configurable, PHYSICAL to engines that name categories besides."""
_CARTON = re.compile(
    r"外箱|整箱|\b(carton|ctn)s? (size|dim|meas)|(размер|габарит)\w* (короба|ящика|гофро)"
)
"""Names of an outer carton. A box, "коробка", may well be that of one thing, as of shoes."""
_GROSS = re.compile(r"毛重|\bgross\b|\bg\.? ?w\b|брутто")


class Beside:
    """Knows all headers of a table, and says of one what it means among them."""

    def __init__(self, headers: Iterable[str]) -> None:
        bare = set(headers)
        self._of_variants = not bare.isdisjoint(VARIANT_NUMBERS)
        self._of_ozon = any(map(_OZON.fullmatch, bare)) and any("артикул" in one for one in bare)
        self._in_cartons = any(map(_CARTON.search, bare))
        self._sorted = not bare.isdisjoint(set(NAMES["category"]) - {_PRODUCT_TYPE})

    def meaning(self, header: str, field: str, then: str | None) -> tuple[str, str] | None:
        """Return the (field, reason) of a column that was taken for `field`; None if it stays.

        `then` is what it was read as last time: no catalogue changes its keys and categories by
        itself. The parcel of a whole carton was never that of one thing.
        """
        if field == "package" and _CARTON.search(header):
            return PARAM, "it is the size of a carton"
        if field == "weight" and self._in_cartons and _GROSS.search(header):
            return PARAM, "beside a carton's size it is the weight of a carton"
        if field == "category" and header == _PRODUCT_TYPE and self._sorted and then != field:
            return PARAM, "another column sorts the goods"
        return self._code(header, then) if field == "key" != then else None

    def _code(self, header: str, then: str | None) -> tuple[str, str] | None:
        if header == "sku" and self._of_ozon:
            return PARAM, "beside other columns of Ozon it is Ozon's number"
        if header in PRODUCT_NUMBERS and self._of_variants and then in (None, "group"):
            return "group", "the variants of a product have numbers of their own"
        return None
