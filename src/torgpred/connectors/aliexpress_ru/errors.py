"""The marketplace's refusals: which family an answer belongs to, and how to mend a refusal.

A list of product error codes was not found, so refusals are recognised by their words (the
marketplace answers in Russian or English); what is not recognised is shown as it came.
"""

import re
from collections.abc import Sequence

from torgpred.channels.core.contract import Problem

DEAD_TOKEN_WORDS = ("GetTokenByID", "cannot GetToken")
"""Either of them in an error message means a dead token, whatever the HTTP status (clients)."""

CALL_FOR_NEW_KEY = (
    "The marketplace does not know this token any more. Make a new one in the seller cabinet "
    "(settings, API token) and give it to the shop."
)
NO_RIGHT = (
    "The marketplace does not let this token do that ({operation}): {said}. Give the token the "
    "right in the seller cabinet, or make another one and give it to the shop."
)

NO_REASON = "The marketplace refused it and gave no reason."
UNKNOWN_MEND = (
    "These are the marketplace's own words. Change in the product what they name; where they name "
    "nothing, look at the product in the seller cabinet, or give them to the marketplace's support."
)
AGAIN_MEND = (
    "The marketplace put it off each time it was sent. Make a new plan later: it is sent again."
)

_MENDS: tuple[tuple[str, str], ...] = (
    (
        r"freight|template|шаблон",
        "Choose a delivery template that exists in the seller cabinet for this shop.",
    ),
    (r"\bbrand|бренд", "Add the brand to the shop and wait for its approval, or leave it out."),
    (
        r"quota|too many|rate limit|4 hours|лимит|превышен",
        "The marketplace's quota is used up; the rest goes out by itself when it is free again.",
    ),
    (
        r"\battribute|property|properties|атрибут|характеристик|свойств",
        "Map the attribute it names, with a value out of the marketplace's list.",
    ),
    (r"sku_?code|артикул|duplicate|дубл", "Give each variant an SKU that the shop does not have."),
    (
        r"categor|категор",
        "Map the category to one of the marketplace's that has no children.",
    ),
    (
        r"image|picture|photo|изображен|картин|фото",
        "Give 1 to 6 pictures by addresses that anyone can open.",
    ),
    (r"weight|вес\b", "State the parcel's weight: 0.01 to 700 kg."),
    (
        r"length|width|height|package|длин|ширин|высот|габарит|упаковк",
        "State the parcel's sides: 1 to 700 cm each.",
    ),
    (r"discount|скидк", "Set a discount price below the price, or none."),
    (r"price|цен[аыу]", "Set a price of at least 0.01 with at most two decimal places."),
    (r"inventory|stock|остат", "Set a stock of 0 to 999,999 pieces."),
    (r"lead_?time|срок отправ|shipping", "Set a lead time of 1 to 30 days."),
    (r"subject|title|назван|заголов", "Shorten or fill in the title in Russian."),
    (r"description|описан", "Shorten or fill in the description in Russian."),
    (r"language|язык", "Give the texts in Russian, the product's main language."),
    (
        r"product.{0,20}not.{0,5}found|товар.{0,20}не.{0,5}найден|no such product",
        "The product is no longer in the shop: read the shop anew and plan again.",
    ),
    (r"tnved|тн ?вэд|okpd|окпд|gtin", "State the customs (TN VED) code of the goods."),
)
SENTENCES = (NO_REASON, UNKNOWN_MEND, AGAIN_MEND, *(mend for _, mend in _MENDS))
"""What is said to people beside the marketplace's own words, for translators."""
_COMPILED = tuple((re.compile(pattern, re.IGNORECASE), mend) for pattern, mend in _MENDS)

_BUSY = re.compile(
    r"quota|too.?many.?requests|rate.?limit|throttl|per \d+ hours|квот|слишком много запросов",
    re.IGNORECASE,
)
_PASSING = re.compile(
    r"try.{0,12}(again|later)|again later|retry|temporar|timed? ?out|not processed"
    r"|повторите|попробуйте.{0,20}(ещ[её]|позже|снова)|временно|не обработан",
    re.IGNORECASE,
)
_GONE = re.compile(
    r"not.?found|no such product|does not exist|не найден|не существует", re.IGNORECASE
)


def problem(code: str, message: str) -> Problem:
    """Return a refusal in the marketplace's words, with its mend in plain ones."""
    said = f"{code} {message}"
    mend = next((mend for pattern, mend in _COMPILED if pattern.search(said)), UNKNOWN_MEND)
    message = message.strip()
    if not message:
        message = f"The marketplace gave no reason but the code {code}." if code else NO_REASON
    return Problem(code=code or "unknown", message=message, mend=mend)


def is_dead_token(said: str) -> bool:
    """Tell whether an error's words mean that the token is dead."""
    return any(word in said for word in DEAD_TOKEN_WORDS)


def is_busy(code: str, message: str) -> bool:
    """Tell whether a refusal of a whole call says "not now": a quota or ceiling is used up."""
    return _BUSY.search(f"{code} {message}") is not None


def is_passing(problems: Sequence[Problem]) -> bool:
    """Tell whether all reasons of an item's refusal say "not this time" and nothing is wrong."""
    said = [f"{one.code} {one.message}" for one in problems]
    return bool(said) and all(_BUSY.search(one) or _PASSING.search(one) for one in said)


def is_gone(code: str, message: str) -> bool:
    """Tell whether an error says that a product is not there."""
    return _GONE.search(f"{code} {message}") is not None
