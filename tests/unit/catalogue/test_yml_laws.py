"""Laws of reading YML: the quick ways give what a full XML parse gives."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from torgpred.catalogue.core.offers import Offer
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.yml.parsing import OfferParser

PARSER = OfferParser("offer", "utf-8", {})
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<yml_catalog date="{date}"><shop><currencies>'
    '<currency id="{currency}" rate="1"/></currencies><categories>'
    '<category id="1">{first}</category><category id="2" parentId="1">Свет</category>'
    '<category id="3">Сад</category></categories><offers>\n'
)
END = "</offers></shop></yml_catalog>"


def make_feed(
    offers: list[str], *, date: str = "2026-11-01", currency: str = "RUB", first: str = "Дом"
) -> str:
    return HEAD.format(date=date, currency=currency, first=first) + "\n".join(offers) + END


def make_offer(key: str, category: str = "2", extra: str = "") -> str:
    return (
        f'<offer id="{key}"><name>Лампа {key}</name><price>10</price>'
        f"<categoryId>{category}</categoryId>{extra}</offer>"
    )


def digests(text: str) -> dict[str, bytes]:
    """Return the digest by the offer's key."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.yml"
        path.write_text(text, encoding="utf-8", newline="")
        reader = open_feed(path)
        found = {}
        for entry in reader.entries():
            taken = reader.read(entry)
            found[taken.offer.key if taken.offer else taken.key] = entry.digest
    return found


def read_all(text: str) -> list[Offer | None]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.yml"
        path.write_text(text, encoding="utf-8", newline="")
        reader = open_feed(path)
        return [reader.read(entry).offer for entry in reader.entries()]


OFFERS = [make_offer("a"), make_offer("b", "3"), make_offer("c", "1"), make_offer("d", "99")]


def test_neither_date_nor_order_changes_a_digest() -> None:
    before = digests(make_feed(OFFERS))

    assert digests(make_feed(OFFERS, date="2027-01-01")) == before
    assert digests(make_feed(OFFERS[::-1])) == before
    assert len(set(before.values())) == 4


def test_a_renamed_category_changes_its_own_offers_and_those_below_it() -> None:
    before, after = digests(make_feed(OFFERS)), digests(make_feed(OFFERS, first="Жильё"))

    assert {key for key in before if before[key] != after[key]} == {"a", "c"}


def test_another_currency_table_changes_every_digest() -> None:
    before, after = digests(make_feed(OFFERS)), digests(make_feed(OFFERS, currency="CNY"))

    assert all(before[key] != after[key] for key in before)


ALL_PIECES = (
        "<name>А</name>", "<vendor>Б &amp; В</vendor>", "<model/>", "<url>https://s.ru/?a>b</url>",
        "<description><![CDATA[<p>1</p>]]></description>", "<![CDATA[x]]>", " ", "\n", "\r\n", "\t",
        "<description>\n<![CDATA[]]>\n</description>", "<a><![CDATA[1]]><![CDATA[2]]></a>",
        "<description><![CDATA[ </offer><offer id='9'> ]]></description>", "<!-- </offer> -->",
        "<!-- <offer id='8'>x</offer> -->", "<?pi </name> ?>", '<param name="a" unit="b">1</param>',
        "<param name='a'>1</param>",
        '<param name="a&quot;b">]</param>', '<param name="x">]]&gt;</param>',
        "<a b='1' c=\"2\">t</a>", "<a><b>1</b><b>2</b></a>", "<a  >1</a >",
        "<name>&#1040;&#x41;</name>",
        "<a>&lt;b&gt;</a>", "<a>&nbsp;</a>", "<a>&</a>", "<a>\x0b</a>", "<a>x]]>y</a>", "<a>1</b>",
        '<a x="1" x="2">1</a>', '<a xmlns="urn:x">1</a>', "<ns:a>1</ns:a>", "stray", "&amp;",
        ">", "<",
        '<a x="1>2">3</a>', "<a>!</a>", "<a>&#0;</a>", "<a>&#xD;</a>", "<a>\ufffe</a>",
        "<a>\x7f\x85</a>",
        '<outlets>\n <outlet id="1" instock="5"/><outlet id="2"/> \n</outlets>',
        '<outlets a="1"><outlet instock="5" x="&amp;"/>x</outlets>', "<outlets><a/>",
        "<outlets></outlets>", "<outlets/>", "<outlets> <b>1</b><a/></outlets>", "</outlets>",
        '<OUTLETS><OUTLET INSTOCK="5" /></OUTLETS>', "<outlets>x<outlet/></outlets>",
        '<outlets><outlet instock="1"></outlet></outlets>', "<outlets><a/><b><c/></b></outlets>",
        '<a x="\n">1</a>', '<a x="&lt;">1</a>', "<a/>\n<b/>", '<a x="1"/>', "</a>", "<a>", "\ufffd",
    )  # fmt: skip
PIECES = st.sampled_from(ALL_PIECES)
HEADS = st.sampled_from(
    [' id="1">', " id='1'>", ' id="1" available="true">', '\nid="1"\t>', ">", ' id = "1">',
     ' id="1" id="2">', ' id="a>b">', ' id="a&amp;b">', ' id="1"a="2">', ' xmlns="urn:a" id="1">']
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(HEADS, st.lists(PIECES, max_size=6), st.sampled_from(["", "\n"]))
def test_the_quick_parse_equals_the_full_one_or_declines(
    head: str, pieces: list[str], gap: str
) -> None:
    text = head + gap.join(pieces) + "</offer>"
    quick = PARSER.parse_quickly(text.encode())

    if quick is not None:
        assert quick == PARSER.parse_fully(text)[0]


@pytest.mark.parametrize("first", ALL_PIECES)
def test_the_quick_parse_holds_for_every_pair_of_pieces(first: str) -> None:
    for second in ALL_PIECES:
        text = f' id="1"><name>A</name>{first}{second}<price>1</price></offer>'
        quick = PARSER.parse_quickly(text.encode())

        assert quick is None or quick == PARSER.parse_fully(text)[0], second


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.text(min_size=0, max_size=20)), max_size=5))
def test_the_quick_parse_keeps_any_text(values: list[tuple[int, str]]) -> None:
    root = etree.Element("offer", id="1")
    for kind, value in values:
        clean = "".join(sign for sign in value if sign.isprintable())
        child = etree.SubElement(root, f"t{kind}", n=clean if kind == 3 else "v")
        child.text = etree.CDATA(clean.replace("]]>", "")) if kind == 2 else clean
    text = etree.tostring(root, encoding="unicode").removeprefix("<offer")
    quick = PARSER.parse_quickly(text.encode())

    if quick is not None:
        assert quick == PARSER.parse_fully(text)[0]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "<description><![CDATA[ </offer><offer id='9'> ! ]]></description>",
                    "<!-- </offer> -->", "<!-- <offer id='8'>x</offer> -->", "\r\n", "<vendor/>",
                    "<a>!</a>", "<b>1</b>", "<offers-note>x</offers-note>", "<![CDATA[<!--]]>",
                    "<!-- <![CDATA[ -->", "<offer-kind>x</offer-kind>",
                ]
            ),
            max_size=4,
        ),
        max_size=6,
    ),
    st.sampled_from(["", "\n", "<!-- <offer id='7'></offer> -->", "<!-- ! -->", "\r\n\t"]),
)  # fmt: skip
def test_the_cut_finds_the_offers_that_a_full_parse_finds(
    offers: list[list[str]], gap: str
) -> None:
    bodies = [
        f'<offer id="{n}"><name>Л</name>{"".join(extra)}</offer>' if n % 3 else
        f'<offer id="{n}" />'
        for n, extra in enumerate(offers)
    ]  # fmt: skip
    text = make_feed([gap.join(bodies), gap])
    expected = [o.get("id") for o in etree.fromstring(text.encode()).iter("offer")]

    assert [offer and offer.key for offer in read_all(text)] == expected


@pytest.mark.parametrize("size", [0, 100, 262_000, 262_144, 300_000])
def test_a_record_over_the_edge_of_a_chunk_is_cut_whole(size: int) -> None:
    padding = f"<sales_notes>{'x' * 900}</sales_notes>"
    offers = [make_offer(str(n), extra=padding) for n in range(600)]
    text = make_feed([f"<!--{' ' * size}-->", *offers])

    assert [offer and offer.key for offer in read_all(text)] == [str(n) for n in range(600)]


def test_equal_digests_mean_equal_offers() -> None:
    offers = [make_offer("a"), make_offer("b", extra="<vendor>1</vendor>"), make_offer("c")]
    changed = [make_offer("c"), make_offer("b", extra="<vendor>2</vendor>"), make_offer("a")]
    first, second = digests(make_feed(offers)), digests(make_feed(changed))
    one = {offer.key: offer for offer in read_all(make_feed(offers)) if offer}
    two = {offer.key: offer for offer in read_all(make_feed(changed)) if offer}

    assert {key for key in one if first[key] == second[key]} == {"a", "c"}
    assert all(one[key] == two[key] for key in one if first[key] == second[key])
