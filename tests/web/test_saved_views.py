"""Saved views: a member's own tabs, seen by nobody else, kept apart by tenant."""

import pytest
from django.core.cache import cache
from tests.web.orders.sitting import Sitting

from torgpred.accounts import selectors, services
from torgpred.accounts.core.errors import UnfitEntryError
from torgpred.accounts.core.saved import MOST, TooManyViewsError, UnknownViewError
from torgpred.accounts.core.values import TenantCard

pytestmark = pytest.mark.django_db

HELD_SOCKS = {"list": "catalogue", "view": "held", "q": "носки", "name": "Носки ждут"}


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


def make_seller(code: str = "ALPHA") -> TenantCard:
    return services.add_seller(name=code, country="RU", code=code)


def test_a_filter_becomes_a_tab_and_goes_again() -> None:
    desk = Sitting(make_seller().id)
    query = {"view": "held", "q": "носки"}
    assert "Keep this view as a tab" in desk.see("seller-catalogue", query)

    told = desk.do("seller-view-keep", HELD_SOCKS)

    assert "“Носки ждут” is a tab now" in told
    page = desk.client.get(desk.address("seller-catalogue")).content.decode()
    assert "?view=held&amp;q=%D0%BD%D0%BE%D1%81%D0%BA%D0%B8" in page
    assert "Keep this view" not in desk.see("seller-catalogue", query)
    assert "Носки ждут" not in desk.see("seller-orders")
    [card] = selectors.saved_views(*_whose(desk), "catalogue")
    desk.do("seller-view-forget", {"list": "catalogue"}, view=card.id)
    assert "Носки ждут" not in desk.see("seller-catalogue")


def test_orders_have_tabs_of_their_own() -> None:
    desk = Sitting(make_seller().id)
    desk.do("seller-view-keep", {"list": "orders", "view": "all", "q": "B-1", "name": "Валенки"})

    assert "Валенки" in desk.see("seller-orders")
    assert "Remove the tab" in desk.see("seller-orders", {"view": "all", "q": "B-1"})


def test_nobody_else_sees_or_removes_it() -> None:
    seller, other = make_seller(), make_seller("BETA")
    mine, colleague = Sitting(seller.id), Sitting(seller.id, "reader")
    stranger = Sitting(other.id)
    mine.do("seller-view-keep", HELD_SOCKS)
    [card] = selectors.saved_views(*_whose(mine), "catalogue")

    for one in (colleague, stranger):
        assert "Носки ждут" not in one.see("seller-catalogue")
        assert one.sent("seller-view-forget", {"list": "catalogue"}, view=card.id) == 404
    assert stranger.client.post(mine.address("seller-view-keep"), HELD_SOCKS).status_code == 404
    assert selectors.saved_views(other.id, _whose(mine)[1], "catalogue") == []
    assert "Носки ждут" in mine.see("seller-catalogue")


def test_the_same_name_changes_and_too_many_are_refused() -> None:
    seller = make_seller()
    for n in range(MOST):
        services.keep_view(
            tenant_id=seller.id, member_id=1, page="orders", name=f"n{n}", query=f"q={n}"
        )
    again = services.keep_view(
        tenant_id=seller.id, member_id=1, page="orders", name="n0", query="q=new"
    )

    with pytest.raises(TooManyViewsError):
        services.keep_view(
            tenant_id=seller.id, member_id=1, page="orders", name="more", query="q=1"
        )
    assert selectors.saved_views(seller.id, 1, "orders")[0] == again
    with pytest.raises(UnknownViewError):
        services.forget_view(tenant_id=seller.id, member_id=2, view_id=again.id)


@pytest.mark.parametrize(
    ("page", "name", "query"),
    [
        ("plans", "a", "q=1"),
        ("orders", " ", "q=1"),
        ("orders", "a" * 41, "q=1"),
        ("orders", "a", ""),
        ("orders", "a", "q" * 501),
    ],
)
def test_what_is_no_view_is_refused(page: str, name: str, query: str) -> None:
    with pytest.raises(UnfitEntryError):
        services.keep_view(
            tenant_id=make_seller().id, member_id=1, page=page, name=name, query=query
        )


def _whose(desk: Sitting) -> tuple[int, int]:
    tenant = selectors.tenant(desk.code)
    role = next(one for one in selectors.members(tenant.id) if one.role == "staff")
    return tenant.id, role.id
