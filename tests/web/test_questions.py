"""First steps, the questions: named by their goods, asked once, and nothing likely is taken."""

import re

import pytest
from django.template.loader import get_template
from tests.web.test_first_steps import Desk, boots_leaf, desk, one_twin, price_list, twin

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.listings import tasks
from torgpred.listings.services import decisions, statements
from torgpred.twins.testing import RunningTwin
from torgpred.web.questions import Question

__all__ = ["desk", "one_twin", "twin"]

pytestmark = pytest.mark.django_db(transaction=True)


def ask(desk: Desk, fact: str, group: str, **fields: str) -> str:
    """Answer, while the worker is busy elsewhere: the page as it comes back."""
    return desk.post("start/questions/answer/", fact=fact, group=group, **fields)


def test_a_question_names_its_goods_and_leads_to_all_of_them(desk: Desk) -> None:
    page = desk.get("start/questions/")
    assert "Валенки серые 0; Валенки серые 1; Валенки серые 2" in page
    (query,) = set(re.findall(r'/catalogue/\?(view=held&amp;category=[^"]+)"', page))
    goods = desk.get(f"catalogue/?{query.replace('&amp;', '&')}")
    assert "Валенки серые 1" in goods
    assert "Валенки" not in desk.get("catalogue/?category=").partition('id="found"')[2]


def test_goods_without_a_category_are_named_and_answered_for(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    desk.give(price_list(category=""))
    desk.connect(twin.token)
    page = desk.get("start/questions/")
    assert "Where does “goods without a category in the file” belong?" in page
    assert "what you state here is true of all your goods" in page
    assert "Валенки серые 1" in desk.get("catalogue/?view=held&category=")

    desk.answer("category", "", value=boots_leaf())
    assert "Where does" not in desk.get("start/questions/")
    assert decisions.mappings(desk.seller, "aliexpress_ru")[""].market_category == boots_leaf()


def test_an_answer_is_not_asked_for_again_before_it_is_worked_out(desk: Desk) -> None:
    statements.state_fact(
        seller_id=desk.seller, kind="weight_kg", value="0.8", given_by="test", everything=True
    )
    desk.answer("terms", template="1", days="3")
    assert "How large is one packed piece" in desk.get("start/questions/")
    parcel = {"length": "30", "width": "20", "height": "12"}

    page = ask(desk, "parcel", desk.group, **parcel)

    assert "packed piece of" not in page
    told = re.findall(r"(\d+) decisions? so far", page)
    assert re.findall(r"(\d+) decisions? so far", ask(desk, "parcel", desk.group, **parcel)) == told
    assert [one.kind for one in catalogue.statements(desk.seller)] == ["weight_kg", "package"]
    tasks.work_out()
    assert "packed piece of" not in desk.get("start/questions/")


def test_a_likely_category_is_not_chosen_for_a_person(desk: Desk) -> None:
    page = desk.get("start/questions/")
    assert re.findall(r'chip info">\s*(\w+)', page) == ["likely"]
    assert "checked" not in page
    assert "Accept the" not in page


def test_questions_beyond_the_first_can_be_opened(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    head, *rows = price_list(8).decode().splitlines()
    named = [row.replace("Обувь зимняя", f"Разное {n}") for n, row in enumerate(rows)]
    desk.give("\n".join([head, *named]).encode())
    desk.connect(twin.token)
    page = desk.get("start/questions/")
    assert "more questions" in page
    assert "all their questions are answered. Open now in all: 17." in page
    assert page.count('<h2 id="q-') == 17, "a category and a parcel each, and the terms"
    assert '<details class="more" open>' not in page
    assert '<details class="more" open>' in desk.get("start/questions/?all=1")


def test_the_currency_is_asked_for_once_and_nothing_is_chosen_for_a_person(
    twin: RunningTwin,
) -> None:
    desk = Desk("FIRST")
    head, *rows = price_list(4).decode().replace("Цена, руб.", "Цена").splitlines()
    rows[2:] = [row.replace("Обувь зимняя", "Обувь летняя") for row in rows[2:]]
    desk.give("\n".join([head, *rows]).encode())
    desk.connect(twin.token)
    page = desk.get("start/questions/?all=1")
    assert page.count("In what currency are the prices in your file?") == 1
    asked = page.partition("In what currency")[2].partition("</section>")[0]
    assert re.findall(r'name="value" value="(\w+)" required>', asked) == [
        "RUB", "CNY", "USD", "EUR",
    ]  # fmt: skip

    page = desk.answer("currency", value="RUB")

    assert "In what currency" not in page
    assert [one.group_by for one in catalogue.statements(desk.seller)] == ["all"]


def test_a_group_of_goods_of_many_kinds_is_to_be_parted_in_the_file(desk: Desk) -> None:
    page = desk.get("start/questions/")
    assert "The answer is for all goods of “Обувь зимняя”." in page


def test_a_brand_is_asked_for_as_a_person_asks() -> None:
    question = get_template("web/start/question.html")
    one = Question("text", "brand", ("brand",), "7", "Мёд", "brand", frees=1, concerns=2)
    assert "What brand are the goods of “Мёд”?" in question.render({"one": one})


def test_a_search_that_finds_nothing_says_so_in_its_own_question_alone(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    head, *rows = price_list(4).decode().splitlines()
    rows[2:] = [row.replace("Обувь зимняя", "Обувь летняя") for row in rows[2:]]
    desk.give("\n".join([head, *rows]).encode())
    desk.connect(twin.token)
    sought, other = catalogue.category_counts(desk.seller)

    page = desk.get(f"start/questions/?group={sought}&seek=кокошники")

    asked = page.split("</section>")
    said = [one for one in asked if "Nothing like “кокошники” was found" in one]
    assert len(said) == 1
    assert f'name="group" value="{sought}"' in said[0]
    assert f'name="group" value="{other}"' not in said[0]
    assert "Nothing like" not in desk.get(f"start/questions/?group={sought}&seek=валенки")
    # Another form of the word finds it, too.
    assert "Обувь / Валенки" in desk.get(f"start/questions/?group={sought}&seek=валенок")


def test_what_was_kept_is_told_and_the_next_question_is_where_one_lands(desk: Desk) -> None:
    template = channels.delivery_templates(desk.shop)[0]
    given = {"fact": "terms", "group": "", "template": template.id, "days": "3"}
    answer = desk.client.post("/s/FIRST/start/questions/answer/", given)
    page = desk.get("start/questions/")
    assert answer["Location"] == "/s/FIRST/start/questions/#open"
    assert page.count("Kept. ") == 1
    place, kept, first = page.index('id="open"'), page.index("Kept. "), page.index('<h2 id="q-')
    assert place < kept < first, "what was kept is told where one lands, above what is next"
    assert f"Kept. delivery template: {template.name}; days until shipping: 3" in page

    page = desk.answer("category", desk.group, value=boots_leaf())
    assert "Kept. Обувь зимняя: Обувь / Валенки" in page
    page = desk.answer(
        "parcel", desk.group, about="*", weight="0,8", length="30", width="20", height="12"
    )
    said = "Kept. weight, kg: 0.8 (all offers); package, cm: 30 × 20 × 12 (all offers)"
    assert said in page
    page = desk.get("start/questions/")
    assert "Everything that one answer could free is free" in page
    assert "needs a mended file" not in page, "nothing waits for one"


def test_stated_facts_and_values_bear_names(desk: Desk) -> None:
    told = {"country": "RU", "unit": "square_metre", "currency": "RUB"}
    for kind, value in told.items():
        statements.state_fact(
            seller_id=desk.seller, kind=kind, value=value, given_by="test", everything=True
        )
    page = desk.get("start/questions/").partition("What you stated")[2]
    assert "country of origin: Russia" in page
    assert "unit of sale: square metre" in page
    assert "currency: Russian Rouble, RUB" in page


def test_a_category_and_how_one_ships_are_seen_and_taken_back(desk: Desk) -> None:
    desk.answer("category", desk.group, value=boots_leaf())
    template = channels.delivery_templates(desk.shop)[0]
    desk.answer("terms", template=template.id, days="3")
    page = desk.get("start/questions/")
    stated = page.partition("What you stated")[2]
    assert "Валенки" in stated
    assert template.name in stated
    assert "Where does “Обувь зимняя” belong?" not in page
    assert "How do you ship?" not in page

    desk.post("start/questions/back/", category=desk.group)
    desk.post("start/questions/back/", terms="1")
    tasks.work_out()
    page = desk.get("start/questions/?all=1")
    assert "Where does “Обувь зимняя” belong?" in page
    assert "How do you ship?" in page
    assert "What you stated" not in page
