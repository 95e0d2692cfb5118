"""What templates say and show; loaded into every template.

`{% t "Hello {name}" name=x %}` says a sentence; values are escaped. The words of templates are
gathered by tests/docs/wording.py.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from ipaddress import ip_address
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext
from lucide.templatetags.lucide import lucide

from torgpred.kernel.quantity import decimal_of
from torgpred.orders.core.held import told_reason
from torgpred.web import formats, words
from torgpred.web.labels import LABELS

register = template.Library()
_PRICES = frozenset({"price", "discount_price", "variant"})
_NUMBERS = frozenset({"stock", "weight_kg", "length_cm", "width_cm", "height_cm"})


@register.simple_tag
def t(sentence: str, **data: object) -> SafeString:
    """Say a sentence in the reader's language."""
    return _filled(words.word(sentence + ""), data)


@register.simple_tag
def tn(one: str, many: str, n: int, **data: object) -> SafeString:
    """Say a sentence in the form that fits a number, which `{n}` shows."""
    chosen = ngettext(one + "", many + "", n)
    return _filled(chosen, {"n": formats.number(n), **data})


def _filled(sentence: str, data: dict[str, Any]) -> SafeString:
    return mark_safe(words.fill(sentence, {k: _escaped(v) for k, v in data.items()}))  # noqa: S308


def _escaped(value: Any) -> Decimal | SafeString:  # noqa: ANN401 - whatever a template holds
    # An escaped number is text, of which `fill` can no longer tell that it is one.
    return value if isinstance(value, Decimal) else conditional_escape(value)


@register.simple_tag
def icon(name: str, size: int = 18) -> SafeString:
    """Draw an icon of Lucide, hidden from readers: what it means stands beside it."""
    return _drawn(str(name), size)


@lru_cache(maxsize=512)
def _drawn(name: str, size: int) -> SafeString:
    return mark_safe(lucide(name, size=size, aria_hidden="true", focusable="false"))  # noqa: S308


@register.filter
def label(value: object, kind: str) -> str:
    """Name a code of a kind, such as the state "applied" of a "plan"."""
    return words.label(kind, str(value))


@register.filter
def ours(text: str) -> str:
    """Translate a text of Torgpred's; others' words stay."""
    return words.stored(text)


@register.filter
def held(word: str) -> str:
    """Tell a marketplace's word for a held or disputed order, with its meaning where known."""
    return words.stored(told_reason(word))


@register.filter
def of(named: dict[str, str], code: str) -> str:
    """Return what something is called; its code where it has no name."""
    return named.get(code, code)


@register.filter
def address(value: str) -> SafeString:
    """Write a mail address that may break after its sign, so that no word of it is torn."""
    return mark_safe(conditional_escape(value).replace("@", "@<wbr>"))  # noqa: S308 - escaped


@register.filter
def country(code: str) -> str:
    """Return a country's name by its two letters; others as they are."""
    return formats.country(code)


@register.filter
def less(value: int, other: int) -> int:
    """Take a number off another."""
    return value - other


@register.filter
def negative(value: Decimal) -> Decimal:
    """Return an amount that goes away."""
    return -value


@register.filter
def plain(value: Decimal | str | None) -> str:
    """Write a number as one types it: no thousands, no zeros at the end; empty where unknown."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else ""


@register.simple_tag
def changed(value: str, field: str, currency: str) -> str:
    """Write what a field was or becomes: a state by its name, a price, a number; a dash for none.

    A variant that comes or goes is told by its price.
    """
    if not value:
        return "—"
    if field == "status":
        return words.label("listing", value)
    if field in _PRICES and (price := decimal_of(value)) is not None:
        return formats.money(price, currency)
    if field in _NUMBERS and (number := decimal_of(value)) is not None:
        return formats.number(number)
    return value


@register.filter
def what_of(what: str) -> str:
    """Name what an undo leaves: a step by its action, else a field."""
    return words.label("step action" if what in LABELS["step action"] else "field", what)


@register.filter
def num(value: Decimal | int | None) -> str:
    """Write a number."""
    return "—" if value is None else formats.number(value)


@register.filter
def measure(text: str) -> str:
    """Write a weight or the sides of a package, such as "20 x 15.5 x 5", in the reader's way."""
    return formats.measured(text)


@register.filter
def stated(told: str, kind: str) -> str:
    """Say what a statement of a kind states: a unit, a country or a currency by its name."""
    return words.stated_value(kind, told)


@register.filter
def rate(value: float) -> str:
    """Write how many come a second: finely where few do."""
    return formats.number(Decimal(str(round(value, 2 if value < 10 else 1))))


@register.filter
def whole(amount: Decimal) -> Decimal:
    """Leave the hundredths of a large amount out."""
    return amount.quantize(Decimal(1)) if amount >= 1_000 else amount


@register.simple_tag
def money(amount: Decimal | None, currency: str = "") -> str:
    """Write an amount of money."""
    return formats.money(amount, currency)


@register.simple_tag
def percent(part: float, whole: float) -> str:
    """Write a share."""
    return formats.percent(part, whole)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None) -> str:
    """Tell how far away a moment is; the exact time is its title."""
    if moment is None:
        return "—"
    shown = formats.exact(moment, _clock(context))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), shown, formats.ago(moment)
    )


@register.simple_tag
def day(given: date) -> str:
    """Tell a day."""
    return formats.day(given)


@register.simple_tag(takes_context=True)
def at(context: Context, moment: datetime | None, zone: str = "") -> str:
    """Tell a moment by day and minute on the desk's clock, or on that of a zone."""
    if moment is None:
        return "—"
    shown = formats.exact(moment, ZoneInfo(zone) if zone else _clock(context))
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), shown)


@register.simple_tag(takes_context=True)
def keep(context: Context, **changes: object) -> str:
    """Return the address's query with some of it changed; None or "" takes a name out."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in {None, ""}:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


@register.simple_tag(takes_context=True)
def passkeys_at(context: Context) -> str:
    """Return "" where passkeys work, the same page by name on this machine, else "-".

    An address of numbers is no relying party id (WebAuthn 5.1.2: a valid domain string).
    """
    request = context["request"]
    host, _, port = request.get_host().rpartition(":")
    if not host or not port.isdigit():
        host, port = request.get_host(), ""
    try:
        given = ip_address(host.strip("[]"))
    except ValueError:
        return ""
    if not given.is_loopback:
        return "-"
    return f"{request.scheme}://localhost{port and ':'}{port}{request.path}"


@register.simple_tag
def at_index(values: Sequence[str], index: int) -> str:
    """Return one of several by its place."""
    return values[index] if index < len(values) else ""


@register.simple_tag
def shares(*parts: int) -> str:
    """Draw a bar of parts side by side, as wide as their numbers; the last is what is left."""
    whole = sum(parts) or 1
    drawn, left = [], 0.0
    for name, part in zip(("good", "warn", "rest"), parts, strict=False):
        wide = part * 100 / whole
        drawn.append((name, f"{left:.2f}", f"{wide:.2f}"))
        left += wide
    bars = format_html_join("", '<rect class="{}" x="{}" width="{}" height="10"/>', drawn)
    return format_html(
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{}</svg>', bars
    )


def _clock(context: Context) -> Any:  # noqa: ANN401 - ZoneInfo
    desk = context.get("desk")
    return formats.zone(desk.tenant.country if desk else "")
