import json
import re
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.unit.listings.making import make_category, make_rules
from typer.testing import CliRunner
from typing_extensions import override

from torgpred.channels.core.contract import Attribute, MarketCategory
from torgpred.cli import assess as command
from torgpred.cli.assess_hints import HINTS
from torgpred.demo.assessing import sample_market, with_values
from torgpred.demo.sellers import DemoSeller, all_sellers
from torgpred.kernel.money import Rates
from torgpred.listings.core.answers import Answer
from torgpred.listings.core.assessed.texts import EN, RU, ZH
from torgpred.listings.core.assessing import Assessed, Market, Wishes, assess
from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Route

TREE = (
    MarketCategory("1", "Одежда", children=("100",)),
    make_category(parent_id="1"),
    MarketCategory("200", "Дом", children=("201",)),
    MarketCategory("201", "Кружки и чашки", "200", ("Дом", "Кружки и чашки")),
)


def make_yml(*offers: str, categories: str = '<category id="7">Термобельё</category>') -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-01 10:00"><shop>'
        '<currencies><currency id="RUB" rate="1"/></currencies>'
        f"<categories>{categories}</categories><offers>{''.join(offers)}</offers>"
        "</shop></yml_catalog>"
    )


def make_offer_element(key: str, **overrides: str) -> str:
    given = {
        "name": "Термобельё тёплое",
        "price": "1000",
        "category": "7",
        "parcel": "<weight>0.3</weight><dimensions>20/15/5</dimensions>",
        "params": '<param name="Цвет">красный</param>',
    } | overrides
    return (
        f'<offer id="{key}" available="true"><name>{given["name"]}</name>'
        f"<price>{given['price']}</price><currencyId>RUB</currencyId>"
        f"<categoryId>{given['category']}</categoryId><picture>https://p.example/1.jpg</picture>"
        f"<description>Тёплое</description>{given['parcel']}{given['params']}</offer>"
    )


def assessed(tmp_path: Path, content: str | bytes, **overrides: Any) -> Assessed:  # noqa: ANN401
    path = tmp_path / "feed.xml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    market = Market("here", "Here", make_rules(), TREE)
    return assess(path, market, Wishes(**({"policy": PricingPolicy()} | overrides)))


def test_offers_of_a_certain_category_are_ready_at_once(tmp_path: Path) -> None:
    done = assessed(tmp_path, make_yml(make_offer_element("A"), make_offer_element("B")))
    assert done.places[0].certain
    assert (done.look.offers, done.look.taken, done.result.ready) == (2, 2, 2)
    assert done.result.answers == ()


def test_a_presumed_category_holds_its_offers_until_it_is_confirmed(tmp_path: Path) -> None:
    content = make_yml(
        make_offer_element("A", name="Кружка синяя"),
        make_offer_element("B", name="Кружка белая", parcel=""),
        categories='<category id="7">Кружки</category>',
    )
    done = assessed(tmp_path, content)
    assert done.places[0].presumed
    assert done.places[0].market_path == ("Дом", "Кружки и чашки")
    assert (done.result.ready, done.confirmed) == (0, 1)
    assert done.result.answers == (
        Answer("category", "7", frees=1, cumulative=1, concerns=2),
        Answer("parcel", "7", frees=1, cumulative=2, concerns=1),
    )


def test_what_looks_like_nothing_is_not_presumed(tmp_path: Path) -> None:
    content = make_yml(
        make_offer_element("A", name="Гайка"), categories='<category id="7">Крепёж</category>'
    )
    done = assessed(tmp_path, content)
    assert done.places[0].category_id == ""
    assert (done.result.ready, done.confirmed) == (0, 1)
    assert done.result.missing == (("category", 1),)


def test_the_price_example_is_told_although_its_category_is_not_confirmed(tmp_path: Path) -> None:
    policy = PricingPolicy(
        commission=Decimal(10), route=Route(logistics=Logistics("RUB", Decimal(50)))
    )
    content = make_yml(
        make_offer_element("A", name="Кружка"), categories='<category id="7">Кружки</category>'
    )
    example = assessed(tmp_path, content, policy=policy).result.example
    assert example is not None
    assert (example.price, example.keeps) == (Decimal(1000), Decimal(850))


def test_a_file_with_costs_alone_is_priced_from_the_cost(tmp_path: Path) -> None:
    path = tmp_path / "costs.csv"
    path.write_text(
        "Артикул;Название;Себестоимость, руб\n" + "".join(f"A{n};Кружка;100\n" for n in range(5))
    )
    market = Market("here", "Here", make_rules(), TREE)
    done = assess(path, market, Wishes(PricingPolicy(), rates=Rates({})))
    assert done.policy.basis is Basis.COST
    assert done.result.example is not None
    assert done.result.example.keeps == Decimal(130)


def test_variants_that_stand_together_are_one_product(tmp_path: Path) -> None:
    grouped = [
        make_offer_element(f"A{n}").replace("<offer ", '<offer group_id="9" ') for n in range(2)
    ]
    done = assessed(tmp_path, make_yml(*grouped))
    assert [one.code for one in done.result.held] == ["variants.alike"]
    assert done.result.missing == (("variants.alike", 2),)
    assert done.result.answers == ()


# --- the command --------------------------------------------------------------------------------
def run(*arguments: str) -> Any:  # noqa: ANN401
    app = typer.Typer(pretty_exceptions_enable=False)
    command.register(app)
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("seller", all_sellers(), ids=lambda one: one.code)
def test_every_demo_file_is_assessed_and_adds_up(seller: DemoSeller, tmp_path: Path) -> None:
    path = seller.write_feed(tmp_path, picture_base="https://p.example")
    done = run(str(path), "--json", "--rate", "CNY=11.40")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told["offers"] == seller.expected.offers
    assert told["taken"] in seller.expected.taken
    freed = told["answers"][-1]["cumulative"]
    assert 0 < told["ready"] + freed + told["beyond_answers"] <= told["taken"]
    assert told["example"] is not None
    assert sum(one["offers"] for one in told["categories"]) == told["taken"]
    lines = sum((Decimal(line["amount"]) for line in told["example"]["lines"]), Decimal(0))
    assert lines == Decimal(told["example"]["price"])


HOSTILE = {
    "empty": b"",
    "page": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "picture": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "binary": bytes(range(256)) * 8,
    "cut": make_yml(make_offer_element("A")).encode()[:200],
    "bomb": b'<!DOCTYPE a [<!ENTITY b "cc"><!ENTITY d "&b;&b;">]><yml_catalog>&d;</yml_catalog>',
    "utf16": "нет столбцов".encode("utf-16"),
    "nulls": bytes(4096),
    "zip": b"PK\x03\x04" + bytes(40),
}


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("form", ["--json", "--lang=ru"])
def test_a_file_that_is_no_feed_gives_exit_code_2_and_says_why(
    kind: str, form: str, tmp_path: Path
) -> None:
    path = tmp_path / "given"
    path.write_bytes(HOSTILE[kind])
    done = run(str(path), form)
    assert done.exit_code == 2, done.output
    if form == "--json":
        told = json.loads(done.stdout)
        assert (told["taken"], told["ready"], told["answers"]) == (0, 0, [])
        assert told["findings"]


def test_an_absent_file_and_a_folder_give_exit_code_2(tmp_path: Path) -> None:
    assert run(str(tmp_path / "no.xml")).exit_code == 2
    assert run(str(tmp_path)).exit_code == 2


@pytest.mark.parametrize(
    "given", ["--rate=CNY", "--rate=CNY=0", "--rate=C=1", "--fee=x", "--commission=-1", "--tax=NaN"]
)
def test_an_option_that_is_no_number_is_told(given: str, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(make_yml(make_offer_element("A")))
    assert run(str(path), given).exit_code == 2


class Tags(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _ in attrs}


def test_the_page_escapes_what_the_file_says_and_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "<img src=x>.xml"
    bad = "&lt;script&gt;alert(1)&lt;/script&gt;\u202e"
    key = "&quot;&gt;&lt;b&gt;1"
    path.write_text(
        make_yml(
            make_offer_element(key, name=bad, parcel=""),
            make_offer_element(key),
            categories=f'<category id="7">{bad}</category>',
        ),
        encoding="utf-8",
    )
    page = tmp_path / "out.html"
    done = run(str(path), "--html", str(page), "--lang", "ru")
    assert done.exit_code == 0
    text = page.read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert "&lt;script&gt;" in text
    assert "\u202e" not in text
    assert not tags.seen & {"script", "img", "b", "a", "link", "iframe", "form"}
    assert not {
        one for one in tags.attributes if one in {"src", "href", "style"} or one[:2] == "on"
    }
    assert "default-src 'none'; style-src 'sha256-" in text


def test_escape_sequences_of_the_file_do_not_reach_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "t\x1b[31m.xml"
    path.write_text(make_yml(make_offer_element("A")))
    done = run(str(path))
    assert done.exit_code == 0
    assert "\x1b" not in done.output


def test_prices_and_stocks_alone_are_called_that_and_not_priced_without_a_currency(
    tmp_path: Path,
) -> None:
    path = tmp_path / "stocks.xml"
    offers = '<offer id="1"><price>10</price></offer><offer id="2"><price>NaN</price></offer>'
    path.write_text(f"<yml_catalog><shop><offers>{offers}</offers></shop></yml_catalog>")
    done = run(str(path))
    assert done.exit_code == 0
    assert "prices and stocks only" in done.output
    assert "which currency" in done.output


def test_an_unwritable_page_is_an_expected_error(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(make_yml(make_offer_element("A")))
    done = run(str(path), "--html", str(tmp_path / "no" / "out.html"))
    assert isinstance(done.exception, command.UnwritablePageError)


@pytest.mark.parametrize(
    ("words", "english"),
    [(RU, EN), (ZH, EN), (HINTS["ru"], HINTS["en"]), (HINTS["zh"], HINTS["en"])],
    ids=["ru", "zh", "ru hints", "zh hints"],
)
def test_every_translation_is_of_a_sentence_and_names_its_data(
    words: dict[str, str], english: dict[str, str]
) -> None:
    assert words.keys() <= english.keys()
    for key, sentence in words.items():
        named, meant = (set(re.findall(r"{(\w+)}", text)) for text in (sentence, english[key]))
        assert named == meant, key
    left = {key for key in english if key not in words and re.search(r"[a-z]{3}", english[key])}
    assert left <= {"subtitle", "assumed.rate"}


def test_the_sample_tree_has_attributes_with_values_and_paths() -> None:
    market = sample_market()
    leaves = [one for one in market.categories if one.leaf]
    assert len(leaves) >= 400
    assert all(one.attributes and len(one.path) > 1 for one in leaves)
    assert any(each.dictionary and each.values for one in leaves for each in one.attributes)


def test_a_list_of_values_that_was_not_learnt_yet_takes_any_value() -> None:
    colour = Attribute("2", "Цвет", dictionary=True)
    size = Attribute("3", "Размер", dictionary=True)
    category = make_category(attributes=(colour, size))
    learnt = with_values(category, {("100", "2"): (("21", "Красный"),)})
    assert [(one.dictionary, one.values) for one in learnt.attributes] == [
        (True, (("21", "Красный"),)),
        (False, ()),
    ]


def test_one_offer_is_told_in_the_singular(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(make_yml(make_offer_element("A")))
    told = run(str(path), "--lang", "en").stdout
    assert "1 offer in the file" in told
    assert "1 offers" not in told
    assert "1 presumed categories" not in told


def test_the_currency_is_one_answer_for_the_shop_and_no_mend_of_each_offer(tmp_path: Path) -> None:
    path = tmp_path / "price.csv"
    path.write_text("Артикул;Название;Цена\nA1;Лампа;100\nA2;Стул;200\n", encoding="utf-8")
    told = run(str(path)).output
    (missing,) = [line for line in told.splitlines() if "2  currency of the prices" in line]
    assert "one answer for the whole shop" in missing
