"""Tables as more shop engines, suppliers and accounting programs write them."""

import csv
import io
from pathlib import Path

import pytest

from torgpred.catalogue.core.offers import Offer
from torgpred.catalogue.core.opening import open_feed

Rows = list[list[str]]


def read(tmp_path: Path, rows: Rows) -> tuple[list[Offer], list[str]]:
    """Return the offers and the codes of all findings."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(rows)
    path = tmp_path / "price.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    reader = open_feed(path)
    taken = [reader.read(entry) for entry in reader.entries()]
    found = [finding.code for one in taken for finding in one.findings]
    offers = [one.offer for one in taken if one.offer is not None]
    return offers, found + [one.code for one in reader.findings()]


@pytest.mark.parametrize(
    ("header", "shown", "hidden"),
    [
        ("Видимость на витрине", "выставлен", "скрыт"),
        ("visible", "true", "false"),
        ("Product Visible?", "Y", "N"),
        ("enabled", "+", "-"),
        ("Status", "A", "D"),
        ("Status", "A", "H"),
        ("Архивный", "нет", "да"),
    ],
)
def test_what_an_engine_does_not_show_is_left_out(
    tmp_path: Path, header: str, shown: str, hidden: str
) -> None:
    head = ["Артикул", "Наименование", "Цена", header]
    offers, codes = read(tmp_path, [head, ["A1", "Лампа", "10", shown], ["A2", "Бра", "9", hidden]])

    assert [offer.key for offer in offers] == ["A1"]
    assert "table.rows.hidden" in codes


def test_an_archived_product_hides_its_variants(tmp_path: Path) -> None:
    head = ["Артикул", "Наименование", "Цена", "Группа вариантов", "Архивный"]
    rows = [
        ["A1", "Лампа", "10", "G1", "да"],
        ["A2", "", "10", "G1", ""],
        ["B1", "Бра", "9", "", "нет"],
    ]
    offers, _ = read(tmp_path, [head, *rows])

    assert [offer.key for offer in offers] == ["B1"]
