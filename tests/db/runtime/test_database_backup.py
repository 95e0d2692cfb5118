"""What a backup holds comes back; what is no backup, or would replace something, is refused."""

import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from torgpred.runtime import backup, doctor, files, restore, secrets
from torgpred.runtime.backup import BackupError, BrokenBackupError
from torgpred.runtime.database import address, cluster, connect, data_folder
from torgpred.runtime.options import options
from torgpred.runtime.restore import NotEmptyError

ENSURE = "from torgpred.runtime import database; database.ensure()"


@pytest.fixture(scope="module")
def migrated(module_home: Path) -> Path:
    hidden = {"TORGPRED_DATABASE_URL", "TORGPRED_OWNER_URL"}
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    words = [sys.executable, "-W", "ignore", "-c", ENSURE]
    subprocess.run(words, env={**environment, "TORGPRED_HOME": str(module_home)}, check=True)
    return module_home


@pytest.fixture
def home(migrated: Path, move_to: Callable[[Path], None]) -> Path:
    """An installation with a database, used by this process too."""
    move_to(migrated)
    cluster.start(data_folder(migrated))
    return migrated


def add_sellers(first: int, count: int = 100) -> None:
    with connect(address("owner")) as owner:
        owner.execute(
            "INSERT INTO accounts_tenant (kind, code, name, country, registration, created_at)"
            " SELECT 'seller', 'S' || n, 'Ёлка ' || n, 'RU', '', now()"
            " FROM generate_series(%s::int, %s::int) n",
            [first, first + count - 1],
        )


def count_sellers() -> int:
    with connect(address("owner")) as owner:
        row = owner.execute("SELECT count(*) FROM accounts_tenant").fetchone()
    assert row is not None
    return int(row[0])


def lose_everything(home: Path) -> None:
    cluster.stop(data_folder(home))
    for path in home.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def test_a_backup_under_load_brings_everything_back(home: Path, tmp_path: Path) -> None:
    add_sellers(1000)
    ref = files.store().put(io.BytesIO(b"a picture"))
    sealed = secrets.seal("token", "shop 1")
    before = count_sellers()
    going = threading.Event()
    batches = iter(range(10_000, 10_000_000, 100))

    def load() -> None:
        while not going.is_set():
            add_sellers(next(batches))

    writer = threading.Thread(target=load)
    writer.start()
    try:
        made = backup.back_up(tmp_path / "b.tar")
    finally:
        going.set()
        writer.join()
    after = count_sellers()
    assert made.files == 1
    assert made.path.stat().st_mode & 0o077 == 0

    lose_everything(home)
    restore.restore(made.path)
    count = count_sellers()
    assert before <= count <= after
    # Whole batches only: the snapshot is one moment.
    assert (count - before) % 100 == 0
    assert files.read(ref, limit=100) == b"a picture"
    assert secrets.unseal(sealed, "shop 1") == "token"
    with connect(address("app")) as app:
        assert app.execute("SELECT count(*) FROM accounts_tenant").fetchone() == (0,)
    assert doctor.worst(doctor.examine()) != "bad"
    assert not (home / "restoring").exists()


def test_the_keys_are_apart_and_may_be_left_out(home: Path, tmp_path: Path) -> None:
    secrets.seal("x", "y")
    made = backup.back_up(tmp_path / "with.tar")
    assert made.keys is not None
    assert made.keys.read_bytes() == options().keys_file.read_bytes()
    assert made.keys.stat().st_mode & 0o077 == 0
    with tarfile.open(made.path) as archive:
        assert not [name for name in archive.getnames() if "keys" in name]
    assert backup.back_up(tmp_path / "without.tar", with_keys=False).keys is None


def test_an_existing_file_is_never_written_over(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "there.tar"
    target.write_text("mine")
    with pytest.raises(BackupError, match="exists"):
        backup.back_up(target)
    assert target.read_text() == "mine"


def test_a_restore_replaces_nothing_unless_forced_and_then_deletes_nothing(
    home: Path, tmp_path: Path
) -> None:
    made = backup.back_up(tmp_path / "b.tar")
    before = count_sellers()
    add_sellers(5_000_000, 7)
    with pytest.raises(NotEmptyError, match="a database in"):
        restore.restore(made.path)
    assert count_sellers() == before + 7
    done = restore.restore(made.path, force=True)
    assert count_sellers() == before
    assert done.replaced is not None
    assert (done.replaced / "data" / "PG_VERSION").exists()
    shutil.rmtree(done.replaced)


def manifest(**overrides: object) -> bytes:
    values = {"format": 1, "migrations": [], "dump_sha256": "0", "torgpred": "9", **overrides}
    return json.dumps(values).encode()


def make_archive(path: Path, **members: bytes) -> Path:
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name.replace("__", "/").replace("_json", ".json"))
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\x00" * 4096, "no backup"),
        (b"hello", "truncated|could not be opened|not a tar"),
    ],
)
def test_what_is_no_archive_is_refused(
    home: Path, tmp_path: Path, content: bytes, reason: str
) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(content)
    with pytest.raises(BrokenBackupError, match=reason):
        restore.restore(path, force=True)
    assert count_sellers() >= 0


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ({"readme": b"hi"}, "no backup of Torgpred"),
        ({"manifest_json": manifest(format=2)}, "its format is 2"),
        ({"manifest_json": manifest(migrations=["accounts.9999_later"])}, "a newer Torgpred"),
        ({"manifest_json": manifest(migrations=["asks.0001_initial"])}, "missing or damaged"),
        ({"manifest_json": manifest(migrations=["orders.0002_pulls"])}, "lacks what came before"),
        ({"manifest_json": manifest()}, "missing or damaged"),
        ({"manifest_json": manifest(), "files__ab__0123": b"x"}, "0123 is damaged"),
    ],
)
def test_what_is_damaged_or_newer_is_refused_and_changes_nothing(
    home: Path, tmp_path: Path, members: dict[str, bytes], reason: str
) -> None:
    before = count_sellers()
    with pytest.raises(BrokenBackupError, match=reason):
        restore.restore(make_archive(tmp_path / "x.tar", **members), force=True)
    assert count_sellers() == before


def test_a_cut_archive_is_refused_and_changes_nothing(home: Path, tmp_path: Path) -> None:
    made = backup.back_up(tmp_path / "b.tar")
    content = made.path.read_bytes()
    made.path.write_bytes(content[: len(content) // 2])
    before = count_sellers()
    with pytest.raises(BrokenBackupError):
        restore.restore(made.path, force=True)
    assert count_sellers() == before


def test_a_restore_after_one_that_was_killed_works(home: Path, tmp_path: Path) -> None:
    made = backup.back_up(tmp_path / "b.tar")
    # As a kill leaves it: staging with a running server in it, and no data folder any more.
    cluster.start(data_folder(home / "restoring"))
    cluster.stop(data_folder(home))
    cluster.replacing(data_folder(home)).touch()
    shutil.rmtree(data_folder(home))
    restore.restore(made.path, force=True)
    assert count_sellers() >= 0
    assert not cluster.replacing(data_folder(home)).exists()
    assert not cluster.running(data_folder(home / "restoring"))


def test_settings_of_ones_own_stay_and_a_wrong_key_file_is_told(home: Path, tmp_path: Path) -> None:
    secrets.seal("x", "y")
    made = backup.back_up(tmp_path / "b.tar", with_keys=False)
    local = data_folder(home) / "local.conf"
    local.write_text("max_connections = 66\n")
    options().keys_file.unlink()
    secrets.seal("x", "y")
    done = restore.restore(made.path, force=True)
    assert local.read_text() == "max_connections = 66\n"
    assert "is not the key file of this backup" in " ".join(done.notes)
