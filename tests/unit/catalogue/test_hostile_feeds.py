"""Whatever the bytes, a feed is checked without an exception, and never calls anything gone."""

import gzip
import io
import json
import random
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torgpred.catalogue.core.check import FeedCheck, check
from torgpred.catalogue.core.containers import FeedLimits

OFFERS = "".join(
    f'<offer id="{n}" available="true"><url>https://s.example/{n}?a=1&amp;b=2</url>'
    f"<price>{n}0.50</price><currencyId>RUB</currencyId><categoryId>2</categoryId>"
    f"<name>Лампа {n}</name><vendor/><description><![CDATA[<p>Текст</p> </offer>]]></description>"
    f'<!-- <offer id="no"> --><param name="Вес" unit="г">{n}00</param></offer>\r\n'
    for n in range(1, 4)
)
FEED = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n'
    '<yml_catalog date="2026-11-01"><shop><name>Пример</name>'
    '<currencies><currency id="RUB" rate="1"/></currencies><categories>'
    '<category id="1">Дом</category><category id="2" parentId="1">Свет</category></categories>'
    f"<offers>{OFFERS}</offers></shop></yml_catalog>\n"
)


def check_bytes(data: bytes, name: str = "feed.yml", limits: FeedLimits | None = None) -> FeedCheck:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        found = check(path, limits=limits)
    json.dumps(found.as_dict())
    return found


def codes(found: FeedCheck) -> set[str]:
    return {finding.code for finding in found.findings}


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_the_sample_itself_is_whole() -> None:
    found = check_bytes(FEED.encode())

    assert (found.complete, found.offers, found.taken, found.categories) == (True, 3, 3, 2)
    assert found.findings == []


def test_a_feed_cut_at_any_byte_is_never_complete() -> None:
    data = FEED.encode().rstrip()

    for end in range(len(data)):
        found = check_bytes(data[:end])
        assert not found.complete, end
        assert found.findings, end
        assert found.taken <= 3


def test_a_gzip_cut_at_any_byte_is_never_complete() -> None:
    data = gzip.compress(FEED.encode())

    for end in range(0, len(data), 3):
        assert not check_bytes(data[:end]).complete, end


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "feed.file.empty"),
        (b" \n\n", "feed.file.empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "feed.file.not_a_feed"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "feed.file.not_a_feed"),
        (b"%PDF-1.7\n", "feed.file.not_a_feed"),
        (b'{"offers": []}', "feed.file.not_a_feed"),
        (bytes(range(256)) * 4, "feed.file.not_a_feed"),
        (b"<!DOCTYPE html><html><body>502</body></html>", "feed.file.html"),
        (b"<html><head><title>x</title></head></html>", "feed.file.html"),
        (b"Hello, this is not XML", "feed.file.not_a_feed"),
        (b"not xml at all", "feed.file.not_a_feed"),
        (b"<?xml version='1.0'?><rss><channel/></rss>", "feed.xml.other_root"),
        (b"<?xml version='1.0'?>", "feed.xml.broken"),
        (b"<yml_catalog><shop><offers/></shop></yml_catalog>", "feed.offers.none"),
        (b"\x1f\x8b\x08garbage", "feed.archive.damaged"),
        (b"PK\x03\x04garbage", "feed.archive.damaged"),
        (zipped(**{"photo.jpg": b"\xff\xd8\xff"}), "feed.archive.no_feed"),
        (zipped(**{"../../etc/feed.yml": FEED.encode()}), "feed.archive.path"),
        (zipped(**{"/abs/feed.yml": FEED.encode()}), "feed.archive.path"),
        (zipped(**{"c:\\feed.yml": FEED.encode()}), "feed.archive.path"),
    ],
)
def test_what_is_no_feed_is_told_by_name(data: bytes, code: str) -> None:
    found = check_bytes(data)

    assert code in codes(found)
    assert (found.complete, found.offers, found.taken) == (False, 0, 0)


def test_a_packed_table_is_read_and_half_of_one_is_not() -> None:
    rows = "".join(f"{n};Лампа {n};{n}0\n" for n in range(1, 3000))
    table = ("Артикул;Наименование;Цена\n" + rows).encode("windows-1251")
    packed = gzip.compress(table)
    whole, half = check_bytes(packed), check_bytes(packed[: len(packed) // 2])

    assert (whole.format, whole.offers) == ("csv", 2999)
    assert (half.complete, half.offers, codes(half)) == (False, 0, {"feed.archive.damaged"})


def test_a_missing_file_is_a_finding(tmp_path: Path) -> None:
    assert codes(check(tmp_path / "none.yml")) == {"feed.file.unreadable"}
    assert codes(check(tmp_path)) == {"feed.file.unreadable"}


def test_entity_bombs_are_not_expanded_and_told() -> None:
    bomb = '<!DOCTYPE y [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
    text = FEED.replace('<!DOCTYPE yml_catalog SYSTEM "shops.dtd">', bomb)
    found = check_bytes(text.replace("Лампа 1", "&c;").encode())

    assert {"feed.xml.entities", "feed.offer.entity", "feed.offer.name_missing"} <= codes(found)
    assert (found.complete, found.taken) == (True, 3)


def test_external_entities_are_not_loaded_and_told(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hidden words")
    outside = f'<!DOCTYPE y [<!ENTITY x SYSTEM "file://{secret}">]>'
    text = FEED.replace('<!DOCTYPE yml_catalog SYSTEM "shops.dtd">', outside)
    found = check_bytes(text.replace("Лампа 1", "&x;").encode())

    assert {"feed.xml.external_entity", "feed.offer.entity"} <= codes(found)
    assert "hidden words" not in json.dumps(found.as_dict())


def test_bombs_of_gzip_and_zip_are_stopped() -> None:
    start = FEED.encode()[:-40]
    blown = start + b" " * 40_000_000
    limits = FeedLimits(expanded=20_000_000)

    for data in (gzip.compress(blown), zipped(**{"feed.yml": blown})):
        found = check_bytes(data, limits=limits)
        assert "feed.archive.bomb" in codes(found)
        assert not found.complete


def test_a_file_over_the_limit_is_refused() -> None:
    assert codes(check_bytes(FEED.encode(), limits=FeedLimits(file=100))) == {"feed.file.too_large"}


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_wide_and_marked_encodings_are_read(codec: str) -> None:
    found = check_bytes(FEED.encode(codec))

    assert (found.complete, found.offers, found.taken) == (True, 3, 3)
    assert found.encoding.startswith(codec[:5])


def test_a_damaged_member_of_a_zip_keeps_nothing_complete() -> None:
    data = bytearray(zipped(**{"feed.yml": FEED.encode() * 3}))
    data[60:80] = bytes(20)
    found = check_bytes(bytes(data))

    assert not found.complete
    assert "feed.archive.damaged" in codes(found)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_checked_without_an_exception(data: bytes) -> None:
    check_bytes(data)


@settings(max_examples=200, deadline=None)
@given(st.integers(min_value=0), st.sampled_from(["plain", "gzip", "zip", "utf-16"]))
def test_any_damage_to_a_feed_is_survived(seed: int, packing: str) -> None:
    chance = random.Random(seed)
    data = bytearray(FEED.encode("utf-16" if packing == "utf-16" else "utf-8"))
    if packing == "gzip":
        data = bytearray(gzip.compress(bytes(data)))
    elif packing == "zip":
        data = bytearray(zipped(**{"feed.yml": bytes(data)}))
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randrange(40)]
            case _:
                data[place:place] = chance.choice(
                    [b"<offer ", b"</offer>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&", b"\x00"]
                )
    found = check_bytes(bytes(data))

    assert found.taken <= found.offers


@pytest.mark.parametrize("word", ["</offer>", "<offer ", "<![CDATA[", "-->", "]]>", "<!--", "<?"])
def test_thousands_of_broken_pieces_take_no_more_than_linear_time(word: str) -> None:
    data = FEED.encode()[:-40] + word.encode() * 20_000

    assert not check_bytes(data).complete


def test_findings_are_listed_within_bounds_and_all_counted() -> None:
    offer = '<offer id="{n}"><name>Л</name><categoryId>2</categoryId><price>-1</price></offer>'
    many = "".join(offer.format(n=n) for n in range(1500))
    found = check_bytes(FEED.replace(OFFERS, many).encode())

    assert found.counts["feed.offer.price_bad"] == 1500
    assert len(found.findings) == 1000
    assert found.as_dict()["findings_total"] == 1500
