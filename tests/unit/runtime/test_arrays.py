"""Arrays as PostgreSQL reads them; `tests/db/orders` sends hostile words through them."""

from datetime import UTC, datetime
from decimal import Decimal

from torgpred.runtime.arrays import Sent, array, joined


def _text(sent: Sent) -> str:
    return bytes(sent.text).decode()


def test_values_of_every_kind() -> None:
    assert _text(array([1, None, -3])) == "{1,null,-3}"
    assert _text(array([Decimal("1.50"), None])) == '{"1.50",null}'
    assert _text(array([datetime(2026, 11, 11, 1, tzinfo=UTC)])) == '{"2026-11-11T01:00:00Z"}'
    assert _text(array(["валенки, {детские}", "null", ""])) == '{"валенки, {детские}","null",""}'
    assert _text(array([])) == "{}"


def test_what_json_would_escape_its_own_way() -> None:
    assert _text(array(["a\nb", None, 'say "c"', "d\\n", "e\0f"])) == (
        '{"a\nb",null,"say \\"c\\"","d\\\\n","ef"}'
    )


def test_json_joined() -> None:
    assert _text(joined(['{"a":"b\\"c\\n"}', ""])) == '{"a":"b\\"c\\n"}\x1e\x1e'
    assert _text(joined([])) == ""
