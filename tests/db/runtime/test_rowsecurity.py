"""Row security, asked of the database itself: every table, as the role that everything runs as."""

from typing import Any

import pghistory
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from torgpred.runtime.scope import ScopeConflictError, operator_scope, scope

pytestmark = pytest.mark.django_db

UNSCOPED = {
    "account_emailaddress": "allauth's; sign-in only",
    "account_emailconfirmation": "allauth's; sign-in only",
    "auth_group": "Django's; unused, no rows",
    "auth_group_permissions": "Django's; unused, no rows",
    "auth_permission": "names of permissions, the same for everyone",
    "auth_user": "sign-in only; what a person may see is decided by its membership",
    "auth_user_groups": "Django's; unused, no rows",
    "auth_user_user_permissions": "Django's; unused, no rows",
    "campaigns_ruleset": "rules of law and of marketplaces, the same for everyone",
    "channels_category": "a marketplace's public category tree",
    "channels_dictionary": "a marketplace's public values of attributes",
    "channels_rulebook": "a marketplace's public rules",
    "django_content_type": "names of tables",
    "django_session": "who is signed in; read by a random key only, before anybody is known",
    "django_migrations": "which migrations are in",
    "listings_duty": "rules of law and of marketplaces, the same for everyone",
    "listings_dutyevent": "who put rules in force and lifted them, the operator's people",
    "listings_exchangerate": "public rates of exchange",
    "listings_mappingmemory": "what sellers' words came to mean, shared between them by design",
    "mfa_authenticator": "second factors, sealed by the key file; sign-in only",
    "procrastinate_events": "wake-ups carry no data of a seller, only ids",
    "procrastinate_jobs": "wake-ups carry no data of a seller, only ids",
    "procrastinate_periodic_defers": "when periodic tasks ran",
    "procrastinate_workers": "which workers live",
    "runtime_cache": "counts by which sign-in is slowed down",
    "runtime_slot": "rates of calls, keyed by a digest",
    "runtime_turn": "when a sweep is due",
}

TABLES = (
    "SELECT c.relname, c.relrowsecurity,"
    " (SELECT array_agg(p.polcmd::text ORDER BY p.polcmd::text) FROM pg_policy p"
    "  WHERE p.polrelid = c.oid) FROM pg_class c"
    " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
)


def rows(query: str, *params: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - columns
    with connection.cursor() as cursor:
        cursor.execute(query, params or None)
        return list(cursor.fetchall())


def codes() -> list[str]:
    return [row[0] for row in rows("SELECT code FROM accounts_tenant ORDER BY code")]


def scoped_tables() -> list[str]:
    return sorted(name for name, guarded, _ in rows(TABLES) if guarded)


def add_member(tenant: int, email: str = "a@example.org") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_member (tenant_id, email, name, role, language, created_at)"
            " VALUES (%s, %s, 'A', 'staff', 'ru', now())",
            [tenant, email],
        )


def test_every_table_is_scoped_or_listed_with_a_reason() -> None:
    bare = {name for name, guarded, _ in rows(TABLES) if not guarded}
    assert bare == set(UNSCOPED)


def test_scoped_tables_have_a_policy_for_every_verb() -> None:
    found = {name: policies for name, guarded, policies in rows(TABLES) if guarded}
    assert found
    assert {name for name, verbs in found.items() if verbs != ["a", "d", "r", "w"]} == set()


def test_no_view_lets_rows_past_the_policies() -> None:
    views = rows(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm')"
        " AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce(reloptions, '{}') && ARRAY['security_invoker=true']"
    )
    assert views == []


def test_the_app_role_is_bound_and_owns_nothing() -> None:
    assert rows("SELECT current_user") == [("torgpred_app",)]
    assert rows(
        "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles"
        " WHERE rolname = current_user"
    ) == [(False, False, False, False)]
    assert (
        rows(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND pg_has_role(current_user, relowner, 'USAGE')"
        )
        == []
    )


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE accounts_tenant DISABLE ROW LEVEL SECURITY",
        "DROP POLICY scope_read ON accounts_tenant",
        "TRUNCATE accounts_member",
        "CREATE TABLE mine (id int)",
        "SET ROLE torgpred_owner",
        "DELETE FROM django_migrations",
    ],
)
def test_the_app_role_cannot_lift_it(statement: str) -> None:
    with (
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_without_scope_no_rows_in_any_scoped_table(seller_a: int, seller_b: int) -> None:
    with scope(seller_a):
        add_member(seller_a)
    assert codes() == []
    for table in scoped_tables():
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)], table


def test_a_scope_shows_only_its_own_rows(seller_a: int, seller_b: int) -> None:
    with scope(seller_b):
        add_member(seller_b)
    with scope(seller_a):
        assert codes() == ["S-A"]
        assert rows("SELECT count(*) FROM accounts_member") == [(0,)]
    with operator_scope():
        assert codes() == ["S-A", "S-B"]
        assert rows("SELECT count(*) FROM accounts_memberevent") == [(1,)]


def test_a_scope_cannot_write_anothers_rows(seller_a: int, seller_b: int) -> None:
    with scope(seller_b):
        add_member(seller_b)
    with scope(seller_a):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            add_member(seller_b, "b@example.org")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_member SET name = 'mine'")
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM accounts_member")
            assert cursor.rowcount == 0
        add_member(seller_a)
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            rows("UPDATE accounts_member SET tenant_id = %s RETURNING id", seller_b)


def test_history_is_written_as_the_app_role_and_cannot_be_changed(seller_a: int) -> None:
    with scope(seller_a):
        add_member(seller_a)
        assert rows("SELECT count(*) FROM accounts_memberevent") == [(1,)]
        with pytest.raises(Exception, match="Cannot update or delete"), transaction.atomic():
            rows("DELETE FROM accounts_memberevent RETURNING pgh_id")


@pytest.mark.django_db(transaction=True)
def test_who_acted_is_read_by_the_operator_alone(seller_a: int, seller_b: int) -> None:
    with pghistory.context(member="olga@example.org"):
        for number, tenant in enumerate((seller_a, seller_b)):
            with scope(tenant):
                add_member(tenant, f"{number}@example.org")
    named = "SELECT metadata ->> 'member' FROM pghistory_context"

    assert rows(named) == []
    with scope(seller_a):
        assert rows(named) == []
    with operator_scope():
        assert rows(named) == [("olga@example.org",)]
        assert rows("SELECT count(pgh_context_id) FROM accounts_memberevent") == [(2,)]


def test_a_scope_ends_with_its_transaction_and_never_widens(seller_a: int, seller_b: int) -> None:
    with scope(seller_a):
        with pytest.raises(ScopeConflictError), scope(seller_b):
            pass
        with pytest.raises(ScopeConflictError), operator_scope():
            pass
        assert codes() == ["S-A"]
    assert codes() == []


@pytest.mark.django_db(transaction=True)
def test_a_scope_does_not_outlive_its_transaction_on_the_connection(seller_a: int) -> None:
    with scope(seller_a):
        assert codes() == ["S-A"]
    assert connection.connection is not None
    assert codes() == []


def test_jobs_can_be_deferred_and_fetched_as_the_app_role() -> None:
    row = rows(
        "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('quick', 'look', 0, NULL, NULL, '{}',"
        " NULL)::procrastinate_job_to_defer_v1])"
    )
    assert row
    assert rows("SELECT count(*) FROM procrastinate_events") == [(1,)]
