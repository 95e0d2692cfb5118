import struct
import zlib
from urllib.parse import quote

import pytest

from torgpred.demo.pictures import SIDE, named, picture
from torgpred.demo.sellers import all_sellers

TRADES = [seller.trade for seller in all_sellers()]


def chunks(png: bytes) -> dict[bytes, bytes]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    found, place = {}, 8
    while place < len(png):
        (size,) = struct.unpack(">I", png[place : place + 4])
        name, body = png[place + 4 : place + 8], png[place + 8 : place + 8 + size]
        (check,) = struct.unpack(">I", png[place + 8 + size : place + 12 + size])
        assert check == zlib.crc32(name + body)
        found[name] = body
        place += 12 + size
    return found


@pytest.mark.parametrize("trade", [*TRADES, "unheard of"])
def test_a_picture_is_a_square_png_of_few_kilobytes(trade: str) -> None:
    png = picture("ЦБ-1", trade=trade)
    parts = chunks(png)
    pixels = zlib.decompress(parts[b"IDAT"])

    assert struct.unpack(">II", parts[b"IHDR"][:8]) == (SIDE, SIDE) == (800, 800)
    assert len(pixels) == SIDE * (SIDE + 1)
    assert {pixels[row * (SIDE + 1)] for row in range(SIDE)} == {0}
    assert max(pixels) < len(parts[b"PLTE"]) // 3 <= 256
    assert max(pixels) >= 64, "something must be drawn on the ground"
    assert len(png) < 20_000


def test_trades_are_told_apart_and_so_are_goods_and_their_pictures() -> None:
    drawn = {picture("A", trade=trade) for trade in TRADES}
    drawn |= {picture(f"A{place}", trade="lamps", number=n) for place in range(5) for n in (1, 2)}

    assert len(drawn) == len(TRADES) + 10


def test_the_same_sku_gives_the_same_bytes() -> None:
    assert picture("A-1", trade="fruit", number=2) == picture("A-1", trade="fruit", number=2)


@pytest.mark.parametrize("sku", ["MB-0110-30", "ЦБ-00000001", "a/b c"])
def test_an_address_names_its_picture(sku: str) -> None:
    address = f"/pictures/games/{quote(sku, safe='')}-3.png"

    assert named(address, trade="games") == picture(sku, trade="games", number=3)


@pytest.mark.parametrize("path", ["", "/", "/a.png", "/a-1.jpg", "/-1.png", "/a-x.png", "/a-².png"])
def test_other_addresses_name_nothing(path: str) -> None:
    assert named(path) is None
