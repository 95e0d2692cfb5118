"""Papers are kept, dated, undone, and private to their seller."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from torgpred.catalogue import selectors, services
from torgpred.catalogue.core.papers import Paper, PaperKind
from torgpred.runtime import files
from torgpred.runtime.scope import operator_scope, scope


def add(seller: int, **overrides: Any) -> Paper:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "kind": PaperKind.CERTIFICATE,
        "number": "RU C-1",
        "category": "7",
        "given_by": "anna",
    }
    return services.add_paper(seller_id=seller, **(given | overrides))


def test_a_paper_is_kept_until_it_is_undone(seller_a: int, seller_b: int) -> None:
    first = add(seller_a, valid_from=date(2025, 1, 1), valid_until=date(2025, 12, 31))
    second = add(seller_a, category="", keys=["B", "A", "A"])
    assert second.keys == ("A", "B")
    assert selectors.papers(seller_a) == [first, second]  # ended ones too
    assert selectors.papers(seller_b) == []
    undone = services.undo_paper(seller_id=seller_a, paper_id=first.id, undone_by="boris")
    assert undone.undone_at is not None
    assert selectors.papers(seller_a) == [second]
    assert [one.id for one in selectors.papers(seller_a, undone=True)] == [first.id, second.id]
    with pytest.raises(services.UnknownPaperError):
        services.undo_paper(seller_id=seller_a, paper_id=first.id, undone_by="boris")


def test_another_seller_neither_sees_nor_undoes_it(seller_a: int, seller_b: int) -> None:
    paper = add(seller_a)
    with pytest.raises(services.UnknownPaperError):
        services.undo_paper(seller_id=seller_b, paper_id=paper.id, undone_by="x")
    for table in ("catalogue_paper", "catalogue_paperevent"):
        counted = f"SELECT count(*) FROM {table}"
        with scope(seller_b), connection.cursor() as cursor:
            cursor.execute(counted)
            assert cursor.fetchone() == (0,)
            cursor.execute(f"DELETE FROM {table}")
            assert cursor.rowcount == 0
        with scope(seller_a), connection.cursor() as cursor:
            cursor.execute(counted)
            assert cursor.fetchone() == (1,)


def test_who_changed_what_stays_in_the_history(seller_a: int) -> None:
    paper = add(seller_a)
    services.undo_paper(seller_id=seller_a, paper_id=paper.id, undone_by="boris")
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT undone_by FROM catalogue_paperevent ORDER BY pgh_id")
        assert cursor.fetchall() == [("",), ("boris",)]


@pytest.mark.parametrize(
    "group", [{"category": ""}, {"keys": ["A"]}, {"everything": True}, {"category": "", "keys": []}]
)
def test_a_paper_covers_one_group(seller_a: int, group: dict[str, object]) -> None:
    with pytest.raises(services.PaperGroupError):
        add(seller_a, **group)


def test_a_brand_alone_covers_all_offers_of_it(seller_a: int) -> None:
    paper = add(seller_a, kind=PaperKind.TRADEMARK, category="", brand=" Север ")
    assert (paper.group_by, paper.brand) == ("all", "Север")


def test_a_paper_does_not_end_before_it_begins(seller_a: int) -> None:
    with pytest.raises(services.PaperPeriodError):
        add(seller_a, valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 31))
    one_day = add(seller_a, valid_from=date(2026, 2, 1), valid_until=date(2026, 2, 1))
    with (
        scope(seller_a),
        pytest.raises(IntegrityError, match="paper_period"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE catalogue_paper SET valid_from = '2026-02-02' WHERE id = %s", [one_day.id]
        )


def test_a_copy_is_kept_with_its_name(seller_a: int, tmp_path: Path) -> None:
    scan = tmp_path / "сертификат.pdf"
    scan.write_bytes(b"%PDF-1.7 a copy")
    paper = add(seller_a, copy=scan)
    assert paper.file_name == "сертификат.pdf"
    assert files.read(paper.file, limit=100) == b"%PDF-1.7 a copy"
