"""Templates of answers: a text with {placeholders}, filled from one order.

Only the names in PLACEHOLDERS stand for something; a brace is written twice to be a brace. The
text is never evaluated: what a value holds is put in as it is and not looked at again.
"""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from torgpred.kernel.errors import TorgpredError
from torgpred.orders.core.messages import LONGEST

PLACEHOLDERS: Final = {
    "order": "the marketplace's number of the order",
    "track": "the parcel's tracking number",
    "ship_by": "the day until which the order is to be shipped",
    "name": "the buyer's name",
}
LANGUAGES: Final = ("ru", "en", "zh")
_MARK: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class BadTemplateError(TorgpredError):
    """The text of a template cannot be used."""

    code = "messages.bad_template"
    template = "The text of the template cannot be used: {reason}"


class UnknownPlaceholderError(TorgpredError):
    """A template names something that no order has."""

    code = "messages.unknown_placeholder"
    template = (
        "The template holds {{{given}}}, which stands for nothing. Known: {known}. Write a brace"
        " twice where you mean a brace."
    )


class NothingToFillInError(TorgpredError):
    """The order does not have what a template asks for."""

    code = "messages.nothing_to_fill_in"
    template = (
        "The template {name} asks for {{{given}}} ({meaning}), which is not known here."
        " Write the text yourself, or take a template without it."
    )


class UnknownTemplateError(TorgpredError):
    """No template has this name."""

    code = "messages.unknown_template"
    template = "There is no template {given} in {language}. There are: {known}"


class Template(msgspec.Struct, frozen=True):
    """One text in one language; `built_in` ones belong to nobody."""

    name: str
    language: str
    text: str
    built_in: bool = False


def checked(text: str) -> str:
    """Return a template's text without white space around it.

    Raises BadTemplateError where it is empty, too long or holds a lone brace, and
    UnknownPlaceholderError.
    """
    text = text.strip()
    if not text:
        raise BadTemplateError(reason="it is empty.")
    if len(text) > LONGEST:
        raise BadTemplateError(reason=f"it has {len(text)} characters; {LONGEST} are allowed.")
    for found in _MARK.finditer(text):
        if found[0] in ("{", "}"):
            raise BadTemplateError(
                reason=f"a lone {found[0]} at character {found.start() + 1}; write it twice."
            )
        if found[1] is not None and found[1] not in PLACEHOLDERS:
            known = ", ".join(f"{{{one}}}" for one in PLACEHOLDERS)
            raise UnknownPlaceholderError(given=found[1], known=known)
    return text


def filled(template: Template, values: Mapping[str, str]) -> str:
    """Return a template's text with an order's values; an empty value counts as not known.

    Raises NothingToFillInError, and what `checked` raises.
    """

    def put(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0][0]
        if not values.get(name):
            raise NothingToFillInError(
                name=template.name, given=name, meaning=PLACEHOLDERS.get(name, "")
            )
        return values[name]

    return _MARK.sub(put, checked(template.text))


def chosen(found: Mapping[tuple[str, str], Template], name: str, language: str) -> Template:
    """Return a template by (name, language). Raises UnknownTemplateError."""
    one = found.get((name, language))
    if one is None:
        known = sorted({name for name, spoken in found if spoken == language})
        raise UnknownTemplateError(given=name, language=language, known=", ".join(known) or "none")
    return one


_TEXTS: Final = {
    "accepted": {
        "ru": "Здравствуйте! Заказ {order} принят, отправим его до {ship_by}.",
        "en": "Hello! We have your order {order} and will ship it by {ship_by}.",
        "zh": "您好！我们已收到您的订单 {order}，将在 {ship_by} 之前发货。",
    },
    "shipped": {
        "ru": "Здравствуйте! Заказ {order} отправлен. Номер для отслеживания: {track}.",
        "en": "Hello! Your order {order} is on its way. The tracking number is {track}.",
        "zh": "您好！您的订单 {order} 已发货，物流单号：{track}。",
    },
    "delayed": {
        "ru": "Здравствуйте! Заказ {order} задерживается. Просим прощения; сообщим сразу, как"
        " только отправим.",
        "en": "Hello! Your order {order} is delayed. We are sorry, and will write as soon as it"
        " is shipped.",
        "zh": "您好！您的订单 {order} 有所延迟，非常抱歉。发货后我们会立即通知您。",
    },
    "out-of-stock": {
        "ru": "Здравствуйте! К сожалению, товара из заказа {order} не оказалось на складе. Мы"
        " можем отправить его позже или отменить заказ. Как вам удобнее?",
        "en": "Hello! We are sorry: the goods of your order {order} are out of stock. We can ship"
        " them later or cancel the order. Which would you prefer?",
        "zh": "您好！很抱歉，订单 {order} 中的商品暂时缺货。"
        "我们可以稍后发货或取消订单，请问您希望怎样处理？",
    },
    "thanks": {
        "ru": "Здравствуйте! Спасибо за сообщение. Мы уже разбираемся и скоро ответим.",
        "en": "Hello! Thank you for your message. We are looking into it and will answer soon.",
        "zh": "您好！感谢您的留言，我们正在处理，会尽快回复您。",
    },
}
BUILT_IN: Final = {
    (name, language): Template(name, language, text, built_in=True)
    for name, texts in _TEXTS.items()
    for language, text in texts.items()
}
