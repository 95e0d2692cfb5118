"""How a seller stands, told shop by shop: at its own home and on the manager's page of it."""

import msgspec
import pytest
from django.test import Client
from tests.db.orders.making import run
from tests.db.orders.test_funnel import make_consignment, make_listing, make_seller, make_shop
from tests.web.orders.sitting import Sitting, text_of

from torgpred.accounts import services
from torgpred.channels import selectors as channels
from torgpred.listings.core.holds import HoldGroup

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    operator = services.ensure_operator()
    person = services.ensure_person(email="boss@example.org", name="Boss")
    services.ensure_member(
        tenant_id=operator.id, email=person.email, name="Boss", role="manager", user_id=person.pk
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


@pytest.fixture
def seller() -> int:
    """One product, on sale in one shop; another shop's plan holds it."""
    made = make_seller("TWO")
    make_shop(made, "First")
    make_listing(made)
    make_consignment(made)
    make_shop(made, "Second")
    for shop, ready in zip(channels.shops_of(made), (1, 0), strict=True):
        run(
            "INSERT INTO listings_desired (seller_id, shop_id, product_key, offers_digest,"
            " context_digest, offers, ready_offers, findings, prices, stated, refusal)"
            " VALUES (%s, %s, 'P', '', '', 1, %s, '', '', '', '')",
            made,
            shop.id,
            ready,
        )
    holds = [HoldGroup("price.none", "", "", 1, "It has no price.", "Give one.", ("P",))]
    run(
        "INSERT INTO listings_plan (seller_id, shop_id, state, made_by, made_at, applied_by,"
        " counts, holds) VALUES (%s, %s, 'made', 'x', now(), '',"
        """ '{"offers": 1, "ready": 0, "held": 1, "steps": 0}', %s)""",
        made,
        channels.shops_of(made)[1].id,
        msgspec.json.encode(holds).decode(),
    )
    return made


def test_home_tells_what_is_on_sale_and_what_is_held_of_each_shop(seller: int) -> None:
    home = Sitting(seller).see("seller-home")

    assert "First 1 product · 0 products with held offers" in home
    assert "Second 0 products · 1 product with held offers" in home


def test_nothing_stands_in_the_way_only_where_nothing_is_held(seller: int, manager: Client) -> None:
    page = text_of(manager.get("/m/sellers/TWO/").content.decode())

    assert "It has no price." in page
    assert "Second" in page.partition("What keeps offers off the shelf")[2]
    assert "Nothing keeps it from selling." not in page

    run("UPDATE listings_plan SET holds = '[]' WHERE seller_id = %s", seller)
    page = text_of(manager.get("/m/sellers/TWO/").content.decode())
    assert "Nothing keeps it from selling." in page
