"""Tenants that most tests with a database need, made without any area's services."""

import pytest
from django.db import connection

from torgpred.runtime.scope import operator_scope


def make_tenant(kind: str = "seller", code: str = "S-1", **overrides: str) -> int:
    """Insert a tenant and return its id."""
    row = {"kind": kind, "code": code, "name": f"Tenant {code}", "country": "RU", **overrides}
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_tenant (kind, code, name, country, registration, created_at)"
            " VALUES (%s, %s, %s, %s, %s, now()) RETURNING id",
            [row["kind"], row["code"], row["name"], row["country"], row.get("registration", "")],
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def operator(db: None) -> int:
    """Id of the operator's tenant."""
    return make_tenant("operator", "OP")


@pytest.fixture
def seller_a(db: None) -> int:
    """Id of one seller's tenant."""
    return make_tenant("seller", "S-A")


@pytest.fixture
def seller_b(db: None) -> int:
    """Id of another seller's tenant."""
    return make_tenant("seller", "S-B")
