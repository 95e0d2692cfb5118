"""A feed is read in the encoding it is written in; mojibake is never taken."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from torgpred.catalogue.core.check import check
from torgpred.catalogue.core.opening import open_feed

TEXT = (
    '<?xml version="1.0" encoding="{declared}"?><yml_catalog><shop><categories>'
    '<category id="1">Свет</category></categories><offers>'
    '<offer id="1"><name>Лампа Заря</name><price>5</price><categoryId>1</categoryId></offer>\n'
    '<offer id="2"><name>Съёмный плафон</name><price>7</price><categoryId>1</categoryId></offer>'
    "</offers></shop></yml_catalog>"
)


def make_feed(tmp_path: Path, declared: str, actual: str) -> Path:
    path = tmp_path / "feed.yml"
    path.write_bytes(TEXT.format(declared=declared).encode(actual))
    return path


def names(path: Path) -> list[str]:
    reader = open_feed(path)
    taken = [reader.read(entry).offer for entry in reader.entries()]
    return [offer.name for offer in taken if offer]


@pytest.mark.parametrize(
    ("declared", "actual", "told", "finding"),
    [
        ("UTF-8", "utf-8", "utf-8", None),
        ("windows-1251", "windows-1251", "windows-1251", None),
        ("windows-1251", "utf-8", "utf-8", "feed.encoding.declared_wrong"),
        ("UTF-8", "windows-1251", "windows-1251", "feed.encoding.declared_wrong"),
        ("utf-16", "utf-8", "utf-8", "feed.encoding.declared_wrong"),
        ("klingon-8", "utf-8", "utf-8", "feed.encoding.unknown"),
        ("hex", "utf-8", "utf-8", "feed.encoding.unknown"),
        ("KOI8-R", "koi8-r", "koi8-r", None),
        ("UTF-16", "utf-16", "utf-16-le", None),
        ("gb18030", "gb18030", "gb18030", None),
    ],
)
def test_the_true_encoding_wins(
    tmp_path: Path, declared: str, actual: str, told: str, finding: str | None
) -> None:
    path = make_feed(tmp_path, declared, actual)
    found = check(path)

    assert (found.encoding, found.complete, found.taken) == (told, True, 2)
    assert [f.code for f in found.findings] == ([finding] if finding else [])
    assert names(path)[1] == "Съёмный плафон"
    assert "Лампа" in names(path)[0]


def test_one_offer_in_another_encoding_never_becomes_mojibake(tmp_path: Path) -> None:
    first, _, second = TEXT.format(declared="UTF-8").partition("\n")
    path = tmp_path / "feed.yml"
    good = first.replace("<name>", f"<vendor>{'я' * 300}</vendor><name>")
    path.write_bytes(good.encode() + b"\n" + second.encode("windows-1251"))
    found = check(path)

    assert found.encoding == "utf-8"
    assert names(path) == ["Лампа Заря", ""]
    assert {"feed.offer.encoding", "feed.offer.lost_characters"} <= set(found.counts)


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("????? ??????", True),
        ("????? ??? ?????????? Novel Salt Berry (???????, 50 ??, 30 ??)", True),
        ("??? Zarya", True),
        ("??? Lamps Zarya", False),
        ("Лампа ???", True),
        ("Лампа Заря ???", False),
        ("Где кот???", False),
        ("Что? Где? Когда?", False),
        ("?? ?? Zarya", False),
        ("Лампа Заря", False),
    ],
)
def test_a_name_of_question_marks_is_not_taken(tmp_path: Path, name: str, *, lost: bool) -> None:
    path = tmp_path / "feed.yml"
    path.write_text(TEXT.format(declared="UTF-8").replace("Лампа Заря", name), encoding="utf-8")
    found = check(path)

    assert names(path) == ["" if lost else name, "Съёмный плафон"]
    told = [one.value for one in found.findings if one.code == "feed.offer.lost_characters"]
    assert told == [name] * lost


def test_other_texts_of_question_marks_go_with_the_name(tmp_path: Path) -> None:
    texts = (
        "<vendor>Zarya</vendor><description><![CDATA[<p>????? ??????? Led</p>]]></description>"
        '<param name="????">??????</param><param name="W">5</param>'
    )
    path = tmp_path / "feed.yml"
    text = TEXT.format(declared="UTF-8").replace(
        "<name>Лампа Заря</name>", f"<name>????</name>{texts}"
    )
    path.write_text(text, encoding="utf-8")
    reader = open_feed(path)
    offer = reader.read(next(iter(reader.entries()))).offer

    assert offer is not None
    assert (offer.name, offer.description, offer.vendor) == ("", "", "Zarya")
    assert [one.name for one in offer.params] == ["W"]


def test_a_utf8_offer_in_a_windows_file_is_read_as_utf8(tmp_path: Path) -> None:
    text = TEXT.format(declared="windows-1251")
    path = tmp_path / "feed.yml"
    first, _, second = text.partition("\n")
    path.write_bytes(first.encode("windows-1251") + b"\n" + second.encode())
    found = check(path)

    assert names(path) == ["Лампа Заря", "Съёмный плафон"]
    assert found.counts["feed.offer.encoding_mixed"] == 1


def test_gzip_and_zip_are_read_without_being_unpacked_by_name(tmp_path: Path) -> None:
    data = TEXT.format(declared="UTF-8").encode()
    packed = tmp_path / "feed.yml.gz"
    packed.write_bytes(gzip.compress(data[:300]) + gzip.compress(data[300:]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../evil.yml", b"x")
        archive.writestr("__MACOSX/._feed.yml", b"x")
        archive.writestr("readme.txt", b"words")
        archive.writestr("export/feed.xml", data)
    zipped = tmp_path / "feed.zip"
    zipped.write_bytes(out.getvalue())

    assert check(packed).complete
    found = check(zipped)
    assert (found.complete, found.taken) == (True, 2)
    assert found.counts["feed.archive.path"] == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["feed.yml.gz", "feed.zip"]


def test_the_second_run_over_entries_gives_the_same(tmp_path: Path) -> None:
    reader = open_feed(make_feed(tmp_path, "UTF-8", "utf-8"))

    assert list(reader.entries()) == list(reader.entries())


def test_a_mended_offer_is_named_in_the_files_own_encoding(tmp_path: Path) -> None:
    odd = (
        '<offer id="ЦБ-7"><name>Чай & мёд</name><price>5</price><categoryId>1</categoryId></offer>'
    )
    path = tmp_path / "feed.yml"
    text = TEXT.format(declared="windows-1251").replace("<offers>", f"<offers>{odd}")
    path.write_bytes(text.encode("windows-1251"))

    reader = open_feed(path)
    places = [one.place for entry in reader.entries() for one in reader.read(entry).findings]

    assert places == ['offer "ЦБ-7"']
