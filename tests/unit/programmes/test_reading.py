"""A programme as a text: what is wrong is named with its place; written and read it is the same."""

import pytest

from torgpred.programmes.core.errors import UnfitProgrammeError
from torgpred.programmes.core.reading import KINDS, read, write
from torgpred.programmes.library import library

PLAIN = """
family = "aliexpress_ru"
code = "plus"
name = "Plus"
country = "RU"
source = "told on the phone"
dated = 2026-11-05
"""
ALL = (
    PLAIN
    + """
[[conditions]]
kind = "local_stock"
pieces = 5
source = 'a "quoted" one\\'
[[conditions]]
kind = "lead_time"
days = 2
[[conditions]]
kind = "returns_address"
[[conditions]]
kind = "warranty"
months = 12
[[conditions]]
kind = "papers"
papers = ["trademark"]
[[conditions]]
kind = "delivery"
days = 6
[[conditions]]
kind = "price"
amount = 99.5
currency = "RUB"
[[conditions]]
kind = "rating"
at_least = 4.5
"""
)


def test_every_kind_is_read_and_written_back() -> None:
    found = read(ALL)

    assert {one.kind for one in found.conditions} == set(KINDS)
    assert read(write(found)) == found


def test_the_library_can_be_read_and_names_its_sources() -> None:
    found = library()

    assert [one.key for one in found] == ["aliexpress_ru/mall", "aliexpress_ru/official_store"]
    assert all(one.source and all(each.source for each in one.conditions) for one in found)


@pytest.mark.parametrize(
    ("text", "place", "value"),
    [
        ("name = ", "text", "name ="),
        (PLAIN.replace('code = "plus"', 'code = "Plus!"'), "code", "Plus!"),
        (PLAIN.replace('"RU"', '"Russia"'), "country", "Russia"),
        (PLAIN.replace("2026-11-05", '"2026-11-05"'), "dated", "2026-11-05"),
        (PLAIN.replace('"told on the phone"', '""'), "source", ""),
        (PLAIN + "colour = 1", "colour", "colour"),
        (PLAIN + "near = -1", "near", "-1"),
        (PLAIN + "conditions = 3", "conditions", "conditions"),
        (PLAIN + "[[conditions]]\nkind = 'stock'", "condition 1, kind", "stock"),
        (PLAIN + "[[conditions]]\nkind = 'lead_time'\ndays = 'x'", "condition 1", "lead_time"),
        (PLAIN + "[[conditions]]\nkind = 'lead_time'\nhours = 4", "condition 1", "lead_time"),
        (PLAIN + "[[conditions]]\nkind = 'lead_time'\ndays = 0", "condition 1, days", "0"),
        (PLAIN + "[[conditions]]\nkind = 'local_stock'\npieces = 0", "condition 1, pieces", "0"),
        (PLAIN + "[[conditions]]\nkind = 'papers'\npapers = []", "condition 1, papers", ""),
        (PLAIN + "[[conditions]]\nkind = 'papers'\npapers = ['x']", "condition 1", "papers"),
        (PLAIN + "[[conditions]]\nkind = 'price'\namount = 5", "condition 1, currency", ""),
        (
            PLAIN + "[[conditions]]\nkind = 'price'\ncurrency = 'RUB'\namount = nan",
            "condition 1, amount",
            "NaN",
        ),
        (PLAIN + "[[conditions]]\nkind = 'rating'\nat_least = 101", "condition 1, at_least", "101"),
        (
            PLAIN + "[[conditions]]\nkind = 'warranty'\n[[conditions]]\nkind = 'warranty'",
            "condition 2",
            "warranty",
        ),
        ("x" * 30_000, "text", "30000 characters"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(text: str, place: str, value: str) -> None:
    with pytest.raises(UnfitProgrammeError) as told:
        read(text)

    assert (told.value.data["place"], told.value.data["value"]) == (place, value)
    assert told.value.data["why"]
