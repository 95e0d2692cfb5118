"""Deleted homes and lost sockets: a server that lives on never spoils the next one."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from torgpred.runtime.database import DatabaseStartError, cluster, connect, data_folder, survivors
from torgpred.runtime.database.address import embedded
from torgpred.runtime.database.postmaster import Postmaster


def server(data: Path) -> psutil.Process:
    postmaster = Postmaster.read(data)
    assert postmaster is not None
    process = postmaster.process()
    assert process is not None
    return process


def outlived(home: Path) -> psutil.Process:
    """Delete a home under its server; return the server, which runs on.

    One that was just about to write to a file ends by itself; then another is tried.
    """
    for _ in range(10):
        cluster.start(data_folder(home))
        old = server(data_folder(home))
        with connect(embedded("admin", data_folder(home))) as admin:
            admin.execute("CHECKPOINT")  # with nothing left to write it notices nothing
        shutil.rmtree(home)
        time.sleep(0.5)
        if old.is_running():
            return old
    raise AssertionError("no server outlived its folder")


def ask(data: Path, query: str) -> object:
    with connect(embedded("owner", data)) as connection:
        cursor = connection.execute(query.encode())
        row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


def torgpred(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    hidden = {"TORGPRED_DATABASE_URL", "TORGPRED_OWNER_URL"}
    kept = {key: value for key, value in os.environ.items() if key not in hidden}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "torgpred", *words],
        env={**kept, "TORGPRED_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def lose_socket(data: Path) -> None:
    postmaster = Postmaster.read(data)
    assert postmaster is not None
    (Path(postmaster.host) / f".s.PGSQL.{postmaster.port}").unlink()


def test_the_server_of_a_deleted_home_is_gone_before_a_new_one_comes_up(own_home: Path) -> None:
    data = data_folder(own_home)
    old = outlived(own_home)
    cluster.start(data)
    assert not old.is_running()
    assert ask(data, "SELECT 1") == 1
    assert survivors.survivors(data) == []


def test_stop_ends_the_server_of_a_deleted_home(own_home: Path) -> None:
    old = outlived(own_home)
    said = torgpred(own_home, "stop")
    assert said.stdout == "The database is stopped.\n"
    assert not old.is_running()
    assert not own_home.exists()
    assert "was not running" in torgpred(own_home, "stop").stdout


def test_stop_ends_the_server_of_a_half_deleted_home(own_home: Path) -> None:
    data = data_folder(own_home)
    cluster.start(data)
    old = server(data)
    (data / "PG_VERSION").unlink()
    assert cluster.stop(data) is True
    assert not old.is_running()


def test_only_servers_of_exactly_this_folder_are_ended(own_home: Path) -> None:
    mine, other = data_folder(own_home), data_folder(own_home.with_name("home-2"))
    cluster.start(other)
    try:
        cluster.start(mine)
        bystander = subprocess.Popen(
            [sys.executable, "-c", "import time; time.sleep(60)", "-D", str(mine)]
        )
        (mine / "postmaster.pid").unlink()
        assert [one.pid for one in survivors.survivors(mine)] != []
        assert cluster.stop(mine) is True
        assert cluster.running(other)
        assert bystander.poll() is None
        bystander.kill()
        bystander.wait()
    finally:
        cluster.stop(other)


def test_a_server_that_lost_its_socket_is_started_again_with_all_its_data(own_home: Path) -> None:
    data = data_folder(own_home)
    cluster.start(data)
    ask(data, "CREATE TABLE kept (n int)")
    ask(data, "INSERT INTO kept VALUES (7)")
    old = server(data)
    lose_socket(data)
    cluster.start(data)
    assert not old.is_running()
    assert ask(data, "SELECT n FROM kept") == 7
    # Shut down in order: no crash recovery was needed.
    assert "was not properly shut down" not in (data / "log").read_text(encoding="utf-8")


def test_a_server_that_never_answers_is_told_and_not_waited_for_without_end(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = data_folder(own_home)
    cluster.start(data)
    # Alive, with a socket, and silent.
    frozen = server(data)
    frozen.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(cluster, "ANSWER_PATIENCE", 1.0)
    monkeypatch.setattr(cluster, "CONNECT_PATIENCE", 2)
    begun = time.monotonic()
    try:
        with pytest.raises(DatabaseStartError, match="torgpred stop"):
            cluster.start(data)
        assert time.monotonic() - begun < 600
    finally:
        frozen.send_signal(signal.SIGCONT)
