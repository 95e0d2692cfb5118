"""Pictures that a seller gave as a ZIP stand in for those its file lacks."""

import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from tests.db.listings.world import World, actions, make_boots

from torgpred.catalogue import services as catalogue
from torgpred.runtime import files
from torgpred.runtime.options import Options


def make_png(side: int = 900) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = zlib.compress((b"\x00" + b"\xff" * side) * side)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def keep(world: World, folder: Path, *names: str) -> None:
    path = folder / "pictures.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, make_png())
    catalogue.keep_pictures(seller_id=world.seller, path=path)


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Options(public_url="https://pictures.example")
    monkeypatch.setattr(files, "options", lambda: told)


def test_an_offer_without_pictures_is_listed_with_those_kept(
    world: World, tmp_path: Path, public: None
) -> None:
    world.feed(make_boots("B-1", pictures=()), make_boots("B-2"))
    assert [hold.code for hold in world.plan().holds] == ["pictures.too_few"]

    keep(world, tmp_path, "B-1.png")
    keep(world, tmp_path, "B-2.png")

    assert actions(world.steps(world.plan())) == [("B-1", "create"), ("B-2", "create")]
    world.carry_out()
    shown = {sku: one["main_image_url"] for sku, one in world.standing().items()}
    assert shown["B-1"].startswith("https://pictures.example/files/")
    assert shown["B-2"] == "https://seller.example/1.jpg"
    assert world.plan().steps == 0


def test_without_a_public_address_kept_pictures_do_not_help(world: World, tmp_path: Path) -> None:
    world.feed(make_boots("B-1", pictures=()))
    keep(world, tmp_path, "B-1.png")

    plan = world.plan()

    assert plan.steps == 0
    assert plan.counts["held"] == 1
