"""What `torgpred doctor` says. It starts nothing and changes nothing."""

from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from torgpred.cli import database as commands
from torgpred.runtime import doctor
from torgpred.runtime.database import address, cluster, connect, data_folder, package
from torgpred.runtime.doctor import Remark
from torgpred.runtime.options import options


@pytest.fixture
def home(own_home: Path, move_to: Callable[[Path], None]) -> Path:
    move_to(own_home)
    return own_home


def remarks(subject: str) -> list[Remark]:
    return [remark for remark in doctor.examine() if remark.subject == subject]


def test_a_fresh_machine_is_no_fault_and_stays_fresh(home: Path) -> None:
    assert doctor.worst(doctor.examine()) != "bad"
    assert not home.exists()


def test_a_key_file_that_others_may_read_is_bad_and_the_mend_helps(home: Path) -> None:
    home.mkdir()
    keys = options().keys_file
    keys.write_text("secret")
    keys.chmod(0o644)
    (found,) = remarks("secret keys")
    assert (found.level, found.mend) == ("bad", f"chmod 600 {keys}")
    keys.chmod(0o600)
    assert remarks("secret keys")[0].level == "good"


def test_a_home_that_others_may_write_is_bad(home: Path) -> None:
    home.mkdir()
    home.chmod(0o777)
    assert remarks("home")[0].level == "bad"


def test_a_cut_off_restore_is_told(home: Path) -> None:
    (home / "restoring").mkdir(parents=True)
    assert [remark.level for remark in remarks("home")] == ["good", "bad"]


def test_running_as_root_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "system_user", lambda: "pgserver")
    assert "pgserver" in remarks("root")[0].text
    monkeypatch.setattr(package, "system_user", lambda: None)
    assert remarks("root") == []


def test_a_server_that_is_down_is_told_and_not_started(home: Path) -> None:
    data = data_folder(home)
    cluster.start(data)
    cluster.stop(data)
    assert "not running" in remarks("database")[0].text
    assert not cluster.running(data)


def test_a_running_one_is_described_and_a_bare_scoped_table_is_bad(django_db_setup: None) -> None:
    said = {remark.subject: remark.level for remark in doctor.examine()}
    assert said["database"] == said["roles"] == said["row security"] == "good"
    with connect(address("owner")) as owner:
        owner.execute("CREATE TABLE forgotten (seller_id bigint)")
        try:
            assert "forgotten" in remarks("row security")[0].text
        finally:
            owner.execute("DROP TABLE forgotten")


def test_the_exit_code_says_whether_something_is_bad(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = typer.Typer()
    commands.register(app)
    assert CliRunner().invoke(app, ["doctor"]).exit_code == 0
    home.mkdir()
    home.chmod(0o777)
    said = CliRunner().invoke(app, ["doctor", "--json"])
    assert said.exit_code == 1
    assert '"level": "bad"' in said.stdout
