"""Columns that nobody knows: shown with what stands in them, said once, remembered, read again."""

from io import BytesIO

import pytest
from django.test import Client

from torgpred.accounts import services
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.selectors.columns import feed_columns
from torgpred.catalogue.services import requesting

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = "Код;Наименование;Цена, руб;Тяжесть;Мой знак\nA-1;Чайник;100;900;Север\nA-2;Чашка;20;200;\n"


@pytest.fixture
def seller() -> int:
    return services.add_seller(name="Лампы", country="RU", code="LAMPS").id


@pytest.fixture
def client(seller: int) -> Client:
    person = services.ensure_person(email="lamp@example.org", name="Lamp")
    services.ensure_member(
        tenant_id=seller, email="lamp@example.org", name="Lamp", role="staff", user_id=person.pk
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def give(seller: int, text: str = ROWS) -> None:
    requesting.ask_reading(
        seller_id=seller, stream=BytesIO(text.encode()), name="list.csv", actor="t"
    )
    assert requesting.read_next()


def asked(seller: int) -> dict[str, tuple[int, tuple[str, ...]]]:
    (feed,) = feed_columns(seller)
    return {one.header: (one.filled, one.samples) for one in feed.columns if not one.decided}


def said(seller: int, client: Client, meanings: dict[str, str]) -> str:
    (feed,) = feed_columns(seller)
    given = {
        f"column-{place}": meanings[one.header]
        for place, one in enumerate(feed.columns)
        if one.header in meanings
    }
    answer = client.post("/s/LAMPS/catalogue/columns/say/", {"feed": feed.feed, **given})
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_column_is_shown_with_its_values_said_once_and_the_file_read_again(
    seller: int, client: Client
) -> None:
    give(seller)
    assert asked(seller) == {"Тяжесть": (2, ("900", "200")), "Мой знак": (1, ("Север",))}
    page = " ".join(client.get("/s/LAMPS/start/found/").content.decode().split())
    assert "2 columns were not recognised for certain" in page
    assert "Тяжесть, Мой знак" in page
    page = client.get("/s/LAMPS/catalogue/columns/").content.decode()
    assert "Back to what is in the file" in page, "the way leads back into first steps"
    page = client.get("/s/LAMPS/catalogue/columns/").content.decode()
    assert "Тяжесть" in page
    assert "Север" in page
    to = said(seller, client, {"Тяжесть": "weight:г", "Мой знак": "vendor"})
    assert to == "/s/LAMPS/start/found/"
    assert requesting.read_next(), "the file that was given is read again"
    offer = catalogue.offers_of(seller, ["A-1"])["A-1"]
    assert (str(offer.weight_kg), offer.vendor) == ("0.9", "Север")
    assert asked(seller) == {}
    # The next file of the kind needs no question.
    give(seller, ROWS.replace("900", "800"))
    assert str(catalogue.offers_of(seller, ["A-1"])["A-1"].weight_kg) == "0.8"
    said(seller, client, {"Тяжесть": "ignore"})
    assert requesting.read_next()
    assert catalogue.offers_of(seller, ["A-1"])["A-1"].weight_kg is None
    assert "Тяжесть".lower() in client.get("/s/LAMPS/catalogue/columns/").content.decode()


def test_a_file_of_no_use_is_of_use_once_its_column_is_known(seller: int, client: Client) -> None:
    give(seller, "Шифр мой;Наименование;Цена, руб\nA-1;Чайник;100\nA-2;Чашка;20\n")
    assert catalogue.offer_counts(seller).present == 0
    assert asked(seller) == {"Шифр мой": (2, ("A-1", "A-2"))}
    said(seller, client, {"Шифр мой": "key"})
    assert requesting.read_next()
    assert catalogue.offer_counts(seller).present == 2


def test_what_nobody_could_mean_is_refused(seller: int, client: Client) -> None:
    give(seller)
    for feed, meaning in (("main", "colour"), ("another", "vendor")):
        given = {"feed": feed, "column-0": meaning}
        assert client.post("/s/LAMPS/catalogue/columns/say/", given).status_code == 404
    assert feed_columns(seller)[0].decisions == {}


VOLUMES = "Код;Наименование;Цена, руб;Объём;Вес;Ёмкость, мл\nA-1;Крем;100;50;200;75\n"


def params(seller: int) -> set[tuple[str, str, str]]:
    return {
        (one.name, one.value, one.unit)
        for one in catalogue.offers_of(seller, ["A-1"])["A-1"].params
    }


def test_a_measure_says_its_unit_and_where_the_file_does_not_the_person_chooses(
    seller: int, client: Client
) -> None:
    give(seller, VOLUMES)
    # The weight is known by its name for sure; only its unit is not.
    assert set(asked(seller)) == {"Объём", "Вес", "Ёмкость, мл"}
    assert params(seller) == {("Объём", "50", ""), ("Ёмкость", "75", "мл")}
    page = client.get("/s/LAMPS/catalogue/columns/").content.decode()
    assert page.count("the unit of its numbers is not said") == 2
    assert page.count("a property of the goods, under its own name, in l") == 1
    assert page.count('value="weight:г"') == 3
    assert page.count("read as: a property of the goods, under its own name, in ml") == 1
    said(seller, client, {"Объём": "param:мл", "Вес": "weight:г"})
    assert requesting.read_next()
    assert params(seller) == {("Объём", "50", "мл"), ("Ёмкость", "75", "мл")}
    assert str(catalogue.offers_of(seller, ["A-1"])["A-1"].weight_kg) == "0.2"
    page = client.get("/s/LAMPS/catalogue/columns/").content.decode()
    assert "the unit of its numbers is not said" not in page
    assert "you said so: weight of the parcel, g" in page
    assert "you said so: a property of the goods, under its own name, in ml" in page
    # What was said of a column whose header names a unit holds for that very column.
    said(seller, client, {"Ёмкость, мл": "ignore"})
    assert requesting.read_next()
    assert params(seller) == {("Объём", "50", "мл")}


def test_nothing_is_asked_where_every_cell_says_its_unit(seller: int, client: Client) -> None:
    give(seller, VOLUMES.replace(";50;200;75", ";50 мл;200 г;75"))
    assert "Вес" not in asked(seller)
    page = client.get("/s/LAMPS/catalogue/columns/").content.decode()
    assert "the unit of its numbers is not said" not in page
