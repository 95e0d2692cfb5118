import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from torgpred.runtime.scope import scope

pytestmark = pytest.mark.django_db


def codes() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM accounts_tenant ORDER BY code")
        return [row[0] for row in cursor.fetchall()]


def test_without_scope_no_rows(seller_a: int, seller_b: int) -> None:
    assert codes() == []


def test_scope_shows_only_its_own_rows(seller_a: int, seller_b: int) -> None:
    with scope(seller_a):
        assert codes() == ["S-A"]


def test_scope_cannot_write_anothers_rows(seller_a: int, seller_b: int) -> None:
    insert = (
        "INSERT INTO accounts_member (tenant_id, email, name, role, language, created_at)"
        " VALUES (%s, 'a@example.org', 'A', 'staff', 'ru', now())"
    )
    with scope(seller_a), connection.cursor() as cursor:
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            cursor.execute(insert, [seller_b])
        cursor.execute(insert, [seller_a])
        cursor.execute("SELECT count(*) FROM accounts_memberevent")
        assert cursor.fetchone()[0] == 1
        cursor.execute("UPDATE accounts_tenant SET name = 'mine' WHERE id = %s", [seller_b])
        assert cursor.rowcount == 0


@pytest.mark.django_db(transaction=True)
def test_transactional_tests_start_empty(seller_a: int) -> None:
    with scope(seller_a):
        assert codes() == ["S-A"]
