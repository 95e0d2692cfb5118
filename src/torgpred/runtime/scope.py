"""Scope: whose rows a transaction may see. No scope, no rows; the database enforces it.

Row security compares each scoped row's tenant with the setting made here, which lasts for the
transaction only, so that a pooled connection never carries one member's scope to another.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from typing_extensions import override

from torgpred.kernel.errors import TorgpredError

TENANT_SETTING = "torgpred.tenant"
OPERATOR_SETTING = "torgpred.operator"

_TENANT = f"(SELECT NULLIF(current_setting('{TENANT_SETTING}', true), '')::bigint)"
_OPERATOR = f"(SELECT current_setting('{OPERATOR_SETTING}', true) = 'on')"


class ScopeConflictError(TorgpredError):
    """Code of one tenant tried to act for another."""

    code = "scope.conflict"
    template = "This work belongs to tenant {inside}; it cannot act for tenant {wanted}."


@contextmanager
def scope(tenant_id: int) -> Iterator[None]:
    """Open a transaction that sees and writes only one tenant's rows.

    Inside the same tenant's scope, or the operator's, it is a savepoint with the narrower scope.
    Raises ScopeConflictError inside another tenant's scope.
    """
    with _restored() as before:
        if before not in {"", str(tenant_id)}:
            raise ScopeConflictError(inside=before, wanted=tenant_id)
        _set(str(tenant_id), "")
        yield


@contextmanager
def operator_scope() -> Iterator[None]:
    """Open a transaction that sees every tenant's rows: for the operator's own work and sweeps.

    Raises ScopeConflictError inside a tenant's scope: a scope never widens.
    """
    with _restored() as before:
        if before:
            raise ScopeConflictError(inside=before, wanted="operator")
        _set("", "on")
        yield


@contextmanager
def one_moment() -> Iterator[None]:
    """Let several reads see the database as it is at one moment; scopes are opened inside.

    Nothing can be written in it. Inside a transaction that is open already it does nothing.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


@contextmanager
def _restored() -> Iterator[str]:
    """Open a transaction or savepoint, tell whose scope it is in, and bring that back at the end.

    A transaction begins without one and takes its own along when it ends: nothing to be asked.
    """
    inside = connection.in_atomic_block
    with transaction.atomic():
        before = _current() if inside else ("", "")
        yield before[0]
        if inside:
            _set(*before)


def _current() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting(%s, true), ''),"
            " coalesce(current_setting(%s, true), '')",
            [TENANT_SETTING, OPERATOR_SETTING],
        )
        row = cursor.fetchone()
    return row[0], row[1]


def _set(tenant: str, operator: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, true), set_config(%s, %s, true)",
            [TENANT_SETTING, tenant, OPERATOR_SETTING, operator],
        )


class EnableScope(Operation):
    """Migration step: put a table under row security by the column that names its tenant.

    `also` is a further SQL condition under which a row may be read (never written), such as a
    joint shop that a seller was admitted to.
    """

    reversible = True

    def __init__(self, table: str, column: str, also: str = "") -> None:
        self.table = table
        self.column = column
        self.also = also

    @override
    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Row security is no part of Django's model state."""

    @override
    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        own = f"{self.column} = {_TENANT} OR {_OPERATOR}"
        seen = f"{own} OR {self.also}" if self.also else own
        schema_editor.execute(f"ALTER TABLE {self.table} ENABLE ROW LEVEL SECURITY")
        schema_editor.execute(f"CREATE POLICY scope_read ON {self.table} FOR SELECT USING ({seen})")
        for verb, clause in (
            ("INSERT", f"WITH CHECK ({own})"),
            ("UPDATE", f"USING ({own}) WITH CHECK ({own})"),
            ("DELETE", f"USING ({own})"),
        ):
            schema_editor.execute(
                f"CREATE POLICY scope_{verb.lower()} ON {self.table} FOR {verb} {clause}"
            )

    @override
    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for verb in ("read", "insert", "update", "delete"):
            schema_editor.execute(f"DROP POLICY scope_{verb} ON {self.table}")
        schema_editor.execute(f"ALTER TABLE {self.table} DISABLE ROW LEVEL SECURITY")

    @override
    def describe(self) -> str:
        return f"Row security on {self.table} by {self.column}"

    @override
    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (type(self).__name__, [self.table, self.column], {"also": self.also})
