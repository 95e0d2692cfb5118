import stat
import threading
from pathlib import Path

import pytest

from torgpred.runtime.secrets import KeyFileError, SecretBox, Secrets, WrongKeyError


def make_box(tmp_path: Path, name: str = "secret.keys") -> SecretBox:
    return SecretBox(tmp_path / name)


def test_what_was_sealed_opens_for_its_context_only(tmp_path: Path) -> None:
    box = make_box(tmp_path)

    sealed = box.seal("токен", "shop 7")

    assert "токен" not in sealed
    assert box.open(sealed, "shop 7") == "токен"
    with pytest.raises(WrongKeyError):
        box.open(sealed, "shop 8")


def test_the_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    box = make_box(tmp_path)

    box.seal("x", "y")

    assert stat.S_IMODE(box.path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["secret.keys"]


def test_two_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    boxes = [make_box(tmp_path) for _ in range(16)]
    sealed: list[str] = []
    threads = [
        threading.Thread(target=lambda box=box: sealed.append(box.seal("x", "c"))) for box in boxes
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert {make_box(tmp_path).open(one, "c") for one in sealed} == {"x"}


def test_another_key_file_says_so_plainly(tmp_path: Path) -> None:
    sealed = make_box(tmp_path).seal("x", "shop 7")

    with pytest.raises(WrongKeyError, match="Put back the key file"):
        make_box(tmp_path, "other.keys").open(sealed, "shop 7")


@pytest.mark.parametrize("content", [b"", b"# only words\n", b"not a key\n"])
def test_a_broken_key_file_is_never_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret.keys"
    path.write_bytes(content)

    with pytest.raises(KeyFileError):
        SecretBox(path).seal("x", "c")
    assert path.read_bytes() == content


def test_a_rotation_cut_off_loses_nothing(tmp_path: Path) -> None:
    box = make_box(tmp_path)
    old = box.seal("a", "shop 1")

    box.add_key()

    assert box.open(old, "shop 1") == "a"
    assert box.open(box.seal("b", "shop 1"), "shop 1") == "b"


def test_secret_values_do_not_show() -> None:
    values = Secrets({"token": "eyJhbGciOi"})

    assert values["token"] == "eyJhbGciOi"
    assert "eyJ" not in f"{values!r} {values}"
