import asyncio
import io
import struct
import zipfile
import zlib
from pathlib import Path

import httpx
import pytest

from torgpred.accounts import services as accounts
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue import services
from torgpred.runtime import files
from torgpred.site.app import application

pytestmark = pytest.mark.django_db(transaction=True)


def make_png(side: int = 900) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        checked = kind + body
        return struct.pack(">I", len(body)) + checked + struct.pack(">I", zlib.crc32(checked))

    rows = zlib.compress((b"\x00" + b"\xff" * side) * side)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.fixture
def kept(tmp_path: Path) -> str:
    seller = accounts.add_seller(name="Пример", country="RU")
    table = tmp_path / "goods.csv"
    table.write_text("Артикул;Наименование;Цена, руб.\nSKU-1;Лампа;100\n")
    services.take_in(seller_id=seller.id, feed_name="main", path=table, actor="a test")
    path = tmp_path / "pictures.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("SKU-1.png", make_png())
    services.keep_pictures(seller_id=seller.id, path=path)
    return catalogue.pictures(seller.id)[0].file


def get(
    path: str, *, host: str = "127.0.0.1", headers: dict[str, str] | None = None
) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


def test_a_kept_picture_is_served_for_ever(kept: str) -> None:
    answer = get(f"/files/{kept}/SKU-1.png")

    assert answer.status_code == 200
    assert answer.content == make_png()
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    again = get(f"/files/{kept}/SKU-1.png", headers={"If-None-Match": f'"{kept}"'})
    assert again.status_code == 304


def test_a_kept_file_that_is_no_picture_stays_private() -> None:
    ref = files.store().put(io.BytesIO(b"a seller's price list"))

    assert get(f"/files/{ref}/a.png").status_code == 404


@pytest.mark.parametrize("ref", ["x", "..", "0" * 64, "%2e%2e%2fetc"])
def test_what_is_no_reference_is_not_found(ref: str) -> None:
    assert get(f"/files/{ref}/a.png").status_code == 404


def test_a_foreign_host_name_is_refused(kept: str) -> None:
    assert get(f"/files/{kept}/SKU-1.png", host="evil.example").status_code == 400


def test_health_tells_that_the_database_answers() -> None:
    assert get("/healthz").json() == {"status": "live"}
    assert get("/readyz").json() == {"status": "ready"}
