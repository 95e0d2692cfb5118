"""One throw-away database cluster for a whole run, and one database in it for each worker.

The controller alone starts, stops and deletes the cluster, and only if a collected test asks for
a database. Tests run as the app role, migrations ran as the owner.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import hypothesis
import psutil
import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.models.signals import post_migrate
from pytest_django import DjangoDbBlocker
from xdist.workermanage import WorkerController

from torgpred.runtime.database import address, cluster, connect
from torgpred.runtime.database.address import DATABASE, USERS
from torgpred.runtime.options import options

_OURS = ("torgpred-test-", "torgpred-own-", "torgpred-race-")
"""Beginnings of the names of homes that tests make; the number of the process comes next."""
_ROOT = Path(__file__).parents[1]
_ROOM = 4 << 30
"""Free bytes in memory from which on the homes are there; a run needs about a tenth of it."""
_URLS = ("TORGPRED_DATABASE_URL", "TORGPRED_OWNER_URL")
_HOME = pytest.StashKey[Path]()
_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup", "database_url"}


# How long an example takes says more about what else the machine does than about the code.
# The same examples each time, so that a run fails for a change and not by luck. To look for new
# ones: --hypothesis-profile=searching.
_PATIENT = hypothesis.settings(
    deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile("patient", _PATIENT, derandomize=True, database=None)
hypothesis.settings.register_profile("searching", _PATIENT)
hypothesis.settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    if not _is_worker(config):
        _bury_the_dead()
        home = Path(tempfile.mkdtemp(prefix=f"{_OURS[0]}{os.getpid()}-", dir=_place()))
        home.chmod(0o755)
        # Where a web process lays out the screens' files; the server of files asks for the folder.
        (home / "static").mkdir()
        # pytest-django has read the settings by now, with the home of before.
        settings.STATIC_ROOT = str(home / "static")
        os.environ["TORGPRED_HOME"] = str(home)
        for name in _URLS:
            os.environ.pop(name, None)
        options.cache_clear()
    config.stash[_HOME] = Path(os.environ["TORGPRED_HOME"])


def pytest_runtest_setup() -> None:
    """Let no test inherit settings that an earlier one read from the addresses for programs."""
    if options().database_url:
        _as_the_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    if not _is_worker(config) and _HOME in config.stash:
        _delete(config.stash[_HOME])


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the races, whose files take longest: at the end one worker would do them alone."""
    items.sort(key=lambda item: "race" not in item.path.parts)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session: pytest.Session) -> None:
    """Say that a database is wanted before xdist tells the controller that all is collected."""
    if any(_needs_database(item) for item in session.items):
        (session.config.stash[_HOME] / "wanted").touch()
        if not _is_worker(session.config) and not session.config.option.collectonly:
            _start(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: WorkerController, ids: list[str]) -> None:
    """In the controller: tests start only after every worker has collected."""
    home = node.config.stash[_HOME]
    if (home / "wanted").exists() and not (home / "started").exists():
        _start(node.config)


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")


def _needs_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & _FIXTURES)


def _start(config: pytest.Config) -> None:
    """Bring the run's cluster up: a copy of the one kept from an earlier run, or a new one.

    To migrate takes longer than most runs. What is kept is of the very same migrations, in the
    cache folder of pytest: `--cache-clear` removes it.
    """
    home = config.stash[_HOME]
    data = home / "database" / "data"
    cache: pytest.Cache | None = getattr(config, "cache", None)  # none with -p no:cacheprovider
    kept = cache.mkdir("databases") / _migrations_digest() if cache else None
    if kept is not None and kept.exists():
        data.parent.mkdir(mode=0o755)
        _copy(kept, data)
    _ensure()
    if kept is not None and not kept.exists():
        cluster.stop(data.resolve())
        _keep(data, kept)
        _ensure()
    (home / "started").touch()


def _ensure() -> None:
    program = "from torgpred.runtime import database; database.ensure()"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise pytest.UsageError(f"the database for tests did not start:\n{done.stderr}")


def _migrations_digest() -> str:
    """Return a digest of all that a new database comes from: ours, and others' by the lock file."""
    source = _ROOT / "src" / "torgpred"
    places = ("*/migrations/*.py", "runtime/database/*.py", "runtime/scope.py")
    files = sorted(path for place in places for path in source.glob(place))
    digest = hashlib.sha256(sys.version.encode())
    for path in (_ROOT / "uv.lock", *files):
        digest.update(str(path.relative_to(_ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _keep(data: Path, kept: Path) -> None:
    """Keep a stopped cluster in place of those of other migrations; whole, or not at all."""
    for other in kept.parent.iterdir():
        writer = other.suffix.removeprefix(".")
        if not (writer and psutil.pid_exists(int(writer))):
            shutil.rmtree(other, ignore_errors=True)
    half = kept.with_name(f"{kept.name}.{os.getpid()}")
    _copy(data, half)
    with suppress(OSError):  # another run was quicker
        half.rename(kept)


def _copy(folder: Path, to: Path) -> None:
    # Owners and times too, which shutil does not copy: a server refuses files of another's.
    subprocess.run(["cp", "-a", str(folder), str(to)], check=True)


def _delete(home: Path) -> None:
    try:
        cluster.stop(home.resolve() / "database" / "data")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _bury_the_dead() -> None:
    """Stop the servers and remove the homes of runs that were killed before they could."""
    for home in (home for place in _places() for home in place.glob("torgpred-*-*")):
        if _left_behind(home):
            for data in _served(home.resolve()):
                cluster.stop(data)
            shutil.rmtree(home, ignore_errors=True)


def _place() -> Path:
    """Return where homes of tests are made: in memory where that is roomy.

    The servers run as they would elsewhere; only that a disk, which all runs share, is spared.
    """
    *memory, disk = _places()
    return next((one for one in memory if shutil.disk_usage(one).free > _ROOM), disk)


def _places() -> list[Path]:
    memory = Path("/dev/shm")
    usable = memory.is_dir() and os.access(memory, os.W_OK | os.X_OK)
    return [*([memory] if usable else []), Path(tempfile.gettempdir())]


def _left_behind(home: Path) -> bool:
    prefix = next((one for one in _OURS if home.name.startswith(one)), None)
    if prefix is None or not os.access(home, os.W_OK):
        return False
    pid = home.name.removeprefix(prefix).partition("-")[0]
    return pid.isdigit() and not psutil.pid_exists(int(pid))


def _served(home: Path) -> set[Path]:
    """Return the data folders somewhere in `home` that a server works on."""
    words = (process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"]))
    folders = (Path(after) for one in words for word, after in pairwise(one) if word == "-D")
    return {folder for folder in folders if folder.is_relative_to(home)}


@pytest.fixture(scope="session")
def proof_share() -> float:
    """What part of its full length a test marked `proof` goes on for: all of it, or a quarter.

    PROOF=short makes it a quarter; all of them together are then done in about two minutes.
    """
    length = os.environ.get("PROOF", "full")
    assert length in {"short", "full"}, f"PROOF is short or full, not {length}"
    return 1.0 if length == "full" else 0.25


@pytest.fixture
def own_home() -> Iterator[Path]:
    """A home folder to be, for a test that needs a cluster of its own; stopped and removed.

    Not in pytest's own folder, which every other run of root's closes to all other users.
    """
    yield from _own_home()


@pytest.fixture(scope="module")
def module_home() -> Iterator[Path]:
    """The same, shared by the tests of a module."""
    yield from _own_home()


@pytest.fixture(scope="session")
def run_home() -> Iterator[Path]:
    """The same, shared by all tests of a run."""
    yield from _own_home()


@pytest.fixture
def move_to() -> Iterator[Callable[[Path], None]]:
    """Let this process, and programs it starts, be the installation in a home of its own."""
    with pytest.MonkeyPatch.context() as patch:

        def move(home: Path) -> None:
            patch.setenv("TORGPRED_HOME", str(home))
            for name in _URLS:
                patch.delenv(name, raising=False)
            options.cache_clear()

        yield move
    _as_the_run()


def _as_the_run() -> None:
    """Read the settings without the address that only programs started by tests are given."""
    with pytest.MonkeyPatch.context() as patch:
        for name in _URLS:
            patch.delenv(name, raising=False)
        options.cache_clear()
        options()


def _own_home() -> Iterator[Path]:
    prefix = f"{_OURS[1]}{os.getpid()}-"
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=_place())).resolve()
    folder.chmod(0o755)
    try:
        yield folder / "home"
    finally:
        for data in _served(folder):
            cluster.stop(data)
        shutil.rmtree(folder)


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
    _as_the_run()
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
    """Let transactional tests empty the tables, for which the app role rightly has no right.

    Content types and permissions stay, so that nothing has to be made anew each time.
    """
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")

    where = address("admin").at(connection.settings_dict["NAME"])

    def flush(self: object, sql_list: Iterable[str]) -> None:
        with connect(where) as admin:
            admin.execute(_EMPTY)

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]


# A TRUNCATE of all tables makes new files for each, which takes longer than most tests: so only of
# those that hold rows. Their files are new all the same: rows lie in the order they come in.
_EMPTY = """
DO $$
DECLARE
    one record;
    filled boolean;
    all_of_them text;
    holding text[] := '{}';
    kept constant text[] := ARRAY['django_migrations', 'django_content_type', 'auth_permission'];
BEGIN
    -- Whoever still writes for the test before comes to an end first.
    SELECT string_agg(format('%I', tablename), ', ') INTO all_of_them FROM pg_tables
        WHERE schemaname = 'public' AND NOT tablename = ANY (kept);
    EXECUTE 'LOCK TABLE ' || all_of_them || ' IN EXCLUSIVE MODE';
    FOR one IN SELECT format('%I', tablename) AS called FROM pg_tables
        WHERE schemaname = 'public' AND NOT tablename = ANY (kept)
    LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || one.called || ')' INTO filled;
        IF filled THEN
            holding := holding || one.called;
        END IF;
    END LOOP;
    IF holding <> '{}' THEN
        EXECUTE 'TRUNCATE ' || array_to_string(holding, ', ') || ' CASCADE';
    END IF;
    FOR one IN SELECT format('%I', sequencename) AS called, start_value FROM pg_sequences
        WHERE schemaname = 'public' AND last_value IS NOT NULL
          AND NOT replace(sequencename, '_id_seq', '') = ANY (kept)
    LOOP
        PERFORM setval(one.called::regclass, one.start_value, false);
    END LOOP;
END $$
"""
