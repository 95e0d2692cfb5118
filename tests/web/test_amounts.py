"""Amounts in what holds and remarks say: as the reader's language writes them, and nothing else."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.translation import override
from tests.db.campaigns.market import Market
from tests.docs import wording
from tests.web.test_asks import member_of
from tests.web.test_rehearsals import market

from torgpred.campaigns.services import judging
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Kind
from torgpred.listings.core.checks.papers import PapersThere
from torgpred.listings.core.checks.shipping import CustomsCodes, PackageFits, WeightFits
from torgpred.listings.core.pricing.holds import BELOW_MARGIN, NO_CURRENCY, TOO_HEAVY
from torgpred.listings.core.remarks import hold
from torgpred.web import amounts, words

__all__ = ["market"]
AMOUNTS = frozenset({"amount", "keeps", "limit", "percent", "pieces", "price", "usual"})
"""Names that are amounts in whatever sentence they stand."""
TABLES = (amounts.MONEY, amounts.PRICED, amounts.NUMBERS, amounts.MEASURES)


def said(language: str, kind: Kind, value: object, /, **data: object) -> str:
    with override(language):
        message, _ = words.tell_finding(kind.at("B-1", value, **data), "RUB")
    return message.replace("\N{NO-BREAK SPACE}", " ")


def kinds() -> Iterator[Kind]:
    for module in wording.modules():
        for value in vars(module).values():
            held = value.values() if isinstance(value, dict) else [value]
            for each in vars(value).values() if isinstance(value, type) else held:
                if isinstance(each, Kind):
                    yield each


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", ("₽1,234.50", "₽900", "₽12,000")), ("ru", ("1 234,50 ₽", "900 ₽", "12 000 ₽")),
     ("zh-hans", ("₽1,234.50", "₽900", "₽12,000"))],
)  # fmt: skip
def test_money_is_written_in_the_shops_currency(language: str, told: tuple[str, ...]) -> None:
    message = said(language, BELOW_MARGIN, "1234.50", keeps="900.00", wanted="12000.00")

    assert [one for one in told if one not in message] == []


@pytest.mark.parametrize(
    ("language", "told"),
    [("en", "1,234.5 / \N{MINUS SIGN}32.9"), ("ru", "1 234,5 / \N{MINUS SIGN}32,9")],
)
@pytest.mark.parametrize("page", ['{% t "{a} / {b}" a=a b=b %}', "{{ a|num }} / {{ b|num }}"])
def test_a_page_writes_numbers_in_sentences_as_anywhere(
    page: str, language: str, told: str
) -> None:
    given = Context({"a": Decimal("1234.5"), "b": Decimal("-32.9")})
    with override(language):
        shown = Template(page).render(given)

    assert shown.replace("\N{NO-BREAK SPACE}", " ") == told


@pytest.mark.django_db
def test_a_page_says_a_reason_in_the_currency_of_its_shop(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "A-1", cost="1130.00", price="1900.50")
    card = market.campaign()
    judging.judge(campaign_id=card.id)

    page = member_of(market.operator, language="ru").get(f"/m/campaigns/{card.code}/offers/")

    told = " ".join(page.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())
    assert "При 1 520,40 ₽ продавцу остаётся 984,55 ₽" in told


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "1 Dec 2026", "11 Nov 2026, 21:00 UTC"),
        ("ru", "1 дек. 2026.", "11 нояб. 2026, 21:00 UTC"),
        ("zh-hans", "2026年12月1日", "2026年11月11日, 21:00 UTC"),
    ],
)
def test_days_are_written_in_one_form_and_skus_that_look_so_stay(
    language: str, day: str, moment: str
) -> None:
    ended = hold("paper.ended", "The {value} ended on {until}.", "")
    assert day in said(language, ended, "contract", until="2026-12-01")
    priced = hold("x", "{offer} from {start} until {end}", "")
    told = said(
        language, priced, "", offer="2026-12-01", start="2026-11-11T21:00:00+00:00",
        end="2026-11-12T00:00:00+03:00",
    )  # fmt: skip
    assert told.count(moment) == 2
    assert "2026-12-01" in told
    sold = hold("x", "Sold by {time}.", "")
    assert said(language, sold, "", time="2026-12-01 09:05 MSK").startswith(
        f"Sold by {day.rstrip('.')}, 09:05 MSK"
    )


def test_weights_and_sides_keep_every_digit_that_says_something() -> None:
    heavy = said("ru", WeightFits.OUTSIDE, Decimal("1500.000"), least="0.0005", most=70)
    long = said("ru", PackageFits.OUTSIDE, "1500 x 20.50 x 12", least="0.1", most="150")

    assert "1 500 кг" in heavy
    assert "0,0005" in heavy
    assert "1 500 x 20,5 x 12" in long
    assert "12,5" in said("ru", TOO_HEAVY, "12.5", limit=10)


def test_money_of_another_currency_than_the_shops_does_not_get_its_sign() -> None:
    assert "₽" not in said("ru", NO_CURRENCY, "1234.50")
    assert "1 234,5" in said("ru", NO_CURRENCY, "1234.50")
    priced = hold("price.reference_old", "Look: {reference}, {days}", "")
    assert said("en", priced, "", reference="1200.00 CNY = 15000.50 RUB", days=2000) == (
        "Look: ¥1,200 = ₽15,000.50, 2000"
    )


@pytest.mark.parametrize("value", ["4602000000015", "6109100010", "2026", "12.5"])
def test_what_is_no_amount_stays_as_it_is(value: str) -> None:
    other = hold("some.other", "{value} and {price}", "")

    assert said("ru", CustomsCodes.SHAPE, value).startswith(value)
    assert said("ru", other, value, price=value) == f"{value} and {value}"


@pytest.mark.parametrize("value", ["", "None", "1 234,50", "от 5", "1e", "1.5.2"])
def test_an_amount_that_is_no_number_stays_as_it_is(value: str) -> None:
    assert f" {value} " in said("en", BELOW_MARGIN, value, keeps="1", wanted="2")


def test_amounts_of_errors_are_written_and_whole_numbers_of_theirs_are_not() -> None:
    class TooDearError(TorgpredError):
        template = "{given} in {year}"

    with override("ru"):
        told = words.tell(TooDearError(given=Decimal("1234.50"), year=2026))

    assert told.replace("\N{NO-BREAK SPACE}", " ") == "1 234,5 in 2026"


def test_each_amount_stands_in_a_sentence_that_there_is() -> None:
    texts: dict[str, str] = {}
    for one in kinds():
        texts[one.code] = f"{texts.get(one.code, '')} {one.template} {one.mend}"
    wrong = [
        (code, name)
        for table in TABLES
        for code, names in table.items()
        for name in names
        if f"{{{name}}}" not in texts.get(code, "")
    ]

    assert wrong == []


def test_a_new_sentence_that_names_an_amount_says_which_kind_it_is() -> None:
    known = {(code, name) for table in TABLES for code, names in table.items() for name in names}
    new = {
        (one.code, name)
        for one in kinds()
        for name in AMOUNTS
        if f"{{{name}}}" in one.template + one.mend and (one.code, name) not in known
    }

    assert new == set(), "put it into torgpred.web.amounts"


def test_a_day_within_a_kept_text_is_written_as_days_are() -> None:
    with override("en"):
        told = words.stored("brand: statement 59 of 2026-11-26")
        no_day = words.stored("brand: statement 59 of 2026-02-31")

    assert told == "brand: statement 59 of 26 Nov 2026"
    assert no_day == "brand: statement 59 of 2026-02-31"


def test_a_day_at_the_end_of_a_sentence_ends_in_one_full_stop() -> None:
    duty = "Food needs a declaration, since 2013-07-01"
    told = said("ru", PapersThere.ADVISED, duty, category="food")
    assert told.endswith("2013.")
