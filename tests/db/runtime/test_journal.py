from datetime import timedelta

import pytest
from django.db import connection

from torgpred.runtime import journal
from torgpred.runtime.journal import CallLine
from torgpred.runtime.scope import operator_scope

pytestmark = pytest.mark.django_db


def make_line(**overrides: object) -> CallLine:
    values: dict[str, object] = {
        "operation": "page", "method": "GET", "host": "h", "attempt": 1, "status": 200,
        "milliseconds": 5, "bytes_out": 0, "bytes_in": 10,
    }  # fmt: skip
    return CallLine(**{**values, **overrides})  # type: ignore[arg-type]


def test_lines_come_newest_first_for_one_tenant_and_shop() -> None:
    journal.write(1, 10, make_line(operation="first"))
    journal.write(1, 11, make_line(operation="second"))
    journal.write(2, 20, make_line(operation="other"))

    assert [one.line.operation for one in journal.lines(tenant_id=1)] == ["second", "first"]
    assert [one.line.operation for one in journal.lines(tenant_id=1, shop_id=10)] == ["first"]


def test_old_lines_are_pruned_for_all_tenants() -> None:
    for tenant in (1, 2):
        journal.write(tenant, None, make_line(operation="old"))
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute("UPDATE runtime_call SET at = at - interval '31 days'")
    journal.write(1, None, make_line(operation="new"))

    assert journal.prune() is False

    assert [one.line.operation for one in journal.lines(tenant_id=1)] == ["new"]
    assert journal.lines(tenant_id=2) == []
    assert journal.prune(timedelta()) is False


def test_a_line_that_cannot_be_written_costs_nothing() -> None:
    journal.write(1, None, make_line(milliseconds=-1))

    assert journal.lines(tenant_id=1) == []
