"""Migrations: they make what the models say, and a database of earlier ones goes on or is told."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.management import call_command
from django.db import connections, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from torgpred.runtime.database import address, connect
from torgpred.runtime.database.address import DATABASE, USERS, Address
from torgpred.runtime.database.errors import HalfMigratedError
from torgpred.runtime.database.migrations import known, outstanding, replaced
from torgpred.runtime.database.together import Together

NAME = f"earlier_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
CODE = known()
EARLIER = {key for names in replaced(CODE).values() for key in names} - CODE
OURS = {key for key, names in replaced(CODE).items() if names <= EARLIER}


@dataclass(frozen=True)
class Database:
    """A migrated database that a test may spoil."""

    owner: Address
    app: Address

    def told(self, code: str) -> str:
        program = (
            "from torgpred.runtime import database, doctor\n"
            "from torgpred.kernel.errors import TorgpredError\n"
            f"try:\n    {code}\nexcept TorgpredError as error:\n    print(error.code, error)"
        )
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", program],
            env={
                **os.environ,
                "TORGPRED_DATABASE_URL": self.app.url,
                "TORGPRED_OWNER_URL": self.owner.url,
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def forget(self, keys: set[tuple[str, str]]) -> None:
        with connect(self.owner) as owner:
            for key in keys:
                owner.execute("DELETE FROM django_migrations WHERE (app, name) = (%s, %s)", key)


@pytest.fixture
def earlier(django_db_setup: None) -> Iterator[Database]:
    """A database as the earlier migrations left it: their names alone are on its record."""
    admin = address("admin")
    with connect(admin.at("postgres")) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {NAME} TEMPLATE {DATABASE} OWNER {USERS['owner']}")
    made = Database(address("owner").at(NAME), address("app").at(NAME))
    made.forget(OURS)
    yield made
    with connect(admin.at("postgres")) as connection:
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


@pytest.mark.django_db
def test_the_migrations_make_what_the_models_say(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("makemigrations", check_changes=True, dry_run=True, skip_checks=True)
    assert "No changes detected" in capsys.readouterr().out


def test_a_database_that_had_all_earlier_ones_goes_on_with_nothing_to_do(earlier: Database) -> None:
    assert {app for app, _ in OURS} >= {"accounts", "orders", "runtime"}
    assert earlier.told("print(database.ensure().user, database.pending())") == "torgpred_app []"
    assert earlier.told("print(database.migrate())") == "[]"


def test_whatever_comes_next_is_brought_into_it(earlier: Database) -> None:
    back = "call_command('migrate', 'orders', '0002_lists', database='owner', verbosity=0)"
    earlier.told(f"from django.core.management import call_command; database.pending(); {back}")
    later = sorted(f"{area}.{name}" for area, name in CODE if area == "orders" and name > "0003")
    assert later
    assert earlier.told("print(database.migrate())") == str(later)
    assert earlier.told("print(database.migrate(), database.pending())") == "[] []"
    with connect(earlier.owner) as owner:
        rows = owner.execute("SELECT app, name FROM django_migrations").fetchall()
    assert set(rows) >= OURS


def test_one_that_had_only_some_is_refused_and_says_what_to_run(earlier: Database) -> None:
    earlier.forget({("listings", "0012_timed_prices")})
    for code in ("database.ensure()", "database.migrate()"):
        said = earlier.told(code)
        assert said.startswith("database.half_migrated")
        assert "listings.0012_timed_prices" in said
        assert "fe45e4d" in said
    levels = earlier.told("print([one.subject for one in doctor.examine() if one.level == 'bad'])")
    assert levels == "['migrations']"


def test_an_area_that_was_not_there_yet_is_missing_whole() -> None:
    had = CODE - OURS | {key for key in EARLIER if key[0] != "asks"}
    assert outstanding(had) == {("asks", "0001_schema")}
    assert outstanding(set()) == CODE
    with pytest.raises(HalfMigratedError, match=r"campaigns\.0002_running"):
        outstanding(had - {("campaigns", "0002_running")})


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_steps_together_render_nothing_until_read_and_put_nothing_off() -> None:
    """What is put off would be done, and the migration recorded, apart from its tables."""
    step = Together(
        migrations.CreateModel("One", [("id", models.BigAutoField(primary_key=True))]),
        migrations.CreateModel(
            "Other",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("one", models.ForeignKey("runtime.One", models.CASCADE)),
            ],
        ),
    )
    before = MigrationLoader(None).project_state()
    assert before.apps.get_models()
    after: ProjectState = before.clone()
    step.state_forwards("runtime", after)
    assert "apps" not in after.__dict__
    with connections["owner"].schema_editor() as editor:
        step.database_forwards("runtime", editor, before, after)
        assert not editor.deferred_sql
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_constraint"
                " WHERE contype = 'f' AND conrelid = 'runtime_other'::regclass"
            )
            assert cursor.fetchone() == (1,)
        step.database_backwards("runtime", editor, after, before)
