"""The embedded server: made whole, started by anyone, stopped by nobody but `stop`."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from torgpred.runtime.database import (
    CutOffError,
    DatabaseStartError,
    DatabaseVersionError,
    cluster,
    connect,
    data_folder,
)
from torgpred.runtime.database.address import PASSWORDS, embedded
from torgpred.runtime.database.postmaster import Postmaster


def run(home: Path, code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        env={**clean_environment(home), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def clean_environment(home: Path) -> dict[str, str]:
    hidden = {"TORGPRED_DATABASE_URL", "TORGPRED_OWNER_URL"}
    kept = {key: value for key, value in os.environ.items() if key not in hidden}
    return {
        **kept,
        "TORGPRED_HOME": str(home),
        "DJANGO_SETTINGS_MODULE": "torgpred.runtime.settings",
    }


def ask(data: Path, query: str) -> object:
    with connect(embedded("app", data)) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def crash(data: Path) -> None:
    postmaster = Postmaster.read(data)
    assert postmaster is not None
    process = postmaster.process()
    assert process is not None
    process.send_signal(signal.SIGKILL)
    while Postmaster.process(postmaster) is not None:
        time.sleep(0.05)


@pytest.fixture(scope="module")
def shared(module_home: Path) -> Path:
    """Data folder of a cluster that the tests of this module share; up or down."""
    return data_folder(module_home)


@pytest.fixture
def data(shared: Path) -> Path:
    cluster.start(shared)
    return shared


def test_cyrillic_folds_and_the_app_role_is_plain(data: Path) -> None:
    assert ask(data, "SELECT lower('ЁЖИК')") == "ёжик"
    assert ask(data, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = user") is False


def test_what_is_committed_survives_a_power_cut(data: Path) -> None:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        assert ask(data, f"SELECT current_setting('{name}')") == "on"


def test_no_one_connects_without_the_password(data: Path) -> None:
    for role in ("app", "owner", "admin"):
        where = embedded(role, data)
        params: dict[str, Any] = {**where.params, "password": "guess"}
        with pytest.raises(psycopg.OperationalError, match="authentication failed"):
            psycopg.connect(**params)
    assert (data / PASSWORDS).stat().st_mode & 0o077 == 0
    assert data.stat().st_mode & 0o077 == 0


def test_it_outlives_the_process_that_started_it(data: Path) -> None:
    cluster.stop(data)
    run(
        data.parent.parent, "from torgpred.runtime import database; database.ensure(migrated=False)"
    )
    assert cluster.running(data)


def test_stop_stops_and_a_second_stop_is_no_error(data: Path) -> None:
    assert cluster.stop(data) is True
    assert not cluster.running(data)
    assert cluster.stop(data) is False


def test_it_comes_up_after_a_crash_with_what_was_committed(data: Path) -> None:
    with connect(embedded("owner", data)) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        owner.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
    crash(data)
    cluster.start(data)
    with connect(embedded("owner", data)) as owner:
        assert owner.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_a_number_that_went_to_another_process_does_not_stop_a_start(data: Path) -> None:
    text = (data / "postmaster.pid").read_text()
    crash(data)
    lines = text.splitlines()
    (data / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    cluster.start(data)
    assert cluster.running(data)


def test_half_written_files_of_a_killed_process_do_not_stop_a_start(data: Path) -> None:
    cluster.stop(data)
    (data / ".handle_pids.json").write_text("[12, 3")
    (data / "torgpred.conf.new").write_text("nonsense")
    (data / "postmaster.pid").write_text("")
    os.utime(data / "postmaster.pid", (0, 0))
    cluster.start(data)
    assert cluster.running(data)


def test_lost_passwords_are_made_anew_once_it_was_stopped(data: Path) -> None:
    (data / PASSWORDS).unlink()
    with pytest.raises(DatabaseStartError, match="torgpred stop"):
        cluster.start(data)
    cluster.stop(data)
    cluster.start(data)
    assert ask(data, "SELECT 1") == 1
    assert set(json.loads((data / PASSWORDS).read_text())) == {"app", "owner", "admin"}


def test_settings_of_ones_own_win(data: Path) -> None:
    cluster.stop(data)
    (data / "local.conf").write_text("max_connections = 77\n")
    cluster.start(data)
    assert ask(data, "SELECT current_setting('max_connections')") == "77"


def test_a_setting_that_stops_it_is_told_with_the_servers_own_words(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster.stop(data)
    monkeypatch.setattr(cluster, "START_PATIENCE", 1.0)
    (data / "local.conf").write_text("max_connections = many\n")
    with pytest.raises(DatabaseStartError, match="max_connections"):
        cluster.start(data)
    (data / "local.conf").write_text("")


def test_odd_locales_and_variables_do_not_matter(data: Path) -> None:
    cluster.stop(data)
    program = "from torgpred.runtime import database as d; print(d.ensure(migrated=False).user)"
    odd = {"LANG": "xx_YY.UTF-8", "LC_ALL": "nonsense", "PGPORT": "1", "PGUSER": "nobody"}
    said = run(data.parent.parent, program, **odd, PGHOST="192.0.2.1", PGDATABASE="x")
    assert said == "torgpred_app"


def test_an_older_data_folder_asks_for_an_upgrade(data: Path) -> None:
    cluster.stop(data)
    (data / "PG_VERSION").write_text("16\n")
    try:
        with pytest.raises(DatabaseVersionError, match="torgpred upgrade"):
            cluster.start(data)
    finally:
        (data / "PG_VERSION").write_text("18\n")


def test_a_deep_home_folder_works(own_home: Path) -> None:
    data = data_folder(own_home / ("deep" * 30))
    cluster.start(data)
    assert len(str(data)) > 108
    assert ask(data, "SELECT 1") == 1


def test_half_made_clusters_are_made_again(own_home: Path) -> None:
    data = data_folder(own_home)
    half = data.parent / "new-1234"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    cluster.start(data)
    assert cluster.running(data)
    assert not half.exists()


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    data = data_folder(tmp_path)
    data.mkdir(parents=True)
    (data / "photo.jpg").touch()
    with pytest.raises(DatabaseStartError, match="something else"):
        cluster.start(data)
    assert [path.name for path in data.iterdir()] == ["photo.jpg"]


def test_a_cut_off_restore_is_not_covered_up_by_an_empty_database(tmp_path: Path) -> None:
    data = data_folder(tmp_path)
    data.parent.mkdir(parents=True)
    cluster.replacing(data).touch()
    with pytest.raises(CutOffError):
        cluster.start(data)


HOLD = """
import sys, time
from pathlib import Path
from torgpred.runtime.database.locks import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def hold(path: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", HOLD, str(path)]
    holder = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_a_lock_of_one_home_holds_up_no_other_and_dies_with_its_holder(
    tmp_path: Path, data: Path
) -> None:
    cluster.stop(data)
    other = hold(tmp_path / "lock")
    cluster.start(data)
    other.kill()
    other.communicate()
    holder = hold(cluster.lock(data))
    holder.kill()
    holder.communicate()
    cluster.stop(data)
    cluster.start(data)
    assert cluster.running(data)


RECONNECT = """
import sys
import django; django.setup()
from django.db import connection
from torgpred.runtime import database
from torgpred.runtime.backend import base
base.PATIENCE = float(sys.argv[1]) if len(sys.argv) > 1 else 60
database.ensure(migrated=False)
def ask():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]
print(ask(), flush=True)
for line in sys.stdin:
    try:
        print(ask(), flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
"""


@pytest.fixture
def talk(data: Path) -> Iterator[Callable[[], str]]:
    """Ask through Django in a process that came up before; returns what it answers."""
    words = [sys.executable, "-W", "ignore", "-c", RECONNECT, "3"]
    process = subprocess.Popen(
        words,
        env=clean_environment(data.parent.parent),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stdout.readline().strip().isdigit()

    def say() -> str:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    yield say
    process.kill()
    process.communicate()


def test_a_process_that_lost_the_database_finds_it_again(
    data: Path, talk: Callable[[], str]
) -> None:
    before = talk()
    cluster.stop(data)
    cluster.start(data)
    answers = [talk(), talk()]
    # The first may learn of the loss; the next has a new connection, without a word from us.
    assert answers[1].isdigit()
    assert answers[1] != before


def test_a_process_that_lost_the_database_never_starts_it(
    data: Path, talk: Callable[[], str]
) -> None:
    cluster.stop(data)
    talk()
    assert talk() == "ServerGoneError"
    assert not cluster.running(data)
