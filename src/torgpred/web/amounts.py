"""Amounts within findings, written as the reader's language writes them.

A finding keeps what it is filled with as text, so nothing tells a price from an SKU, an id or a
year but what it is called. So it stands here, by the code of the finding and the name in its
sentences, which of them is an amount; nothing else is touched. An amount that is no number after
all (such as one that could not be read) stays as it is.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from torgpred.web import formats

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:E[+-]?\d{1,2})?")
_WITHIN: Final = re.compile(r"\d+(?:\.\d+)?")
_PRICED: Final = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})\b")

MONEY: Final[Mapping[str, tuple[str, ...]]] = {
    "margin.below_floor": ("value", "keeps", "wanted", "amount", "least"),
    "margin.cost_unknown": ("value",),
    "margin.delivery_unknown": ("value",),
    "price.above_reference": ("value", "target", "amount"),
    "price.above_reference_cost": ("value", "least"),
    "price.above_reference_file": ("value", "target"),
    "price.above_reference_lines": ("value", "target", "amount"),
    "price.below_least": ("value", "limit"),
    "price.below_least_margin": ("value", "keeps", "wanted"),
    "price.below_least_price": ("value", "limit"),
    "price.loss": ("value", "keeps"),
    "price.no_room": ("value",),
    "price.not_lower": ("value", "usual"),
    "price.raised": ("value", "low"),
    "price.raised_in_freeze": ("value", "before"),
    "switch.too_far": ("value", "before"),
    "timed.listed": ("value", "price"),
    "timed.meets": ("value",),
}
"""Money in the currency of the shop that the finding is about."""

PRICED: Final[Mapping[str, tuple[str, ...]]] = {
    "lesson.loss": ("price",),
    "lesson.nothing_kept": ("price", "keeps"),
    "price.above_reference": ("reference",),
    "price.above_reference_cost": ("reference",),
    "price.above_reference_file": ("reference",),
    "price.above_reference_lines": ("reference",),
    "price.reference_old": ("reference",),
    "price.reference_rate_unknown": ("reference",),
}
"""Money that names its currency itself, such as "120 CNY = 1500.00 RUB"."""

NUMBERS: Final[Mapping[str, tuple[str, ...]]] = {
    "budget.sum": ("value",),
    "campaign.percent_too_low": ("value", "asked"),
    "catalogue.nothing_removed": ("value",),
    "catalogue.too_many_missing": ("value", "known"),
    "content.description_cut": ("length", "limit"),
    "content.pictures_cut": ("length", "limit"),
    "content.title_cut": ("length", "limit"),
    "coupon.much": ("value", "amount", "percent"),
    "coupon.percent_too_high": ("value", "most"),
    "coupon.swapped": ("value", "amount"),
    "coupon.whole_price": ("value", "amount"),
    "feed.archive.bomb": ("value",),
    "feed.file.too_large": ("value", "limit"),
    "feed.offer.description_cut": ("value", "limit"),
    "feed.offer.text_cut": ("limit",),
    "feed.offer.too_large": ("limit",),
    "feed.offer.too_many": ("value", "limit"),
    "lesson.and_more": ("value",),
    "lesson.came_back": ("value", "sold"),
    "lesson.cost_unknown": ("value",),
    "lesson.late": ("value", "orders"),
    "lesson.loss": ("value", "margin"),
    "lesson.not_sold": ("value", "offers"),
    "lesson.nothing_kept": ("value",),
    "lesson.overdue": ("value", "orders"),
    "lesson.payout_unknown": ("value",),
    "lesson.sold_out": ("value",),
    "lesson.unused": ("value", "kept", "sold"),
    "picture.too_large": ("value", "limit"),
    "pictures.too_few": ("value", "limit"),
    "price.above_reference": ("percent",),
    "price.above_reference_cost": ("percent",),
    "price.above_reference_file": ("percent",),
    "price.above_reference_lines": ("percent",),
    # In the currency of the file, or in one that nobody named.
    "price.currency_missing": ("value",),
    "price.discount_deep": ("value", "price"),
    "price.fees_exceed_price": ("value",),
    "price.old_not_higher": ("value", "price"),
    "price.weight_beyond_tariff": ("value", "limit"),
    # Its sentence names the currency behind the amount.
    "programme.price.missing": ("amount",),
    "programme.local_stock.missing": ("pieces",),
    "programme.local_stock.nowhere": ("pieces",),
    "programme.rating.barred": ("at_least",),
    "running.fewer": ("value", "asked"),
    "running.nowhere": ("value",),
    "stars.too_few": ("value", "asked"),
    "stars.unknown": ("asked",),
    "stock.not_enough": ("value", "asked"),
    "stock.not_local": ("value", "asked"),
    "stock.outside": ("value", "limit"),
    "switch.too_far": ("times",),
    "variants.too_many": ("value", "limit"),
    "weight.outside": ("value", "least", "most"),
}
"""Numbers without a currency: weights, shares, ratings, counts."""

MEASURES: Final[Mapping[str, tuple[str, ...]]] = {"package.outside": ("value", "least", "most")}
"""Several numbers in one text, such as "30 x 20 x 12.5"."""


def written(code: str, data: Mapping[str, str], currency: str) -> dict[str, str]:
    """Return what fills a finding's sentences, its amounts as the reader's language writes them.

    `currency` is the shop's; where it is empty, its money is written as plain numbers.
    """
    found = dict(data)
    for names, write in (
        (MONEY, lambda text: _number(text, currency)),
        (PRICED, _priced),
        (NUMBERS, _number),
        (MEASURES, lambda text: _WITHIN.sub(lambda one: _number(one[0]), text)),
    ):
        for name in names.get(code, ()):
            if name in found:
                found[name] = write(found[name])
    return found


def _number(text: str, currency: str = "") -> str:
    if not _NUMBER.fullmatch(text):
        return text
    amount = Decimal(text)
    return formats.money(amount, currency) if currency else formats.exact_number(amount)


def _priced(text: str) -> str:
    return _PRICED.sub(lambda one: formats.money(Decimal(one[1]), one[2]), text)
