from pathlib import Path

import pytest
from django.db import connection

from torgpred.runtime import secrets
from torgpred.runtime.secrets import RotationRunsError, SecretBox

pytestmark = pytest.mark.django_db


def test_rotation_reseals_and_a_running_process_follows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = SecretBox(tmp_path / "secret.keys")
    running = SecretBox(tmp_path / "secret.keys")
    stored = {"shop 1": box.seal("a", "shop 1"), "shop 2": running.seal("b", "shop 2")}
    before = box.fingerprints()

    def reseal_all(reseal: secrets.Reseal) -> int:
        for context, sealed in list(stored.items()):
            stored[context] = reseal(sealed, context)
        return len(stored)

    monkeypatch.setattr(secrets, "_RE_ENCRYPTORS", {"shops": reseal_all})
    monkeypatch.setattr(secrets, "box", lambda: box)

    assert secrets.rotate() == {"shops": 2}
    assert secrets.rotate() == {"shops": 2}
    assert before[0] not in box.fingerprints()
    assert running.open(stored["shop 1"], "shop 1") == "a"
    assert running.open(running.seal("c", "x"), "x") == "c"


def test_of_two_rotations_at_once_the_second_leaves_the_keys_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = SecretBox(tmp_path / "secret.keys")
    before = box.fingerprints()
    monkeypatch.setattr(secrets, "box", lambda: box)
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [secrets._ROTATION])

    try:
        with pytest.raises(RotationRunsError):
            secrets.rotate()
    finally:
        other.close()

    assert box.fingerprints() == before
