"""Pictures: what their first bytes tell, ZIPs named by SKU, and addresses looked at."""

import struct
import threading
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests.db.catalogue.readers import MemoryReader, make_offer, opening
from tests.db.conftest import make_tenant
from typing_extensions import override

from torgpred.catalogue import selectors, services
from torgpred.catalogue.core.pictures import Look, look_at, names_for
from torgpred.runtime import files
from torgpred.runtime.options import options


def make_png(width: int = 4, height: int = 3) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\xff" * 3 * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


JPEG = (
    b"\xff\xd8\xff\xe1" + struct.pack(">H", 2_000) + bytes(1_998)
    + b"\xff\xc2" + struct.pack(">HBHH", 17, 8, 600, 800) + bytes(20)
)  # fmt: skip
WEBP_X = (
    b"RIFF\0\0\0\0WEBPVP8X" + bytes(8)
    + (799).to_bytes(3, "little") + (599).to_bytes(3, "little")
)  # fmt: skip
WEBP_L = b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f" + (799 | 599 << 14).to_bytes(4, "little") + bytes(9)
WEBP = b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 800, 600)


@pytest.mark.parametrize(
    ("head", "look"),
    [
        (make_png(800, 600), Look("image/png", 800, 600)),
        (JPEG, Look("image/jpeg", 800, 600)),
        (WEBP_X, Look("image/webp", 800, 600)),
        (WEBP_L, Look("image/webp", 800, 600)),
        (WEBP, Look("image/webp", 800, 600)),
        (b"", None),
        (b"<html>", None),
        (make_png()[:20], None),
        (make_png(0, 5), None),
        (JPEG[:500], None),
        (WEBP_X[:20], None),
    ],
)
def test_first_bytes_tell_type_and_size(head: bytes, look: Look | None) -> None:
    assert look_at(head) == look


@pytest.mark.parametrize(
    "member", ["A-1.jpg", "x/A-1.png", "A-1_2.jpg", "A-1 (3).jpg", "A-1-04.webp", "A-1/front.jpg"]
)
def test_a_file_may_be_named_by_sku_in_several_ways(member: str) -> None:
    assert "A-1" in names_for(member)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> files.FileStore:
    kept = files.FolderStore(tmp_path / "files")
    monkeypatch.setattr(files, "store", lambda: kept)
    return kept


def with_offers(seller: int, path: Path, *keys: str) -> None:
    path.touch()
    reader = MemoryReader([make_offer(key) for key in keys])
    services.take_in(
        seller_id=seller, feed_name="m", path=path, actor="t", open_reader=opening(reader)
    )


def test_a_zip_that_swells_beyond_what_pictures_do_is_not_unpacked(
    seller_a: int, tmp_path: Path, store: files.FileStore
) -> None:
    with_offers(seller_a, tmp_path / "f.yml", "A-1")
    archive = tmp_path / "pictures.zip"
    swollen = make_png() + bytes(15 << 20)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(1, 9):
            packed.writestr(f"A-1_{number}.png", swollen)
    report = services.keep_pictures(seller_id=seller_a, path=archive)
    assert report.kept == 1
    assert {one.data["reason"] for one in report.findings if "reason" in one.data} == {
        "the ZIP unpacks to too much"
    }


def test_a_zip_named_by_sku_is_kept_by_content(
    seller_a: int, seller_b: int, tmp_path: Path, store: files.FileStore
) -> None:
    with_offers(seller_a, tmp_path / "f.yml", "A-1", "чайник")
    archive = tmp_path / "pictures.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("A-1.png", make_png())
        packed.writestr("../../A-1_2.png", make_png(9, 9))
        packed.writestr("Чайник.png", make_png())
        packed.writestr("other.png", make_png())
        packed.writestr("A-1/readme.txt", b"no picture")
    report = services.keep_pictures(seller_id=seller_a, path=archive)
    assert (report.kept, report.offers) == (3, 2)
    assert sorted(finding.code for finding in report.findings) == [
        "picture.no_public_address",
        "picture.not_a_picture",
        "picture.unknown_sku",
    ]
    first, second = selectors.pictures(seller_a, key="A-1")
    (kettle,) = selectors.pictures(seller_a, key="чайник")
    assert (first.width, first.height, second.width) == (4, 3, 9)
    assert first.file == kettle.file != second.file
    with store.open(first.file) as kept:
        assert kept.read() == make_png()
    assert selectors.pictures(seller_b) == []
    assert services.keep_pictures(seller_id=seller_a, path=archive).kept == 3
    assert len(selectors.pictures(seller_a)) == 3


def test_with_a_public_address_nothing_is_missing(
    seller_a: int, tmp_path: Path, store: files.FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options(), "public_url", "https://torgpred.example")
    with_offers(seller_a, tmp_path / "f.yml", "A-1")
    archive = tmp_path / "pictures.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a-1.png", make_png())
    assert services.keep_pictures(seller_id=seller_a, path=archive).findings == ()


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" + bytes(50)])
def test_what_is_no_zip_is_a_finding(seller_a: int, tmp_path: Path, content: bytes) -> None:
    archive = tmp_path / "pictures.zip"
    archive.write_bytes(content)
    report = services.keep_pictures(seller_id=seller_a, path=archive)
    assert [finding.code for finding in report.findings] == ["picture.bad_archive"]


class _Pictures(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/moved.png":
            self.send_response(302)
            self.send_header("Location", "/good.png")
            self.end_headers()
            return
        body = {"/good.png": make_png(640, 480), "/page.png": b"<html>"}.get(self.path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        self.wfile.write(body or b"")

    @override
    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pictures) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_addresses_are_looked_at_and_what_was_seen_is_kept(site: str) -> None:
    seller = make_tenant("seller", "S-P")
    addresses = [f"{site}/{name}.png" for name in ("good", "moved", "page", "gone")]
    addresses += ["ftp://somewhere/x.png", "http://[x/y.png", "http://10.0.0.1/x.png"]
    cards = services.check_addresses(seller_id=seller, addresses=addresses)
    seen = {card.reference: card for card in cards}
    good, moved, page, gone, *others = (seen[address] for address in addresses)
    assert (good.width, good.height, good.media_type) == (640, 480, "image/png")
    assert good.problem is None
    assert moved.problem is not None
    assert "redirect" in moved.problem.message
    assert page.problem is not None
    assert page.problem.code == "picture.not_a_picture"
    assert gone.problem is not None
    assert "404" in gone.problem.message
    assert all(other.problem is not None for other in others)
    assert selectors.pictures(seller, references=[addresses[0]]) == [good]


def exchange_of(path: Path, **pictures: Sequence[str]) -> Path:
    """Write an exchange of 1C: goods by key, and the paths of their pictures, all of them there."""
    goods = "".join(
        f"<Товар><Ид>{key}</Ид><Наименование>{key}</Наименование>"
        + "".join(f"<Картинка>import_files/{one}</Картинка>" for one in shown)
        + "</Товар>"
        for key, shown in pictures.items()
    )
    text = (
        '<КоммерческаяИнформация ВерсияСхемы="2.10"><Каталог><Ид>c</Ид>'
        f"<Товары>{goods}</Товары></Каталог></КоммерческаяИнформация>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("webdata/import.xml", text)
        for name in {one for shown in pictures.values() for one in shown}:
            content = b"<html>" if name.startswith("bad") else make_png(len(name))
            archive.writestr(f"webdata/import_files/{name}", content)
    return path


def shown(seller: int, key: str) -> list[tuple[str, int]]:
    return [(one.reference, one.width) for one in selectors.pictures(seller, key=key)]


@pytest.mark.django_db(transaction=True)
def test_pictures_in_the_zip_of_an_exchange_show_its_goods(tmp_path: Path) -> None:
    seller = make_tenant()
    feed = partial(services.take_in, seller_id=seller, feed_name="main", actor="test")
    path = exchange_of(tmp_path / "a.zip", a=["zz.png", "aaa.png"], b=["zz.png", "bad.png"], c=[])
    report = feed(path=path)

    codes = {one.code: one.value for one in report.findings}
    assert codes["picture.kept"] == "2"
    assert codes["picture.not_a_picture"].endswith("bad.png")
    assert "commerceml.pictures_beside" not in codes
    assert shown(seller, "a") == [("shown:a/01.png", 6), ("shown:a/02.png", 7)]
    assert shown(seller, "b") == [("shown:b/01.png", 6)]
    assert shown(seller, "c") == []

    again = feed(path=path)
    assert (again.counts.unchanged, len(shown(seller, "a"))) == (3, 2)

    feed(path=exchange_of(tmp_path / "b.zip", a=["longer.png"], b=[], c=[]))
    assert shown(seller, "a") == [("shown:a/01.png", 10)]
    assert shown(seller, "b") == [("shown:b/01.png", 6)]  # nothing was said of them

    feed(path=exchange_of(tmp_path / "c.zip", a=["bad.png"], b=["b.png"], c=["c.png"]))
    assert shown(seller, "a") == [("shown:a/01.png", 10)]  # nothing better came
    assert shown(seller, "b") == [("shown:b/01.png", 5)]
