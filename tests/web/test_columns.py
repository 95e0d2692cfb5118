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
    assert "2 columns were not recognised" in client.get("/s/LAMPS/start/found/").content.decode()
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
