"""First steps through the client: what is given is kept, worked out and taken back."""

import io
import re
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.db.listings.workbooks import Workbook

from torgpred.accounts import services as accounts
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue import tasks as catalogue_tasks
from torgpred.channels import families
from torgpred.channels import selectors as channels
from torgpred.channels.services import opening
from torgpred.kernel.clock import now
from torgpred.listings import selectors as listings
from torgpred.listings import tasks
from torgpred.listings.selectors import advice
from torgpred.listings.services import (
    applying,
    contexts,
    decisions,
    statements,
    timed_prices,
    working_out,
)
from torgpred.listings.services.timed_prices import PriceAhead
from torgpred.runtime import slots
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin

pytestmark = pytest.mark.django_db(transaction=True)

IN_TIME = 60.0
HEADER = "Артикул;Наименование;Категория;Цена, руб.;Остаток;Фото;Материал;Описание\n"
ROW = "B-{n};Валенки серые {n};{category};2490;5;https://p.example/{n}.jpg;Шерсть;Тёплые\n"


def price_list(count: int = 3, category: str = "Обувь зимняя") -> bytes:
    return (HEADER + "".join(ROW.format(n=n, category=category) for n in range(count))).encode()


@pytest.fixture(scope="module")
def one_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    with running_twin(tmp_path_factory.mktemp("twin"), tree=small_tree()) as twin:
        yield twin


@pytest.fixture
def twin(one_twin: RunningTwin, monkeypatch: pytest.MonkeyPatch) -> RunningTwin:
    """The twin as new; the marketplace's own address is the twin's."""
    one_twin.control("POST", "reset")
    one_twin.control("PATCH", "settings", {"task_delay_min": 0, "task_delay_max": 0})
    monkeypatch.setattr(slots, "take", lambda *_, **__: 0.0)
    monkeypatch.setattr(opening, "BATCH_PATIENCE", 1.0)
    of = families.family("aliexpress_ru")
    monkeypatch.setattr(type(of), "default_address", one_twin.base_url, raising=False)
    return one_twin


class Desk:
    """A member's window at a seller's desk; workers do what they are asked at once."""

    def __init__(self, code: str, role: str = "staff") -> None:
        tenant = accounts.add_seller(name=code, country="RU", code=code)
        self.code, self.seller = code, tenant.id
        email = f"{code.lower()}@example.org"
        user = accounts.ensure_person(email=email, name=code)
        accounts.ensure_member(
            tenant_id=tenant.id, email=email, name=code, role=role, user_id=user.pk
        )
        self.client = Client()
        self.client.force_login(user)

    def get(self, path: str) -> str:
        answer = self.client.get(f"/s/{self.code}/{path}", follow=True)
        assert answer.status_code == 200, path
        return str(answer.content.decode())

    def post(self, path: str, **fields: object) -> str:
        answer = self.client.post(f"/s/{self.code}/{path}", fields, follow=True)
        assert answer.status_code == 200, path
        return str(answer.content.decode())

    def give(self, content: bytes) -> None:
        self.post("start/file/give/", file=SimpleUploadedFile("goods.csv", content))
        catalogue_tasks.read_files()

    def connect(self, token: str) -> str:
        said = self.post(
            "start/shop/connect/",
            family="aliexpress_ru",
            name="Магазин",
            **{"secret-token": token},
        )
        self.work_out()
        return said

    def answer(self, fact: str, group: str = "", **fields: str) -> str:
        said = self.post("start/questions/answer/", fact=fact, group=group, **fields)
        self.work_out()
        return said

    def work_out(self) -> None:
        """Work out what was asked for, again where a call had to wait, as workers do."""
        deadline = time.monotonic() + IN_TIME
        tasks.work_out()
        while self._waits() and time.monotonic() < deadline:
            time.sleep(0.1)
            tasks.work_out()

    def _waits(self) -> bool:
        found = (
            working_out.worked_out(self.seller, one.id) for one in channels.shops_of(self.seller)
        )
        return any(one is not None and not one.current for one in found)

    @property
    def shop(self) -> int:
        return channels.shops_of(self.seller)[0].id

    @property
    def group(self) -> str:
        return next(iter(catalogue.category_counts(self.seller)))


@pytest.fixture
def desk(twin: RunningTwin) -> Desk:
    """A desk with a file and a shop: questions are next."""
    found = Desk("FIRST")
    found.give(price_list())
    found.connect(twin.token)
    return found


def test_from_a_file_to_live_listings(twin: RunningTwin, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk("FIRST")
    assert "Give the file you have" in desk.get("start/")

    desk.give(price_list())
    found = desk.get("start/found/")
    assert "3 offers can be used" in found
    read = " ".join(found.partition("as they were read")[2].partition("</section>")[0].split())
    for told in ("Валенки серые 2", "B-2", "2,490", "> 5 <", "Обувь зимняя", "Материал: Шерсть"):
        assert told in read, told
    assert "Where do you want to sell?" in desk.get("start/shop/")
    desk.connect(twin.token)
    assert "0 of 3 offers are ready" in desk.get("start/")
    desk.answer("category", desk.group, value=boots_leaf())
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="3")
    desk.answer("parcel", desk.group, weight="0,8", length="30", width="20", height="12")
    assert "3 of 3 offers are ready" in desk.get("start/questions/")
    assert "You keep" in desk.get("start/price/")
    desk.post("start/price/set/", basis="shelf", commission="8", per_parcel="100")
    tasks.make_plans()
    page = desk.get("start/plan/")
    assert "3 products would go live" in page
    plan = listings.plans(desk.seller)[0]
    assert "4 decisions so far" in page
    assert page.index("duty that may concern these goods") < page.index("Apply 3 changes")
    duty = page.partition("duty that may concern these goods")[2].partition("</section>")[0]
    assert "3 offers · Обувь зимняя" in duty
    assert 'href="/s/FIRST/papers/">To the papers' in duty
    steps = desk.get(f"plans/{plan.code}/")
    assert "duty that may concern these goods" in steps
    assert re.search(r"weight, kg: statement \d+ of [^;<]+; package, cm: statement \d+ of", steps)
    whole = listings.legal_advice(desk.seller, desk.shop)
    assert (whole.every, [one.offers for one in whole.groups]) == (1, [3])
    with monkeypatch.context() as patch:
        # Of a large catalogue some products are looked at, and what they say stands for the others.
        patch.setattr(advice, "_MOST", 1)
        some = listings.legal_advice(desk.seller, desk.shop)
        assert some.every == 3
        assert [one.offers % 3 for one in some.groups] == [0] * len(some.groups)
        assert len(some.groups) <= 1
        assert ("≈ " in desk.get(f"plans/{plan.code}/")) == bool(some.groups)
    desk.post("start/plan/apply/", plan=plan.code)
    applying.run(seller_id=desk.seller, plan_id=plan.id)

    assert "3 offers stand in the shop" in desk.get("start/plan/")
    assert len(twin.control("GET", "listings")) == 3
    assert "First steps: from your file" not in desk.get("")


def boots_leaf() -> str:
    return next(
        one.id
        for one in channels.market_categories("aliexpress_ru").values()
        if "Валенки" in one.path
    )


def test_it_can_be_left_and_gone_on_with(desk: Desk) -> None:
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="5")

    again = Client()
    again.force_login(accounts.person_of("first@example.org"))
    page = again.get("/s/FIRST/start/", follow=True).content.decode()

    assert "What nobody but you knows" in page
    assert "How do you ship?" not in page
    assert contexts.shop_policy(desk.seller, desk.shop).lead_time_days == 5


def test_a_token_is_tried_and_never_shown_again(desk: Desk, twin: RunningTwin) -> None:
    for page in ("", "start/shop/", "start/questions/", "start/plan/"):
        assert twin.token not in desk.get(page)


def test_a_wrong_token_is_told_and_can_be_replaced(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    desk.give(price_list())

    said = desk.connect("not-the-token")
    assert "refused the token" in said
    assert "not-the-token" not in said
    assert "Put in a new token" in desk.get("start/shop/")
    desk.post("start/shop/secret/", shop=str(desk.shop), **{"secret-token": twin.token})
    assert channels.trial(desk.shop).ok  # type: ignore[union-attr]


def test_a_refused_token_leaves_the_other_ways_open(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    desk.give(price_list())
    desk.connect("not-the-token")
    first = desk.shop
    assert "Connect and try" in desk.get("start/shop/")

    desk.connect(twin.token)
    assert [one.id for one in channels.shops_of(desk.seller)] == [first]
    assert "Connect and try" not in desk.get("start/shop/")
    assert desk.client.post("/s/FIRST/start/shop/close/", {"shop": str(first)}).status_code == 404


def test_a_refused_shop_is_given_up_and_its_name_is_free(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    desk.give(price_list())
    desk.connect("not-the-token")
    old = desk.shop

    desk.post("start/shop/close/", shop=str(old))

    assert channels.shops_of(desk.seller) == []
    desk.connect(twin.token)
    assert [one.id == old for one in channels.shops_of(desk.seller)] == [False]


def test_a_measure_may_have_its_own_unit(desk: Desk) -> None:
    desk.answer("parcel", desk.group, weight="800 g", length="30", width="20", height="12")
    assert [one.told[1] for one in statements.stated(desk.seller)] == ["0.8", "30 x 20 x 12"]


def test_the_unit_of_a_measure_is_chosen_and_never_understood_silently(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = small_tree()
    leaf = next(one for one in tree.categories.values() if one.name == "Валенки")
    height = next(one for one in leaf.properties if one.units)
    wanted = msgspec.structs.replace(height, is_required=True)
    leaf.properties[leaf.properties.index(height)] = wanted
    with running_twin(tmp_path, tree=tree) as twin:
        of = families.family("aliexpress_ru")
        monkeypatch.setattr(type(of), "default_address", twin.base_url, raising=False)
        desk = Desk("FIRST")
        desk.give(price_list())
        desk.connect(twin.token)
        desk.answer("category", desk.group, value=boots_leaf())
        page = desk.get("start/questions/")
        assert re.search(
            r'-unit" name="unit" required>\s*<option value="">Choose the unit</option>', page
        )
        assert "<option>мм</option>" in page
        question = f"attribute:{height.id}"
        assert "its unit is not said" in desk.answer(question, desk.group, value="180")
        desk.answer(question, desk.group, value="180", unit="мм")
        assert [one.told for one in statements.stated(desk.seller)] == [("Высота", "180 мм")]


def test_a_statement_is_taken_back(desk: Desk) -> None:
    desk.answer("parcel", desk.group, weight="0.8", length="30", width="20", height="12")
    (weight, _) = statements.stated(desk.seller)

    assert "Take back" in desk.get("start/questions/")
    desk.post("start/questions/back/", statement=str(weight.card.id))

    assert [one.card.kind for one in statements.stated(desk.seller)] == ["package"]


def test_what_is_said_of_all_goods_is_not_asked_again(desk: Desk) -> None:
    desk.answer("parcel", desk.group, weight="0.8", length="30", width="20", height="12", about="*")
    assert "packed piece of" not in desk.get("start/questions/")
    assert {one.card.group_by for one in statements.stated(desk.seller)} == {"all"}


def test_only_what_the_file_lacks_is_asked_for(desk: Desk) -> None:
    assert "How heavy and large is one packed piece" in desk.get("start/questions/")
    statements.state_fact(
        seller_id=desk.seller, kind="weight_kg", value="0.8 kg", given_by="test", everything=True
    )
    working_out.ask_anew(seller_id=desk.seller, shop_id=desk.shop)
    tasks.work_out()
    page = desk.get("start/questions/")
    assert "How large is one packed piece" in page
    assert "How heavy" not in page


def test_a_hold_names_its_category_and_leads_to_its_answer(desk: Desk) -> None:
    desk.answer("category", desk.group, value=boots_leaf())
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="3")
    desk.post("start/price/set/", basis="shelf", commission="8", per_parcel="100")
    tasks.make_plans()
    assert "3 offers · Обувь зимняя" in desk.get("start/plan/")
    home = desk.get("")
    link = rf'href="/s/{desk.code}/start/questions/\?all=1#(q-\w+)">Answer it'
    (asked,) = set(re.findall(link, home))
    assert f'<h2 id="{asked}">' in desk.get("start/questions/"), "the link leads to the question"
    assert f"#{asked}" in desk.get("start/plan/")
    assert f"#{asked}" in desk.get(f"plans/{listings.plans(desk.seller)[0].code}/")
    desk.answer("parcel", desk.group, weight="0,8", length="30", width="20", height="12")
    desk.post("start/price/set/", basis="shelf", commission="8", least_price="9000")
    tasks.make_plans()
    assert f'href="/s/{desk.code}/start/price/?shop={desk.shop}&amp;sku=B-' in desk.get("")


def test_a_price_for_a_time_is_told_beside_what_the_rules_give(desk: Desk) -> None:
    timed_prices.schedule(
        seller_id=desk.seller, shop_id=desk.shop, prices=[PriceAhead("B-1", Decimal("1992.50"))],
        starts_at=now(), ends_at=now() + timedelta(hours=1), reference="An autumn sale",
        actor="test",
    )  # fmt: skip
    for page in ("start/price/?sku=B-1", "catalogue/offer/?key=B-1"):
        told = desk.get(page)
        assert "For a time it costs ₽1,992.50 in this shop, until" in told, page
        assert "An autumn sale" in told, page
    assert "For a time it costs" not in desk.get("start/price/?sku=B-2")
    page = desk.get("catalogue/offer/?key=B-1")
    assert "Price for a time" in page
    assert "Price by the rules" not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"weight": "much", "length": "1", "width": "1", "height": "1"}, "it is not one number"),
        ({"weight": "", "length": "1", "width": "", "height": "1"}, "Fill in the answer first."),
    ],
)
def test_an_answer_that_is_none_is_told(desk: Desk, fields: dict[str, str], said: str) -> None:
    assert said in desk.answer("parcel", desk.group, **fields)
    assert statements.stated(desk.seller) == []


def test_answers_given_while_it_is_worked_out_are_not_lost(desk: Desk) -> None:
    working_out.ask_anew(seller_id=desk.seller, shop_id=desk.shop)
    claimed = working_out._claim()
    assert claimed is not None
    working_out.ask_anew(seller_id=desk.seller, shop_id=desk.shop)
    working_out._settle(claimed, trouble=None, done_to=claimed.asked_at)

    told = working_out.worked_out(desk.seller, desk.shop)
    assert told is not None
    assert not told.current
    assert tasks.work_out()
    assert working_out.worked_out(desk.seller, desk.shop).current  # type: ignore[union-attr]


def test_a_category_is_found_by_its_name(desk: Desk) -> None:
    page = desk.get(f"start/questions/?group={desk.group}&seek=валенки")
    assert "It is this one" in page
    assert "Обувь / Валенки" in page


def test_a_price_is_tried_without_being_kept(desk: Desk) -> None:
    page = desk.get("start/price/?basis=kept&commission=20&margin=0&per_parcel=0&per_kg=0")
    assert "20 % of the price" in page
    assert "only worked out, not kept" in page
    assert not contexts.shop_policy(desk.seller, desk.shop).pricing.commission
    assert "These figures are a suggestion" in desk.get("start/price/")


def test_a_figure_below_nought_is_told_with_its_field_and_bounds(desk: Desk) -> None:
    page = desk.get("start/price/?commission=8&margin=-5&per_parcel=0&per_kg=0")
    assert "Margin you add, %: “-5” does not fit here, it must be at least 0" in page


def test_a_price_of_what_is_no_number_is_told_and_stays_typed(desk: Desk) -> None:
    page = desk.get("start/price/?commission=abc&margin=0&per_parcel=7.5&per_kg=0&least_price=")

    assert "“abc” is no number" in page
    assert "Marketplace&#x27;s commission, %: “abc”" in page, "the field is named"
    assert "There is no offer to show it on" not in page
    assert 'value="abc"' in page
    assert 'value="7.5"' in page
    assert "Price by the rules" not in page


def test_the_least_price_is_kept_with_the_others(desk: Desk) -> None:
    fields = {"commission": "8", "margin": "0", "per_parcel": "0", "per_kg": "0"}
    desk.post("start/price/set/", least_price="3600", **fields)
    assert contexts.shop_policy(desk.seller, desk.shop).pricing.least_price == Decimal(3600)
    assert 'value="3600"' in desk.get("start/price/")

    desk.post("start/price/set/", least_price="", **fields)
    assert contexts.shop_policy(desk.seller, desk.shop).pricing.least_price is None


def test_a_forms_token_leaves_the_address(desk: Desk) -> None:
    answer = desk.client.get("/s/FIRST/start/price/?csrfmiddlewaretoken=x&commission=8")
    assert answer.headers["Location"] == "/s/FIRST/start/price/?commission=8"


def test_a_reader_sees_and_changes_nothing(twin: RunningTwin) -> None:
    desk = Desk("FIRST", role="reader")
    assert "Give the file you have" in desk.get("start/file/")
    answer = desk.client.post("/s/FIRST/start/file/give/", {"file": io.BytesIO(price_list())})
    assert answer.status_code == 403
    assert not catalogue_tasks.read_files()


def test_anothers_shop_and_statement_are_not_there(desk: Desk, twin: RunningTwin) -> None:
    desk.answer("parcel", desk.group, weight="0.8", length="30", width="20", height="12")
    other = Desk("OTHER")
    other.give(price_list())
    statement = str(statements.stated(desk.seller)[0].card.id)

    for path, fields in (
        ("start/shop/secret/", {"shop": str(desk.shop), "secret-token": "x"}),
        ("start/questions/back/", {"statement": statement}),
        ("fix/write/", {"shop": str(desk.shop)}),
    ):
        answer = other.client.post(f"/s/OTHER/{path}", fields)
        assert answer.status_code == 404, path
    assert len(statements.stated(desk.seller)) == 2


def test_a_practice_shop_is_opened_in_the_demo_only(desk: Desk) -> None:
    assert "practice" not in desk.get("start/shop/")
    answer = desk.client.post("/s/FIRST/start/shop/practise/")
    assert answer.status_code == 404


def test_goods_without_a_price_are_counted_among_those_taken_in(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    desk.give(price_list().replace(b"2490", b"", 1))
    page = " ".join(re.sub(r"<[^>]+>", " ", desk.get("start/found/")).split())
    assert "Taken in 3" in page
    assert "Without a price 1" in page


def test_a_file_of_which_nothing_is_usable_is_told(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    desk.give(b"<html>sign in</html>")
    assert "Nothing of this file could be used" in desk.get("start/found/")


# --- the fix file -------------------------------------------------------------------------------
def test_the_fix_file_goes_down_and_comes_up(desk: Desk, tmp_path: Path) -> None:
    decisions.map_category(
        seller_id=desk.seller,
        family="aliexpress_ru",
        category_key=desk.group,
        market_category=boots_leaf(),
        actor="test",
    )
    answer = desk.client.post("/s/FIRST/fix/write/", {"shop": str(desk.shop)})
    assert answer["Content-Disposition"] == 'attachment; filename="fix-FIRST.xlsx"'
    path = tmp_path / "fix.xlsx"
    path.write_bytes(answer.content)
    book = Workbook(path)
    sheet = next(name for name in book.sheets if name.startswith("Обувь"))
    wrong = book.fill(sheet, "B-0", "weight_kg", "тяжёлый")
    book.fill(sheet, "B-1", "weight_kg", 0.9)

    with book.save(tmp_path / "filled.xlsx").open("rb") as filled:
        page = desk.post("fix/read/", shop=str(desk.shop), file=filled)

    assert "1 cell was used" in page
    assert "Statements about goods: 1 (" in page
    assert "Settings of the shop" not in page, "what the file did not bring is not counted up"
    assert "Back to the questions" in page
    assert "2 decisions so far" in desk.get("start/questions/"), "a category and a workbook's cell"
    assert "Cells that could not be used" in page
    assert wrong.rpartition("!")[2] in page
    assert "тяжёлый" in page


def test_what_is_no_fix_file_is_told(desk: Desk) -> None:
    page = desk.post("fix/read/", shop=str(desk.shop), file=SimpleUploadedFile("a.xlsx", b"x"))
    assert "cannot be read as a fix file" in page


# --- the rules of prices ------------------------------------------------------------------------
def test_rules_of_prices_have_a_place_of_their_own_once_steps_are_over(desk: Desk) -> None:
    page = desk.get("prices/?sku=B-1")
    assert "done:" in page, "in first steps they are one of these"
    assert "Nothing is kept yet" in page
    assert "everything given is kept" not in page
    desk.answer("category", desk.group, value=boots_leaf())
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="3")
    desk.answer("parcel", desk.group, weight="0,8", length="30", width="20", height="12")
    page = desk.post("start/price/set/", basis="shelf", commission="8", per_parcel="100")
    assert "A plan by them is being made: it will be shown here." in page
    tasks.make_plans()
    plan = listings.plans(desk.seller)[0]
    assert "Go on: the price" in desk.get("start/questions/")
    desk.post("start/plan/apply/", plan=plan.code)
    applying.run(seller_id=desk.seller, plan_id=plan.id)

    page = desk.get("start/questions/")
    assert "Go on: the price" not in page
    assert re.search(r'href="/s/FIRST/start/plan/">\s*Go on: the plan', page)
    page = desk.get("start/price/?sku=B-1&commission=9&margin=0")
    assert 'aria-label="First steps"' not in page
    assert "decisions so far" not in page
    assert '<a href="/s/FIRST/prices/" class="beyond"' in page
    assert 'formaction="/s/FIRST/prices/"' in page
    assert "9 % of the price" in page, "what was asked for comes along"
    page = desk.post("start/price/set/", basis="shelf", commission="9")
    assert "A plan by them is being made: it will stand first in this list." in page
    assert contexts.shop_policy(desk.seller, desk.shop).pricing.commission == 9
