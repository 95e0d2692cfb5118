"""A server of one's own: looked at, never started, and never migrated unasked."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from torgpred.runtime.database import address, connect
from torgpred.runtime.database.address import Address

NAME = f"own_server_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


@dataclass(frozen=True)
class Server:
    """One database on the test cluster that nothing was done to yet, and who may connect."""

    admin: Address
    owner: Address
    app: Address


@pytest.fixture
def server(django_db_setup: None) -> Iterator[Server]:
    admin = address("admin")
    with connect(admin.at("postgres")) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(
            f"CREATE DATABASE {NAME} OWNER torgpred_owner TEMPLATE template0"
            " LOCALE_PROVIDER builtin LOCALE 'C.UTF-8' ENCODING 'UTF8'"
        )
    yield Server(admin.at(NAME), address("owner").at(NAME), address("app").at(NAME))
    with connect(admin.at("postgres")) as connection:
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


def run(code: str, app: str, owner: str = "") -> str:
    program = (
        "from torgpred.runtime import database, doctor\n"
        "from torgpred.kernel.errors import TorgpredError\n"
        f"try:\n    {code}\nexcept TorgpredError as error:\n    print(error.code, error)"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        env={**os.environ, "TORGPRED_DATABASE_URL": app, "TORGPRED_OWNER_URL": owner},
        capture_output=True,
        text=True,
        check=False,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_it_is_migrated_only_when_told_and_then_used(server: Server) -> None:
    assert run("database.ensure()", server.app.url).startswith("database.pending")
    assert run("database.migrate()", server.app.url).startswith("database.owner_missing")
    told = "print(len(database.migrate()) > 0, database.ensure().user, database.migrate())"
    assert run(told, server.app.url, server.owner.url) == "True torgpred_app []"
    levels = "print([one for one in doctor.examine() if one.level == 'bad'])"
    assert run(levels, server.app.url, server.owner.url) == "[]"


def test_a_role_that_row_security_does_not_bind_is_refused(server: Server) -> None:
    said = run("database.ensure()", server.admin.url)
    assert said.startswith("database.unsafe_role")
    assert "superuser" in said
    with connect(server.owner) as owner:
        owner.execute("CREATE TABLE scoped (id int)")
        owner.execute("ALTER TABLE scoped ENABLE ROW LEVEL SECURITY")
    assert "owns the tables" in run("database.ensure()", server.owner.url)


def test_it_is_never_stopped_by_us(server: Server) -> None:
    assert run("print(database.stop())", server.app.url) == "False"
    with connect(server.app) as app:
        assert app.execute("SELECT 1").fetchone() == (1,)


def test_one_that_is_not_there_is_told_in_a_line() -> None:
    url = "postgresql://x:y@127.0.0.1:1/none?connect_timeout=2"
    assert run("database.ensure()", url).startswith("database.unreachable")
