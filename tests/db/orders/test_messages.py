"""Buyers' messages come over the protocol, belong to their order, and are answered once."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from django.db import connection
from tests.db.listings.world import World, make_boots, open_shop
from tests.db.orders.chatting import in_the_cabinet, kept, standing, texts, waiting, write
from tests.db.orders.making import Shop, make_line, make_order, rows, run

from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.orders import RawMessage
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, OutboundError
from torgpred.orders import tasks
from torgpred.orders.core.templates import NothingToFillInError, UnknownTemplateError
from torgpred.orders.selectors.messages import (
    dialogues,
    filling,
    message_pulls,
    messages,
    templates,
)
from torgpred.orders.services import answering, conversing, exchanging, turns
from torgpred.orders.services.exchanging import exchange
from torgpred.orders.services.pulling import pull
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope

BUYER = "ru1000001"
LOST = ["cut_after", "truncated"]
"""The message took effect, and nobody heard of it."""


def capable(world: World, monkeypatch: pytest.MonkeyPatch, **can: object) -> None:
    """Let the shop's family be able to do other things than it is."""
    family = channel_services.family_of(world.shop)
    monkeypatch.setattr(family, "capabilities", msgspec.structs.replace(family.capabilities, **can))


@pytest.fixture
def shop(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """One good on sale; what the marketplace shows, it shows at once."""
    world.feed(make_boots("B-0", quantity=10))
    world.carry_out()
    capable(world, monkeypatch, settle_seconds=0.0)
    monkeypatch.setattr(exchanging, "AFTER_TROUBLE", timedelta(0))
    return world


def interrupted(*_: object) -> None:
    """Stand in for what a process that dies does no more."""
    raise KeyboardInterrupt


def buy(world: World) -> int:
    remote = world.standing()["B-0"]["sku"][0]["sku_id"]
    bought: dict[str, int] = world.twin.control(
        "POST", "orders", {"lines": [{"sku_id": remote, "quantity": 1}]}
    )
    pull(shop_id=world.shop)
    return bought["id"]


def answer(world: World, text: str, number: int = 0) -> int:
    dialogue = dialogues(world.seller, everything=True)[number]
    return answering.write_down(
        tenant_id=world.seller, dialogue_id=dialogue.id, text=text, actor="test"
    )


def read(world: World) -> tuple[int, int, int, int]:
    done = exchange(shop_id=world.shop)
    assert done is not None
    return done.new, done.sent, done.refused, done.waiting


# --- reading ------------------------------------------------------------------------------------
def test_a_message_belongs_to_its_order_and_starts_the_clock(shop: World) -> None:
    order = buy(shop)
    write(shop, "Когда отправите?", order)
    write(shop, "Ау!", order)
    assert read(shop) == (2, 0, 0, 0)
    [one] = waiting(shop.seller)
    assert (one.order, texts(shop.seller, one)) == (str(order), ["Когда отправите?", "Ау!"])
    first = messages(shop.seller, one.id)[0].at
    assert (one.waiting_since, one.answer_by) == (first, first + timedelta(hours=24))
    assert not one.late
    assert read(shop) == (0, 0, 0, 0)


def test_pages_are_read_to_the_end_and_nothing_twice(shop: World) -> None:
    order = buy(shop)
    shop.twin.control("PATCH", "settings", {"messages_inclusive": True})
    for number in range(117):
        write(shop, f"№ {number}", order)
    assert read(shop)[0] == 117
    assert read(shop)[0] == 0
    run("UPDATE orders_messagepull SET after = ''")
    assert read(shop)[0] == 0
    [one] = waiting(shop.seller)
    assert texts(shop.seller, one) == [f"№ {number}" for number in range(117)]


def test_a_reading_that_breaks_off_goes_on_where_messages_are_in(shop: World) -> None:
    order = buy(shop)
    for number in range(60):
        write(shop, f"№ {number}", order)
    shop.fault("server_error", operations=["chat.list"])
    with pytest.raises(OutboundError):
        exchange(shop_id=shop.shop)
    assert message_pulls()[0].trouble
    assert rows("SELECT after FROM orders_messagepull") == [("",)]
    shop.twin.control("DELETE", "faults")
    assert read(shop)[0] == 60
    assert message_pulls()[0].trouble == ""


def test_a_message_without_an_order_is_the_owners_and_goes_on_with_the_last_one(
    shop: World,
) -> None:
    write(shop, "Есть синие?", buyer="ru7")
    order = buy(shop)
    write(shop, "Где заказ?", order)
    buyer = shop.twin.control("GET", "messages")[-1]["buyer"]
    write(shop, "И ещё: какой размер?", buyer=buyer)
    read(shop)
    assert [(one.order, texts(shop.seller, one)) for one in waiting(shop.seller)] == [
        ("", ["Есть синие?"]),
        (str(order), ["Где заказ?", "И ещё: какой размер?"]),
    ]


def test_an_order_that_is_read_later_gets_its_messages(shop: World) -> None:
    remote = shop.standing()["B-0"]["sku"][0]["sku_id"]
    order = shop.twin.control("POST", "orders", {"lines": [{"sku_id": remote, "quantity": 1}]})
    write(shop, "Уже оплатил", order["id"])
    read(shop)
    assert rows("SELECT order_id FROM orders_dialogue") == [(None,)]
    pull(shop_id=shop.shop)
    read(shop)
    assert rows("SELECT order_id FROM orders_dialogue") == rows("SELECT id FROM orders_order")


@pytest.mark.parametrize("text", ["\0<b>x</b> [red]", "ъ" * 40_000])
def test_what_a_buyer_writes_is_bounded_and_kept_as_it_is(shop: World, text: str) -> None:
    write(shop, text)
    read(shop)
    ((_, found, _),) = kept()
    assert len(found) <= 10_000
    assert found[:10] == text.replace("\0", "")[:10]


def test_a_family_without_messages_is_left_out(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    capable(shop, monkeypatch, chat=False)
    write(shop, "Никто не читает")
    tasks.exchange_messages()
    assert kept() == []


def test_one_process_reads_a_shop_at_a_time(shop: World) -> None:
    with turns.turn(turns.MESSAGES, shop.shop) as mine:
        assert mine
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [turns.MESSAGES, shop.shop])
            assert cursor.fetchone() == (False,)
        other.close()


# --- whose in a joint shop ----------------------------------------------------------------------
def test_a_joint_shops_messages_go_to_the_one_seller_else_to_the_owner(
    operator: int, seller_a: int, seller_b: int
) -> None:
    joint = Shop(operator, joint=True, prefixes={f"s{one}-": one for one in (seller_a, seller_b)})
    for seller in (seller_a, seller_b):
        run(
            "INSERT INTO channels_admission (shop_id, seller_id, admitted_at)"
            " VALUES (%s, %s, now())", joint.id, seller,
        )  # fmt: skip
    joint.take(
        make_order(1, make_line(f"s{seller_a}-A")),
        make_order(2, make_line(f"s{seller_a}-A"), make_line(f"s{seller_b}-A")),
    )

    def said(number: int, order: str, buyer: str = "b") -> RawMessage:
        return RawMessage(str(number), buyer, now(), f"№ {number}", from_buyer=True, order_id=order)

    with operator_scope():
        conversing.take_in(
            channels.shop(joint.id), [said(1, "O-1"), said(2, "O-2"), said(3, "", "c")]
        )
    assert [one.excerpt for one in waiting(seller_a)] == ["№ 1"]
    assert [one.tenant_id for one in dialogues(None)] == [seller_a, operator, operator]
    assert waiting(seller_b) == []
    by_order = {one.order: one for one in waiting(operator)}
    assert {order: one.excerpt for order, one in by_order.items()} == {"O-2": "№ 2", "": "№ 3"}
    assert rows("SELECT text FROM orders_message", seller=seller_b) == []

    answering.give(dialogue_id=by_order["O-2"].id, seller_id=seller_b)
    assert [one.excerpt for one in waiting(seller_b)] == ["№ 2"]
    assert rows("SELECT text FROM orders_message", seller=seller_b) == [("№ 2",)]
    [mine] = waiting(seller_a)
    with pytest.raises(answering.NotToGiveError, match="no part"):
        answering.give(dialogue_id=mine.id, seller_id=seller_b)
    with pytest.raises(answering.UnknownDialogueError):
        answering.write_down(tenant_id=seller_b, dialogue_id=mine.id, text="x", actor="test")


# --- answering ----------------------------------------------------------------------------------
def test_an_answer_is_sent_once_and_ends_the_clock(shop: World) -> None:
    order = buy(shop)
    write(shop, "Когда?", order)
    read(shop)
    answer(shop, "Завтра")
    assert answer(shop, " Завтра\n") == answer(shop, "Завтра")
    assert [one.unsent for one in waiting(shop.seller)] == [1]
    assert read(shop) == (0, 1, 0, 0)
    assert waiting(shop.seller) == []
    assert read(shop) == (0, 0, 0, 0)
    assert standing(shop) == [(True, "Когда?"), (False, "Завтра")]
    assert kept() == [(True, "Когда?", "there"), (False, "Завтра", "there")]
    write(shop, "А сегодня?", order)
    read(shop)
    [one] = waiting(shop.seller)
    assert one.waiting_since == messages(shop.seller, one.id)[-1].at


def test_an_answer_from_the_cabinet_ends_the_clock_of_all_the_buyer_asked(shop: World) -> None:
    write(shop, "Есть синие?")
    read(shop)
    in_the_cabinet(shop, "Есть", BUYER)
    assert read(shop) == (1, 0, 0, 0)
    assert waiting(shop.seller) == []
    [one] = dialogues(shop.seller, everything=True)
    assert texts(shop.seller, one) == ["Есть синие?", "Есть"]


def test_what_came_while_the_answer_was_written_still_waits(shop: World) -> None:
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Завтра")
    write(shop, "И куда?")
    assert read(shop) == (1, 1, 0, 0)
    [one] = waiting(shop.seller)
    assert one.waiting_since == messages(shop.seller, one.id)[1].at


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_gives_no_second_message(shop: World, kind: str) -> None:
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Завтра  утром")
    shop.fault(kind, operations=["chat.send"], count=1)
    assert read(shop) == (0, 0, 0, 1)
    assert kept()[1][2] == "trying"
    assert len(waiting(shop.seller)) == 1
    assert read(shop) == (0, 0, 0, 0)
    assert standing(shop) == [(True, "Когда?"), (False, "Завтра  утром")]
    assert kept()[1:] == [(False, "Завтра  утром", "there")]
    assert waiting(shop.seller) == []


def test_an_answer_that_did_not_arrive_is_sent_after_a_look_and_in_order(shop: World) -> None:
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Первое")
    answer(shop, "Второе")
    shop.fault("cut_before", operations=["chat.send"], count=1)
    assert read(shop) == (0, 0, 0, 2)
    assert standing(shop) == [(True, "Когда?")]
    assert read(shop) == (0, 2, 0, 0)
    assert standing(shop)[1:] == [(False, "Первое"), (False, "Второе")]


def test_nothing_is_sent_again_before_the_marketplace_has_settled(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    capable(shop, monkeypatch, settle_seconds=60.0)
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Завтра")
    shop.fault("cut_before", operations=["chat.send"], count=1)
    assert [read(shop)[1] for _ in range(2)] == [0, 0]
    run("UPDATE orders_message SET not_before = not_before - interval '61 seconds'")
    assert read(shop)[1] == 1


def test_a_process_that_died_while_sending_is_looked_after(shop: World) -> None:
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Завтра")
    in_the_cabinet(shop, "Завтра", BUYER)
    died = "UPDATE orders_message SET state = 'trying', not_before = %s WHERE NOT from_buyer"
    run(died, now() + exchanging.CALL_LASTS)
    assert read(shop) == (0, 0, 0, 0)
    assert standing(shop)[1:] == [(False, "Завтра")]


def test_a_process_that_lost_its_lock_may_still_be_calling(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Завтра")
    shop.fault("cut_before", operations=["chat.send"], count=1)
    with monkeypatch.context() as patch:
        patch.setattr(exchanging, "_kept", interrupted)
        with pytest.raises(KeyboardInterrupt):
            exchange(shop_id=shop.shop)
    assert read(shop) == (0, 0, 0, 1)
    monkeypatch.setattr(exchanging, "now", lambda: now() + exchanging.CALL_LASTS)
    assert read(shop) == (0, 1, 0, 0)


def test_a_reading_that_was_stopped_proves_nothing(
    shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Завтра")
    shop.fault("cut_after", operations=["chat.send"], count=1)
    read(shop)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "stopping", lambda: True)
        assert read(shop) == (0, 0, 0, 1)
    assert kept()[1][2] == "trying"
    assert read(shop) == (0, 0, 0, 0)
    assert standing(shop)[1:] == [(False, "Завтра")]


def test_two_equal_answers_are_two_messages(shop: World) -> None:
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Спасибо")
    read(shop)
    answer(shop, "Спасибо")
    shop.fault("cut_before", operations=["chat.send"], count=1)
    read(shop)
    read(shop)
    assert standing(shop)[1:] == [(False, "Спасибо"), (False, "Спасибо")]


def test_a_refused_answer_is_told_and_the_buyer_still_waits(shop: World) -> None:
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Завтра")
    shop.fault("unknown_error", operations=["chat.send"], count=1, message="Плохое слово")
    assert read(shop) == (0, 0, 1, 0)
    [one] = waiting(shop.seller)
    assert "Плохое слово" in one.trouble
    answer(shop, "Послезавтра")
    assert read(shop) == (0, 1, 0, 0)
    assert standing(shop)[1:] == [(False, "Послезавтра")]


def test_a_dead_token_keeps_what_was_written(shop: World) -> None:
    write(shop, "Когда?")
    read(shop)
    answer(shop, "Завтра")
    shop.fault("dead_token", operations=["chat.send"])
    with pytest.raises(NeedsPersonError):
        exchange(shop_id=shop.shop)
    assert kept()[1] == (False, "Завтра", "wanted")
    # What cannot be sent does not keep the reading away.
    assert rows("SELECT not_before, trouble FROM orders_messagepull") == [(None, "")]
    shop.twin.control("DELETE", "faults")
    assert read(shop) == (0, 1, 0, 0)


def test_the_worker_reads_and_sends(shop: World) -> None:
    write(shop, "Когда?")
    tasks.exchange_messages()
    answer(shop, "Завтра")
    tasks.exchange_messages()
    assert standing(shop) == [(True, "Когда?"), (False, "Завтра")]


def test_read_messages_are_marked_at_the_marketplace(shop: World) -> None:
    write(shop, "Когда?")
    read(shop)
    [one] = waiting(shop.seller)
    assert answering.mark_read(tenant_id=shop.seller, dialogue_id=one.id) == 1
    assert answering.mark_read(tenant_id=shop.seller, dialogue_id=one.id) == 0
    assert [told["is_read"] for told in shop.twin.control("GET", "messages")] == [1]
    assert len(waiting(shop.seller)) == 1


@pytest.mark.parametrize("text", ["", " \n", "\0", "x" * 5001])
def test_an_answer_that_cannot_be_sent_is_told_at_once(shop: World, text: str) -> None:
    write(shop, "Когда?")
    read(shop)
    with pytest.raises(answering.BadAnswerError):
        answer(shop, text)


# --- templates ----------------------------------------------------------------------------------
def test_a_template_is_filled_from_the_order(shop: World) -> None:
    order = buy(shop)
    write(shop, "Когда?", order)
    read(shop)
    [one] = waiting(shop.seller)
    found = filling(shop.seller, one.id)
    assert found is not None
    ((ship_by, buyer),) = rows("SELECT ship_by, buyer::json ->> 'name' FROM orders_consignment")
    assert (found.language, found.values) == (
        "ru",
        {"order": str(order), "track": "", "ship_by": f"{ship_by:%d.%m.%Y}", "name": buyer},
    )
    known = templates(shop.seller)
    assert str(order) in answering.worded(known, "accepted", "ru", found.values)
    with pytest.raises(NothingToFillInError):
        answering.worded(known, "shipped", "ru", found.values)


def test_a_template_tells_the_numbers_of_the_marketplaces_parcels(shop: World) -> None:
    order = buy(shop)
    write(shop, "Где посылка?", order)
    read(shop)
    [one] = waiting(shop.seller)
    run(
        "INSERT INTO orders_parcel (seller_id, shop_id, consignment_id, state, phase, track_number,"
        " made_by, made_at) SELECT seller_id, shop_id, id, told.state, 'made', told.track, '',"
        " now()"
        " FROM orders_consignment, (VALUES ('made', 'T-1'), ('deleted', 'T-2'), ('left', 'T-3'))"
        " AS told (state, track)"
    )
    found = filling(shop.seller, one.id)
    assert found is not None
    assert found.values["track"] == "T-1, T-3"


def test_a_sellers_own_words_go_before_the_built_in_ones(shop: World) -> None:
    own = {"seller_id": shop.seller, "name": "Thanks", "language": "ru"}
    answering.set_template(**own, text="Спасибо, {name}!", actor="test")  # type: ignore[arg-type]
    answering.set_template(**own, text="Спасибо!", actor="test")  # type: ignore[arg-type]
    assert answering.worded(templates(shop.seller), "thanks", "ru", {}) == "Спасибо!"
    assert answering.remove_template(**own)  # type: ignore[arg-type]
    assert templates(shop.seller)["thanks", "ru"].built_in
    with pytest.raises(UnknownTemplateError):
        answering.worded(templates(shop.seller), "none", "ru", {})
    with pytest.raises(answering.BadTemplateNameError, match="ru, en, zh"):
        answering.set_template(**(own | {"language": "de"}), text="x", actor="test")  # type: ignore[arg-type]


def test_nobody_elses_dialogue_can_be_read_or_answered(shop: World, seller_b: int) -> None:
    write(shop, "Когда?")
    read(shop)
    [one] = waiting(shop.seller)
    assert messages(seller_b, one.id) == []
    assert filling(seller_b, one.id) is None
    for call in (answering.mark_read, answering.write_down):
        more = {"text": "x", "actor": "test"} if call is answering.write_down else {}
        with pytest.raises(answering.UnknownDialogueError):
            call(tenant_id=seller_b, dialogue_id=one.id, **more)


def test_a_message_of_a_buyer_without_an_id_is_kept(shop: World) -> None:
    told = [
        RawMessage("1", "", now(), "О заказе", from_buyer=True, order_id="7"),
        RawMessage("2", "", now(), "Кто я?", from_buyer=True),
    ]
    with operator_scope():
        conversing.take_in(channels.shop(shop.shop), told)
    assert {one.order: one.excerpt for one in waiting(shop.seller)} == {
        "7": "О заказе",
        "": "Кто я?",
    }
    with pytest.raises(answering.BadAnswerError, match="to whom"):
        answer(shop, "Ответ")


def test_old_messages_of_a_shop_that_is_new_here_are_left_out(shop: World) -> None:
    old = RawMessage("1", "b", datetime(2020, 1, 1, tzinfo=UTC), "Давно", from_buyer=True)
    strange = RawMessage("2", "b", datetime(1970, 1, 1, tzinfo=UTC), "Без даты", from_buyer=True)
    with operator_scope():
        conversing.take_in(channels.shop(shop.shop), [old, strange])
    assert [text for _, text, _ in kept()] == ["Без даты"]


def test_two_shops_of_one_seller_do_not_mix_buyers(shop: World) -> None:
    other = open_shop(shop.twin, shop.seller, "second")
    for place in (shop.shop, other):
        with operator_scope():
            conversing.take_in(
                channels.shop(place), [RawMessage("1", "b", now(), f"{place}", from_buyer=True)]
            )
    assert sorted(one.excerpt for one in waiting(shop.seller)) == sorted(
        map(str, (shop.shop, other))
    )
