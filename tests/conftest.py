"""One throw-away database cluster for a whole run, and one database in it for each worker.

The controller alone starts, stops and deletes the cluster, and only if a collected test asks for
a database. Tests run as the app role, migrations ran as the owner.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from pytest_django import DjangoDbBlocker
from xdist.workermanage import WorkerController

from torgpred.runtime.database import address, cluster, connect
from torgpred.runtime.database.address import DATABASE, USERS
from torgpred.runtime.options import options

_PREFIX = "torgpred-test-"
_HOME = pytest.StashKey[Path]()
_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup", "database_url"}


def pytest_configure(config: pytest.Config) -> None:
    if not _is_worker(config):
        _bury_the_dead()
        home = Path(tempfile.mkdtemp(prefix=_PREFIX))
        home.chmod(0o755)
        (home / "pid").write_text(str(os.getpid()))
        os.environ["TORGPRED_HOME"] = str(home)
        for name in ("TORGPRED_DATABASE_URL", "TORGPRED_OWNER_URL"):
            os.environ.pop(name, None)
        options.cache_clear()
    config.stash[_HOME] = Path(os.environ["TORGPRED_HOME"])


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_worker(config) and _HOME in config.stash:
        _delete(config.stash[_HOME])


def pytest_collection_finish(session: pytest.Session) -> None:
    if any(_needs_database(item) for item in session.items):
        (session.config.stash[_HOME] / "wanted").touch()
        if not _is_worker(session.config) and not session.config.option.collectonly:
            _start(session.config.stash[_HOME])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: WorkerController, ids: list[str]) -> None:
    """In the controller: tests start only after every worker has collected."""
    home = node.config.stash[_HOME]
    if (home / "wanted").exists() and not (home / "started").exists():
        _start(home)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _needs_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & _FIXTURES)


def _start(home: Path) -> None:
    program = "from torgpred.runtime import database; database.ensure()"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise pytest.UsageError(f"the database for tests did not start:\n{done.stderr}")
    (home / "started").touch()


def _delete(home: Path) -> None:
    try:
        cluster.stop(home.resolve() / "database" / "data")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _bury_the_dead() -> None:
    """Remove the clusters of runs that were killed before they could clean up."""
    for home in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            pid = int((home / "pid").read_text())
        except (OSError, ValueError):
            continue
        if not psutil.pid_exists(pid) and os.access(home, os.W_OK):
            _delete(home)


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """A database of this worker's own, copied from the migrated one; connections as the app."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"{DATABASE}_{worker}"
    with connect(address("admin").at("postgres")) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE} OWNER {USERS['owner']}")
    for alias in connections:
        connections[alias].settings_dict["NAME"] = name
    _flush_as_owner()
    with pytest.MonkeyPatch.context() as patch:
        # For programs that a test starts: they find this worker's database, and start nothing.
        patch.setenv("TORGPRED_DATABASE_URL", address("app").at(name).url)
        patch.setenv("TORGPRED_OWNER_URL", address("owner").at(name).url)
        yield
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def database_url(django_db_setup: None) -> str:
    """Address of this worker's database for the app role."""
    return os.environ["TORGPRED_DATABASE_URL"]


def _flush_as_owner() -> None:
    """Let transactional tests empty the tables, for which the app role rightly has no right."""
    kept = ("django_migrations", "django_content_type", "auth_permission")

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        with connect(address("owner").at(connection.settings_dict["NAME"])) as owner:
            rows = owner.execute(
                "SELECT string_agg(format('%%I', tablename), ', ') FROM pg_tables"
                " WHERE schemaname = 'public' AND NOT tablename = ANY (%s)",
                [list(kept)],
            ).fetchone()
            assert rows is not None
            owner.execute(f"TRUNCATE {rows[0]} RESTART IDENTITY CASCADE")

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
