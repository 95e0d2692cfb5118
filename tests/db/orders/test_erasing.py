"""Buyers' data leave in time, on demand, and do not come back with what is delivered again."""

from datetime import datetime, timedelta
from functools import partial
from urllib.parse import quote_plus, unquote_plus, urlencode

import pytest
from tests.db.orders.making import NOON, Shop, make_line, make_order, rows, run

from torgpred.accounts import services as accounts
from torgpred.channels import selectors as channels
from torgpred.channels.core.orders import Buyer, OrderPhase, RawMessage, RawOrder
from torgpred.kernel.clock import now
from torgpred.orders import selectors, tasks
from torgpred.orders.selectors.messages import dialogues, messages
from torgpred.orders.services import answering, conversing, erasing
from torgpred.orders.services.erasing import OpenOrderError, UnknownOrderError, WhichOrderError
from torgpred.runtime.options import options
from torgpred.runtime.scope import operator_scope

LONG_AGO = timedelta(days=181)


@pytest.fixture
def shop(seller_a: int) -> Shop:
    return Shop(seller_a)


def sent(number: int, *, ago: timedelta, **changes: object) -> RawOrder:
    """Return an order that was sent some time ago."""
    at = now() - ago
    given = {"created_at": at, "updated_at": at, "phase": OrderPhase.SHIPPED}
    return make_order(number, **(given | changes))


def ended(order: str, at: datetime) -> None:
    run("UPDATE orders_consignment SET ended_at = %s WHERE remote_id = %s", at, order)


def said(shop: Shop, number: int, text: str, order: str = "", *, ago: timedelta) -> None:
    told = RawMessage(str(number), "ru1", now() - ago, text, from_buyer=True, order_id=order)
    with operator_scope():
        conversing.take_in(channels.shop(shop.id), [told])


def buyers() -> dict[str, bool]:
    """Return whether each order's buyer is still there."""
    return {
        order: bool(buyer)
        for order, buyer in rows("SELECT remote_id, buyer FROM orders_consignment")
    }


def test_a_buyer_leaves_the_set_number_of_days_after_the_end(shop: Shop) -> None:
    shop.take(*(sent(n, ago=timedelta(days=300)) for n in (1, 2)))
    ended("O-1", now() - LONG_AGO)
    ended("O-2", now() - timedelta(days=179))
    assert not tasks.erase_buyers()
    assert buyers() == {"O-1": False, "O-2": True}
    assert selectors.buyer(shop.owner, "O-1") is None
    assert selectors.inbox(shop.owner)[0].amount == 100


def test_what_came_in_ended_or_never_ends_counts_from_its_last_change(shop: Shop) -> None:
    shop.take(
        sent(1, ago=LONG_AGO),
        sent(2, ago=LONG_AGO, updated_at=now()),
        sent(3, ago=LONG_AGO, phase=OrderPhase.UNKNOWN),
        sent(4, ago=LONG_AGO, phase=OrderPhase.TO_SHIP),
        sent(5, ago=LONG_AGO, phase=OrderPhase.TO_SHIP, updated_at=now()),
    )
    erasing.erase_due()
    assert buyers() == {"O-1": False, "O-2": True, "O-3": False, "O-4": False, "O-5": True}


@pytest.mark.parametrize("phase", [OrderPhase.SHIPPED, OrderPhase.DELIVERED, OrderPhase.CANCELLED])
@pytest.mark.parametrize("later", list(OrderPhase))
def test_nothing_delivered_again_brings_a_buyer_back(
    shop: Shop, phase: OrderPhase, later: OrderPhase
) -> None:
    first = sent(1, ago=LONG_AGO, phase=phase)
    shop.take(first)
    erasing.erase_due()
    other = Buyer(name="Иной", city="Новинск")
    shop.take(first)
    for minutes in (1, 2, 3):
        shop.take(sent(1, ago=LONG_AGO - timedelta(minutes=minutes), phase=later, buyer=other))
    assert buyers() == {"O-1": False}


def test_many_are_erased_in_bounded_parts(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "AT_ONCE", 4)
    shop.take(*(sent(n, ago=LONG_AGO) for n in range(10)))
    assert [erasing.erase_due().buyers for _ in range(4)] == [4, 4, 2, 0]
    shop.take(*(sent(n, ago=LONG_AGO) for n in range(20, 25)))
    assert tasks.erase_buyers()
    assert not tasks.erase_buyers()


def test_the_number_of_days_is_a_setting(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options(), "buyer_data_days", 10)
    shop.take(sent(1, ago=timedelta(days=11)), sent(2, ago=timedelta(days=9)))
    erasing.erase_due()
    assert buyers() == {"O-1": False, "O-2": True}


def test_messages_leave_with_their_order_or_after_their_own_time(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.take(sent(1, ago=timedelta(days=300)), sent(2, ago=timedelta(days=300)))
    ended("O-1", now() - timedelta(days=30))
    ended("O-2", now() - timedelta(days=5))
    said(shop, 1, "О заказе 1", "O-1", ago=timedelta(days=40))
    said(shop, 2, "О заказе 2", "O-2", ago=timedelta(days=40))
    said(shop, 3, "И спасибо", "O-1", ago=timedelta(days=1))
    said(shop, 4, "Есть синие?", ago=timedelta(days=70))
    monkeypatch.setattr(options(), "buyer_data_days", 20)
    erasing.erase_due()
    assert rows("SELECT remote_id, text FROM orders_message ORDER BY remote_id") == [
        ("1", ""),
        ("2", "О заказе 2"),
        ("3", "И спасибо"),
        ("4", ""),
    ]
    assert rows("SELECT order_number, buyer LIKE 'erased:%%' FROM orders_dialogue ORDER BY 1") == [
        ("", True),
        ("O-1", False),
        ("O-2", False),
    ]
    said(shop, 1, "О заказе 1", "O-1", ago=timedelta(days=1))
    assert rows("SELECT text FROM orders_message WHERE remote_id = '1'") == [("",)]


def test_an_unread_order_loses_its_content_and_is_still_recognised(shop: Shop) -> None:
    run(
        "INSERT INTO orders_unreadorder (tenant_id, shop_id, digest, content, met_at)"
        " VALUES (%s, %s, 'x', 'y', %s), (%s, %s, 'z', 'y', now())",
        shop.owner, shop.id, now() - LONG_AGO, shop.owner, shop.id,
    )  # fmt: skip
    assert erasing.erase_due().unread == 1
    assert rows("SELECT digest, content FROM orders_unreadorder ORDER BY digest") == [
        (b"x", ""),
        (b"z", "y"),
    ]


def test_a_buyer_is_forgotten_on_demand(shop: Shop) -> None:
    shop.take(sent(1, ago=timedelta(days=2)), sent(2, ago=timedelta(days=2)))
    said(shop, 1, "Вопрос", ago=timedelta(days=30))
    said(shop, 2, "О первом", "O-1", ago=timedelta(days=1))
    said(shop, 3, "О втором", "O-2", ago=timedelta(days=1))
    [waiting] = [one for one in dialogues(shop.owner) if one.order == "O-1"]
    answering.write_down(tenant_id=shop.owner, dialogue_id=waiting.id, text="Ответ", actor="test")
    erased = erasing.forget(order="O-1", actor="test")
    assert (erased.buyers, erased.messages, erased.dialogues) == (1, 3, 2)
    assert buyers() == {"O-1": False, "O-2": True}
    assert [one.excerpt for one in dialogues(shop.owner)] == ["О втором"]
    assert [(one.text, one.state) for one in messages(shop.owner, waiting.id)] == [
        ("", "there"),
        ("", "refused"),
    ]
    with pytest.raises(answering.BadAnswerError, match="erased"):
        answering.write_down(tenant_id=shop.owner, dialogue_id=waiting.id, text="x", actor="test")
    again = erasing.forget(order="O-1", actor="test")
    assert (again.buyers, again.messages, again.dialogues) == (0, 0, 0)
    said(shop, 2, "О первом", "O-1", ago=timedelta(days=1))
    assert "О первом" not in {text for (text,) in rows("SELECT text FROM orders_message")}


def test_one_seller_forgets_its_own_part_only(operator: int, seller_a: int, seller_b: int) -> None:
    joint = Shop(operator, joint=True, prefixes={f"s{one}-": one for one in (seller_a, seller_b)})
    lines = (make_line(f"s{seller_a}-A"), make_line(f"s{seller_b}-A"))
    joint.take(make_order(1, *lines, phase=OrderPhase.SHIPPED))
    erasing.forget(order="O-1", seller_id=seller_a, actor="test")
    assert selectors.buyer(seller_a, "O-1") is None
    assert selectors.buyer(seller_b, "O-1") is not None


def test_an_open_order_and_an_unknown_one_are_told(shop: Shop, seller_b: int) -> None:
    shop.take(make_order(1))
    with pytest.raises(OpenOrderError):
        erasing.forget(order="O-1", actor="test")
    with pytest.raises(UnknownOrderError):
        erasing.forget(order="O-9", actor="test")
    with pytest.raises(UnknownOrderError):
        erasing.forget(order="O-1", seller_id=seller_b, actor="test")
    other = Shop(seller_b)
    shop.take(make_order(2, phase=OrderPhase.SHIPPED, updated_at=NOON))
    other.take(make_order(2, phase=OrderPhase.SHIPPED))
    with pytest.raises(WhichOrderError, match=str(other.id)):
        erasing.forget(order="O-2", actor="test")
    erasing.forget(order="O-2", shop_id=other.id, actor="test")
    assert selectors.buyer(shop.owner, "O-2") is not None


def kept(seller: int, name: str, query: str = "q=", page: str = "orders", member: int = 1) -> None:
    accounts.keep_view(tenant_id=seller, member_id=member, page=page, name=name, query=query)


def views() -> list[str]:
    """Return every text that saved views keep, of all tenants, as people read it."""
    told = rows("SELECT name, query FROM accounts_savedview ORDER BY id")
    return [f"{name} {unquote_plus(query)}" for name, query in told]


def sought(text: str) -> str:
    return urlencode({"view": "all", "q": text})


@pytest.mark.parametrize("demanded", [True, False])
def test_no_saved_view_names_a_buyer_who_was_erased(
    shop: Shop, seller_b: int, *, demanded: bool
) -> None:
    anna = Buyer(name="Семёнова Анна", city="Анапа")
    shop.take(sent(1, ago=LONG_AGO, buyer=anna), sent(2, ago=timedelta(), buyer=anna))
    kept(shop.owner, "Её заказы", sought("Семёнова"))
    kept(shop.owner, "Из поиска", sought("семен"), member=2)
    kept(shop.owner, "Для Семёновой", sought("O-1"))
    kept(shop.owner, "Семёнова Анна", "view=held", page="catalogue")
    kept(shop.owner, "Валенки", sought("валенки"))
    kept(shop.owner, "Куклы", "q=" + quote_plus("Анна"), page="catalogue")
    kept(seller_b, "Чужой покупатель", sought("Семёнова"))
    by_hand = partial(erasing.forget, order="O-1", actor="boss")
    erased = by_hand() if demanded else erasing.erase_due()
    assert (erased.buyers, erased.views) == (1, 4)
    left = [text for text in views() if "Чужой" not in text]
    assert left == ["Валенки view=all&q=валенки", "Куклы q=Анна"]
    assert not any("семен" in text.lower().replace("ё", "е") for text in left)
    assert len(views()) == 3, "another seller's own views stay"
