"""A home that an earlier Torgpred made opens under this one, and nothing in it is lost."""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def git(*words: str) -> bytes:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"the history is not at hand: {done.stderr.decode()[:100]}")
    return done.stdout


def earlier_source(folder: Path) -> Path:
    """Unpack the source as it was before the newest change of any table; return its folder."""
    changed = git("log", "-1", "--format=%H", "--", "src/torgpred/*/migrations/*.py")
    archive = git("archive", f"{changed.decode().strip()}^", "src")
    with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
        packed.extractall(folder, filter="data")
    return folder / "src"


def torgpred(*words: str, source: Path | None = None) -> str:
    environment = dict(os.environ)
    if source is not None:
        environment["PYTHONPATH"] = str(source)
    done = subprocess.run(
        [sys.executable, "-m", "torgpred", *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (words, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def counts(seller: str, shop: str, source: Path | None = None) -> dict[str, Any]:
    told = torgpred("plan", seller, "--shop", shop, "--no-look", "--json", source=source)
    plan: dict[str, dict[str, Any]] = json.loads(told)
    return plan["counts"]


@pytest.mark.proof
def test_a_home_of_the_schema_before_opens_under_this_one(
    own_home: Path, move_to: Callable[[Path], None], tmp_path: Path, proof_share: float
) -> None:
    if proof_share < 1:
        pytest.skip("plays the demo twice; in the full proof only")
    source = earlier_source(tmp_path)
    move_to(own_home)
    assert "Every step did" in torgpred("demo", "--check", source=source)
    sellers = json.loads(torgpred("seller", "list", "--json", source=source))
    before = {
        (one["code"], str(shop["id"])): counts(one["code"], str(shop["id"]), source)
        for one in sellers
        for shop in json.loads(torgpred("shop", "list", one["code"], "--json", source=source))
    }
    assert len(before) > len(sellers), "a seller sells in the joint shop too"

    torgpred("upgrade", str(tmp_path / "before.tar"))
    assert json.loads(torgpred("seller", "list", "--json")) == sellers
    for place, known in before.items():
        now = counts(*place)
        assert {name: now[name] for name in known} == known, place
    assert "Every step did" in torgpred("demo", "--check")
    torgpred("stop")
