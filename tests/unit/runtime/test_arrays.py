"""Arrays as PostgreSQL reads them; `tests/db/orders` sends hostile words through them."""

from datetime import UTC, datetime
from decimal import Decimal

from torgpred.runtime.arrays import array, joined


def test_values_of_every_kind() -> None:
    assert array([1, None, -3]) == "{1,null,-3}"
    assert array([Decimal("1.50"), None]) == '{"1.50",null}'
    assert array([datetime(2026, 11, 11, 1, tzinfo=UTC)]) == '{"2026-11-11T01:00:00Z"}'
    assert array(["валенки, {детские}", "null", ""]) == '{"валенки, {детские}","null",""}'
    assert array([]) == "{}"


def test_what_json_would_escape_its_own_way() -> None:
    assert array(["a\nb", None, 'say "c"', "d\\n", "e\0f"]) == (
        '{"a\nb",null,"say \\"c\\"","d\\\\n","ef"}'
    )


def test_json_joined() -> None:
    assert joined(['{"a":"b\\"c\\n"}', ""]) == '{"a":"b\\"c\\n"}\x1e\x1e'
    assert joined([]) == ""
