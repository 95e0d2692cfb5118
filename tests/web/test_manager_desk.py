"""The manager's desk through the client: candidates, joint shops, the trail, members everywhere."""

import csv
import re
from decimal import Decimal
from io import StringIO

import pytest
from django.test import Client
from tests.db.orders.making import run
from tests.db.orders.test_funnel import make_seller

from torgpred.accounts import selectors, services
from torgpred.accounts.core.people import TrailFilter
from torgpred.channels import selectors as channels
from torgpred.channels import services as shops
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing.policy import Basis, Logistics, PricingPolicy, Route
from torgpred.listings.services import contexts
from torgpred.orders.core.joint import StillThereError
from torgpred.orders.services import joint

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Client:
    operator = services.ensure_operator()
    person = services.ensure_person(email="boss@example.org", name="Boss")
    services.ensure_member(
        tenant_id=operator.id,
        email="boss@example.org",
        name="Boss",
        role="manager",
        user_id=person.pk,
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return client


def make_joint() -> int:
    return shops.add_shop(
        tenant_id=services.ensure_operator().id,
        family="aliexpress_ru",
        name="Joint",
        address="http://127.0.0.1:9",
        credentials={"token": "x"},
    ).id


def lines(client: Client, **asked: str) -> list[dict[str, str]]:
    answer = client.get("/m/audit/file/", asked)
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    return list(csv.DictReader(StringIO(text.lstrip("\ufeff"))))


def test_a_candidate_is_taken_down_and_stands_first_in_the_funnel(manager: Client) -> None:
    given = {"name": "Новая Кружка", "country": "RU", "contact": "Анна", "note": "=ждёт"}
    answer = manager.post("/m/candidates/", given)

    code = answer.headers["Location"].split("/")[3]
    page = manager.get("/m/sellers/?stage=candidate").content.decode()
    assert code in page
    assert "Анна" in manager.get(f"/m/sellers/{code}/").content.decode()
    told = {one["field"]: one["new"] for one in lines(manager, seller=code) if one["field"]}
    assert told["contact"] == "Анна"
    assert told["note"] == "'=ждёт"
    assert any(one["what"] == "manager-candidate" for one in lines(manager, seller=code))


def test_of_a_candidate_it_is_said_what_comes_first_not_that_all_is_ready(manager: Client) -> None:
    answer = manager.post("/m/candidates/", {"name": "Новая Кружка", "country": "RU"})

    page = manager.get(answer.headers["Location"]).content.decode()
    held = page.partition('aria-labelledby="held"')[2].partition("</section>")[0]
    assert "It has given no goods yet." in held
    assert "It has no shop." in held
    assert "Nothing is held" not in held


def test_an_invitation_to_a_candidate_is_seen_and_withdrawn(manager: Client) -> None:
    answer = manager.post("/m/candidates/", {"name": "Новая Кружка", "country": "RU"})
    here = answer.headers["Location"]
    manager.post(f"{here}invite/", {"name": "Anna", "email": "anna@example.org", "role": "manager"})

    page = manager.get(here).content.decode()
    assert "anna@example.org" in page
    told = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    code = here.split("/")[3]
    assert f"added a candidate {code}" in told
    assert f"invited somebody to {code}" in told
    invitation = selectors.invitations(selectors.tenant(here.split("/")[3]).id)[0]
    manager.post(f"{here}invitations/{invitation.id}/withdraw/")

    assert "anna@example.org" not in manager.get(here).content.decode()
    assert selectors.invitations(invitation.tenant_id) == []


def test_whoever_comes_first_is_invited_first_and_as_its_manager(manager: Client) -> None:
    answer = manager.post("/m/candidates/", {"name": "Новая Кружка", "country": "RU"}, follow=True)
    here = answer.redirect_chain[-1][0]
    page = answer.content.decode()

    assert f"Новая Кружка was added, code {here.split('/')[3]}." in page
    assert page.index('id="invite"') < page.index('id="shops"')
    assert chosen_role(page) == "manager"
    manager.post(f"{here}invite/", {"name": "Anna", "email": "anna@example.org", "role": "manager"})
    page = manager.get(here).content.decode()
    assert page.index('id="shops"') < page.index('id="invite"')
    assert chosen_role(page) == "manager", "as before: nobody took the invitation yet"
    assert "open until" in page
    assert page.count('id="contact"') == page.count('id="invite"') == 1
    seller = selectors.tenant(here.split("/")[3]).id
    services.add_member(tenant_id=seller, email="a@example.org", name="A", role="manager")
    assert chosen_role(manager.get(here).content.decode()) == "staff"


def chosen_role(page: str) -> str:
    form = page.partition('id="invite-role"')[2].partition("</select>")[0]
    found: list[str] = re.findall(r'value="(\w+)" selected', form)
    assert len(found) == 1
    return found[0]


def test_a_seller_leaves_a_joint_shop_once_nothing_of_it_is_there(manager: Client) -> None:
    shop, seller = make_joint(), make_seller("GUEST")
    manager.post(f"/m/shops/{shop}/admit/", {"seller": "GUEST"})
    assert channels.admitted(shop) == [seller]
    run(
        "INSERT INTO listings_listedproduct (seller_id, shop_id, product_key, external_id,"
        " remote_id, status) VALUES (%s, %s, 'P', 'P', 'R', 'on_sale')",
        seller,
        shop,
    )
    with pytest.raises(StillThereError):
        joint.dismiss(shop_id=shop, seller_id=seller)
    manager.post(f"/m/shops/{shop}/dismiss/", {"seller": "GUEST"})
    assert channels.admitted(shop) == [seller]

    run("UPDATE listings_listedproduct SET gone_at = now()")
    manager.post(f"/m/shops/{shop}/dismiss/", {"seller": "GUEST"})

    assert channels.admitted(shop) == []
    deeds = [one.what for one in selectors.trail(TrailFilter(seller="GUEST", kind="deed"))]
    assert deeds == ["manager-dismiss", "manager-admit"]


def test_a_sellers_own_shop_is_no_joint_one(manager: Client) -> None:
    shop = shops.add_shop(
        tenant_id=make_seller("OWN"),
        family="aliexpress_ru",
        name="Own",
        address="http://127.0.0.1:9",
        credentials={"token": "x"},
    )

    assert manager.get(f"/m/shops/{shop.id}/").status_code == 404


def test_the_trail_tells_old_and_new_page_by_page(manager: Client) -> None:
    seller = make_seller("TRAIL")
    with services.acting("boss@example.org"):
        member = services.add_member(
            tenant_id=seller, email="a@example.org", name="A", role="staff"
        )
    with services.acting("other@example.org"):
        services.set_role(tenant_id=seller, member_id=member.id, role="reader")
    wanted = TrailFilter(seller="TRAIL", kind="member")

    found = selectors.trail(wanted)
    assert [one.what for one in found] == ["update", "insert"]
    change = found[0].changes[0]
    assert (change.field, change.old, change.new) == ("role", "staff", "reader")
    assert [one.who for one in selectors.trail(TrailFilter(who="other@example.org"))] == [
        "other@example.org"
    ]
    assert [one.key for one in selectors.everything(wanted, most=9, page=1)] == [
        one.key for one in found
    ]
    assert manager.get("/m/audit/?before=nowhere").status_code == 404


def test_the_trail_is_read_without_knowing_how_it_is_kept(manager: Client) -> None:
    seller = make_seller("TRAIL")
    own = services.ensure_operator()
    with services.acting("boss@example.org"):
        services.add_member(tenant_id=own.id, email="b@example.org", name="B", role="staff")
        shop = shops.add_shop(
            tenant_id=seller,
            family="aliexpress_ru",
            name="Own",
            address="http://127.0.0.1:9",
            credentials={"token": "x"},
        )
        for margin in ("40", "60"):
            contexts.set_policy(
                seller_id=seller,
                shop_id=shop.id,
                policy=ShopPolicy(
                    pricing=PricingPolicy(
                        basis=Basis.COST,
                        margin=Decimal(margin),
                        route=Route(logistics=Logistics("RUB", per_parcel=Decimal(90))),
                    )
                ),
                actor="boss@example.org",
            )

    page = manager.get("/m/audit/").content.decode()

    assert ">price: margin, %</span>" in page
    assert '<del class="old">40</del>' in page
    assert ">price: delivery of a parcel</span>" in page
    assert '<ins class="new">my cost</ins>' in page
    assert '<ins class="new">Staff</ins>' in page
    assert "&#x27;" not in page.partition("<tbody>")[2], "nothing of how it is kept"
    assert f'<span class="under">{own.name}</span>' in page
    assert "boss@<wbr>example.org" in page


def test_members_of_all_tenants_are_shown_and_ended(manager: Client) -> None:
    seller = make_seller("STAFF")
    member = services.add_member(tenant_id=seller, email="a@example.org", name="A", role="staff")

    bare = selectors.people(without_factor=True)
    assert [one.email for one in bare] == ["boss@example.org"]
    manager.post(f"/m/people/{member.id}/end/", {"tenant": "STAFF"})
    ended = selectors.people(text="staff")[0]
    assert ended.ended_at is not None
    assert ended.second_factor is None
    assert manager.post(f"/m/people/{member.id}/end/", {"tenant": "OPERATOR"}).status_code == 404


def test_every_page_of_the_desk_opens(manager: Client) -> None:
    make_seller("PAGES")
    shop = make_joint()
    shops.admit_seller(shop_id=shop, seller_id=selectors.tenant("PAGES").id)
    for address in (
        "/m/sellers/", "/m/sellers/PAGES/", "/m/shops/", f"/m/shops/{shop}/", "/m/mappings/",
        "/m/mappings/?part=attributes", "/m/mappings/?part=paths", "/m/health/", "/m/people/",
        "/m/audit/",
    ):  # fmt: skip
        assert manager.get(address).status_code == 200, address
    assert manager.get("/m/sellers/?stage=other").status_code == 404
    assert manager.post("/m/mappings/paths/1/undo/").status_code == 404
