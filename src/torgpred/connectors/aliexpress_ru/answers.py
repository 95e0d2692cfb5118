"""What comes in: the marketplace's answers, each in its own shape, as typed values.

The shapes are not uniform: a payload stands at the top, in `data`, or is `data` itself, and the
same field is spelt differently by calls and years, so each struct lists the spellings seen.
Numbers come as JSON numbers or as text, ids beyond 2^53 among them: they are read without floats.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from torgpred.channels.core.contract import Attribute, DeliveryTemplate, MarketCategory, Problem
from torgpred.connectors.aliexpress_ru.errors import NO_REASON, problem
from torgpred.kernel.quantity import decimal_of


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What any answer may carry: an error, although the status is 200."""

    error: Any = None
    message: Any = None


class PropertyValue(msgspec.Struct, frozen=True):
    """A value of an attribute's dictionary."""

    id: int | str
    name: str = ""


class Property(msgspec.Struct, frozen=True):
    """An attribute of a category; `units` are objects or plain words."""

    id: int | str
    name: str = ""
    is_required: bool | None = False
    is_enum_prop: bool | None = False
    is_multi_select: bool | None = False
    values: tuple[PropertyValue, ...] | None = None
    units: Any = None


class Category(msgspec.Struct, frozen=True):
    """A category; the roots call gives id and name only."""

    id: int | str
    name: str = ""
    parent_id: Any = None
    is_visible: bool | None = None
    children_ids: tuple[int | str, ...] | None = None
    properties: tuple[Property, ...] | None = None
    sku_properties: tuple[Property, ...] | None = None


class CategoriesAnswer(Answer, frozen=True, kw_only=True):
    """Categories stand at the top."""

    categories: tuple[Category, ...] | None = None


class ValuesAnswer(Answer, frozen=True, kw_only=True):
    """Dictionary values stand at the top."""

    values: tuple[PropertyValue, ...] | None = None


class BrandList(msgspec.Struct, frozen=True):
    """The brands' inner list."""

    list: tuple[PropertyValue, ...] | None = None


class BrandsAnswer(Answer, frozen=True, kw_only=True):
    """Brands stand in `data.list`."""

    data: BrandList | None = None


class Template(msgspec.Struct, frozen=True):
    """A delivery template; the id was `templateId` in 2023 and is `template_id` now."""

    template_id: int | str | None = None
    templateId: int | str | None = None  # noqa: N815 - the marketplace's older spelling
    name: str | None = None
    template_name: str | None = None
    templateName: str | None = None  # noqa: N815 - the same


class TemplateList(msgspec.Struct, frozen=True):
    """The templates' inner list."""

    templates: tuple[Template, ...] | None = None


class TemplatesAnswer(Answer, frozen=True, kw_only=True):
    """Templates stand in `data.templates`."""

    data: TemplateList | None = None


class ItemError(msgspec.Struct, frozen=True):
    """One reason why an item or a task failed."""

    code: Any = None
    message: Any = None


class Result(msgspec.Struct, frozen=True):
    """What the door said of one item of a batch, in the order sent.

    `errors` is a list of {code, message}, or, by the published model of the answer, an object of
    texts by field; the call for single fields says `error`, a text.
    """

    ok: bool = True
    task_id: int | str | None = None
    external_id: str | None = None
    errors: Any = None
    error: Any = None


class SubmitAnswer(Answer, frozen=True, kw_only=True):
    """Group and results stand at the top; both may be missing."""

    group_id: int | str | None = None
    results: tuple[Result, ...] | None = None


class Task(msgspec.Struct, frozen=True):
    """How far one accepted item is: 1 created, 2 processing, 3 successful, 4 failed."""

    id: int | str | None = None
    status: Any = None
    action: Any = None
    external_id: str | None = None
    product_id: int | str | None = None
    error: ItemError | str | None = None
    batch_results: Any = None
    """By item (a variant): {success, error}. One may fail in a task that was successful."""


class TasksAnswer(Answer, frozen=True, kw_only=True):
    """Tasks are `data` itself."""

    data: tuple[Task, ...] | None = None


class StockInfo(msgspec.Struct, frozen=True):
    """Pieces for sale of one SKU, by the marketplace's own id of it."""

    sku: int | str
    max_sellable_quantity: Any = None


class StockList(msgspec.Struct, frozen=True):
    """The stock's inner list."""

    skus_info: tuple[StockInfo, ...] | None = None


class StocksAnswer(Answer, frozen=True, kw_only=True):
    """Stock stands in `data.skus_info`."""

    data: StockList | None = None


T = TypeVar("T", bound=Answer)


def decode(body: bytes, kind: type[T]) -> T:
    """Read an answer. Numbers with a fraction become Decimal, never float.

    Raises msgspec.DecodeError (not JSON) and msgspec.ValidationError (another shape).
    """
    return msgspec.json.Decoder(kind, float_hook=Decimal).decode(body)


def text(value: object) -> str:
    """Return an id or a word as text, empty for nothing."""
    return "" if value is None or isinstance(value, bool | dict | list) else str(value)


def number(value: object) -> Decimal | None:
    """Return a number that came as a JSON number or as text; None where there is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return decimal_of(value) if isinstance(value, str) else None


def error_words(answer: Answer) -> tuple[str, str] | None:
    """Return (code, message) of an answer's error, None where it holds none."""
    error = answer.error
    if error is None or error in ({}, ""):
        return None
    if isinstance(error, dict):
        return text(error.get("code")), text(error.get("message"))
    found = tuple(_reasons(error))
    return (found[0].code, "; ".join(one.message for one in found)) if found else ("", "")


def problems_of(result: Result) -> tuple[Problem, ...]:
    """Return an item's refusals; one that says so where the marketplace gave no reason."""
    found = tuple(_reasons(result.errors)) or tuple(_reasons(result.error))
    return found or (problem("", ""),)


def _reasons(given: object) -> Iterator[Problem]:
    """Yield the refusals in any of the forms seen: list, object by field, or a text."""
    if isinstance(given, dict) and not given.keys() & {"code", "message"}:
        for field, said in given.items():
            for one in _reasons(said):
                yield problem(one.code or field, f"{field}: {one.message}")
    elif isinstance(given, dict):
        yield problem(text(given.get("code")), text(given.get("message")))
    elif isinstance(given, list):
        for each in given:
            yield from _reasons(each)
    elif text(given):
        yield problem("", text(given))


def task_problems(task: Task) -> tuple[Problem, ...]:
    """Return the reasons of a failed task, and of the items in it that failed."""
    failed = failed_items(task)
    if isinstance(task.error, ItemError):
        return (problem(text(task.error.code), text(task.error.message)), *failed)
    if task.error:
        return (problem("", task.error), *failed)
    return failed or (problem("", ""),)


def failed_items(task: Task) -> tuple[Problem, ...]:
    """Return why single items of a task failed, whatever the task's status says."""
    results = task.batch_results if isinstance(task.batch_results, dict) else {}
    return tuple(
        problem("item_failed", f"{item}: {text(told.get('error')) or NO_REASON}")
        for item, told in results.items()
        if isinstance(told, dict) and told.get("success") is False
    )


def category_of(given: Category) -> MarketCategory:
    """Return a category with its product and variant attributes."""
    attributes = [_attribute(given_one, variant=False) for given_one in given.properties or ()]
    attributes += [_attribute(given_one, variant=True) for given_one in given.sku_properties or ()]
    return MarketCategory(
        id=text(given.id),
        name=given.name,
        parent_id=text(given.parent_id),
        children=tuple(text(child) for child in given.children_ids or ()),
        attributes=tuple(attributes),
    )


def template_of(given: Template) -> DeliveryTemplate | None:
    """Return a delivery template in either spelling; None where it has no id."""
    template_id = given.template_id if given.template_id is not None else given.templateId
    if template_id is None:
        return None
    name = given.name or given.template_name or given.templateName
    return DeliveryTemplate(text(template_id), name or text(template_id))


def _attribute(given: Property, *, variant: bool) -> Attribute:
    return Attribute(
        id=text(given.id),
        name=given.name,
        required=bool(given.is_required),
        variant=variant,
        values=tuple((text(value.id), value.name) for value in given.values or ()),
        dictionary=bool(given.is_enum_prop),
        units=_units(given.units),
        several=bool(given.is_multi_select),
    )


def _units(given: object) -> tuple[str, ...]:
    if not isinstance(given, list):
        return ()
    words = (
        text(unit.get("name") or unit.get("unit_name")) if isinstance(unit, dict) else text(unit)
        for unit in given
    )
    return tuple(word for word in words if word)
