"""The sheets of a fix file that are not about offers: categories to map, choices for the shop."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

import msgspec

from torgpred.catalogue.core.tables.cells import Cell, text_of
from torgpred.channels.core.contract import Rules
from torgpred.kernel.findings import Finding
from torgpred.kernel.quantity import decimal_of
from torgpred.listings.core.fixing import findings as said
from torgpred.listings.core.fixing.columns import ID_AT_END, MarketPlaces
from torgpred.listings.core.fixing.sheets import SheetRead
from torgpred.listings.core.stating import WrongFactError, read_fact


class Chosen(msgspec.Struct):
    """What these sheets answer. Cells are counted: used, equal to what is known."""

    findings: list[Finding] = []
    mapped: dict[str, tuple[str, str]] = {}
    """Seller's category -> (marketplace's, the cell)."""
    policy: dict[str, str | int] = {}
    """Fields of the shop's policy."""
    rates: dict[str, Decimal] = {}
    """Currency -> its worth in the shop's currency."""
    used: int = 0
    unchanged: int = 0


def choose_categories(
    sheet: SheetRead,
    chosen: Chosen,
    *,
    places: MarketPlaces,
    known: Collection[str],
    mapped: Mapping[str, str],
) -> None:
    """Read where the seller's categories belong. `mapped` are the decisions in force."""
    for row in sheet.rows:
        for column, cell in row.cells.items():
            place = sheet.place(row.number, column)
            if row.key and row.key not in known:
                chosen.findings.append(said.UNKNOWN_CATEGORY.at(place, row.key))
                continue
            found = places.find(cell)
            if not found:
                chosen.findings.append(said.NO_SUCH_PLACE.at(place, text_of(cell)))
            elif mapped.get(row.key) == found:
                chosen.unchanged += 1
            else:
                chosen.used += 1
                chosen.mapped[row.key] = (found, place)


def choose_for_shop(
    sheet: SheetRead,
    chosen: Chosen,
    *,
    rules: Rules,
    templates: Mapping[str, str],
    now: Mapping[str, object],
) -> None:
    """Read what is chosen for the whole shop. `templates` are names by id, `now` what holds."""
    for row in sheet.rows:
        for column, cell in row.cells.items():
            place = sheet.place(row.number, column)
            try:
                field, value = _choice(row.key, cell, rules, templates)
            except WrongFactError as error:
                reason, mend = error.data["reason"], error.data["mend"]
                found = said.UNFIT.at(place, text_of(cell), reason=reason, mend=mend)
                chosen.findings.append(found)
                continue
            if not field:
                chosen.findings.append(said.NOT_ASKED.at(place, text_of(cell)))
            elif str(now.get(row.key, "")) == str(value):
                chosen.unchanged += 1
            else:
                chosen.used += 1
                if isinstance(value, Decimal):
                    chosen.rates[field] = value
                else:
                    chosen.policy[field] = value


def _choice(
    fact: str, cell: Cell, rules: Rules, templates: Mapping[str, str]
) -> tuple[str, str | int | Decimal]:
    text = text_of(cell).strip()
    kind, _, name = fact.partition(":")
    if kind == "delivery_template":
        return "delivery_template_id", _template(text, templates)
    if kind == "lead_time":
        days = int(read_fact("lead_time_days", text))
        least, most = rules.lead_time_days
        if not least <= days <= most:
            raise _unfit(fact, text, f"it is outside of {least} to {most}", "Write fewer days.")
        return "lead_time_days", days
    if kind == "unit":
        unit = str(read_fact("unit", text))
        if unit not in rules.units:
            raise _unfit(fact, text, "goods are not sold by it", "Choose from the list.")
        return "unit", unit
    if kind == "rate" and name:
        number = decimal_of(text)
        if number is None or number <= 0:
            raise _unfit(
                fact, text, "it is not one number above 0", "Write what one unit is worth."
            )
        return name, number.normalize()
    return "", ""


def _template(text: str, templates: Mapping[str, str]) -> str:
    bracketed = ID_AT_END.search(text)
    for wanted in (bracketed[1] if bracketed else "", text):
        if wanted in templates:
            return wanted
    named: Sequence[str] = [key for key, name in templates.items() if name == text]
    if len(named) != 1:
        raise _unfit("template", text, "the shop has no such template", "Choose from the list.")
    return named[0]


def _unfit(kind: str, value: str, reason: str, mend: str) -> WrongFactError:
    return WrongFactError(kind=kind, value=value, reason=reason, mend=mend)
