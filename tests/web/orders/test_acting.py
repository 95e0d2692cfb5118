"""What a person does with orders at the desk, each met at the twin."""

import pytest
from tests.db.orders.chatting import standing, write
from tests.db.orders.making import levels, rows, short
from tests.db.orders.selling import Selling, at_twin, buy, happen, pack, parcels_there
from tests.web.orders.sitting import Sitting

from torgpred.orders.selectors import fulfilment
from torgpred.orders.services.exchanging import exchange
from torgpred.stock.services.moving import move
from torgpred.stock.services.warehouses import add_warehouse


@pytest.fixture
def desk(selling: Selling) -> Sitting:
    return Sitting(selling.seller)


def chosen(world: Selling, *orders: str) -> list[str]:
    return [f"{world.shop}:{one}" for one in orders]


def lose(world: Selling, sku: str, pieces: int) -> None:
    """Let pieces be gone that the marketplace still sells."""
    move(
        seller_id=world.seller,
        warehouse_id=world.warehouse,
        pieces={sku: -pieces},
        kind="hand",
        actor="t",
    )


def test_many_are_shipped_and_one_that_cannot_holds_up_none(
    selling: Selling, desk: Sitting
) -> None:
    lose(selling, "B-1", 8)
    first, lacking, last = buy(selling), buy(selling, ("B-1", 4)), buy(selling)
    orders = chosen(selling, first, lacking, last)
    asked = desk.do("seller-orders-many", {"o": orders, "do": "ship"})
    assert all(one in asked for one in (first, lacking, last))

    sent = {"o": orders, "track": ["T-1", "T-2", "T-3"], "carrier": "Courier"}
    page = desk.do("seller-orders-ship", sent)

    assert "2 orders are shipped, 1 is not" in page
    assert "2 pieces of it are short; choose a remedy first" in page
    assert [at_twin(selling, one)["delivery_status"] for one in (first, last)] == ["InTransit"] * 2
    assert levels(selling.seller)["M", "B-0"] == (6, 0)
    again = desk.do("seller-orders-ship", {**sent, "track": ["T-9", "", "T-3"]})
    assert "that tracking stands" in again
    assert levels(selling.seller)["M", "B-0"] == (6, 0)


def test_parcels_labels_a_list_and_the_transfer_for_many(selling: Selling, desk: Sitting) -> None:
    first, second = buy(selling), buy(selling, ("B-1", 1))
    orders = chosen(selling, first, second)
    none = desk.do("seller-orders-many", {"o": orders, "do": "list"})
    assert none.count("No parcel of it is made yet.") == 2

    made = desk.do("seller-orders-many", {"o": orders, "do": "parcels"})
    assert "2 orders went well" in made
    labels = desk.client.get(desk.address("seller-orders-labels"), {"o": orders})
    assert f"{selling.twin.base_url}/" in labels.content.decode()
    desk.do("seller-orders-many", {"o": orders, "do": "list"})
    desk.do("seller-orders-many", {"o": orders, "do": "list"})
    (listed,) = fulfilment.handovers(selling.seller)
    assert listed.parcels == 2
    refused = desk.do("seller-list-transfer", handover=listed.list)
    assert "Tick the box" in refused
    assert levels(selling.seller)["M", "B-0"] == (10, 2)

    done = desk.do("seller-list-transfer", {"yes": "yes"}, handover=listed.list)

    assert f"List {listed.list} is handed over: 3 pieces left the stock." in done
    assert levels(selling.seller) == {("M", "B-0"): (8, 0), ("M", "B-1"): (9, 0)}
    paper = desk.client.get(desk.address("seller-list-paper", handover=listed.list))
    assert paper.headers["Location"].startswith(selling.twin.base_url)


def test_a_parcel_of_a_part_with_its_size_and_its_end(selling: Selling, desk: Sitting) -> None:
    order = buy(selling, ("B-0", 2), ("B-1", 1))
    page = desk.do(
        "seller-order-pack",
        {"sku": ["B-0", "B-1"], "pieces": ["1", "0"], "length": "30,5", "width": "20",
         "height": "10", "weight": "1.2"},
        order=order,
    )  # fmt: skip
    assert "is made." in page
    assert "30.5 × 20 × 10 cm, 1.2 kg" in page
    lacks = desk.do("seller-order-pack", {"sku": "B-0", "pieces": "1", "length": "3"}, order=order)
    assert "Write all three sides" in lacks
    assert len(parcels_there(selling, order)) == 1

    (parcel,) = fulfilment.parcels(selling.seller, [order])
    gone = desk.do("seller-order-unpack", {"parcel": parcel.parcel, "yes": "yes"}, order=order)

    assert "1 parcel was deleted." in gone
    assert parcels_there(selling, order) == []


def test_a_courier_takes_its_steps(selling: Selling, desk: Sitting) -> None:
    order = buy(selling)
    desk.do("seller-order-ship", {"track": "T-1", "carrier": "Courier"}, order=order)
    assert "T-1" in desk.see("seller-order", order=order)
    assert "Tick the box" in desk.do("seller-order-step", {"step": "delivered"}, order=order)

    told = desk.do("seller-order-step", {"step": "delivered", "yes": "yes"}, order=order)

    assert "The marketplace knows that it is delivered." in told
    assert at_twin(selling, order)["delivery_status"] == "Delivered"


def test_what_is_short_comes_from_elsewhere_waits_or_is_cancelled(
    selling: Selling, desk: Sitting
) -> None:
    lose(selling, "B-0", 8)
    order = buy(selling, ("B-0", 4))
    ((number,),) = rows("SELECT id FROM orders_shortage WHERE settled_at IS NULL")
    page = desk.see("seller-order", order=order)
    assert "What is missing 2" in page
    assert "No other warehouse has any free." in page
    fields = {"shortage": str(number)}
    none = desk.do("seller-order-remedy", fields | {"remedy": "other"}, order=order)
    assert "No warehouse has any free now" in none
    desk.do("seller-order-remedy", fields | {"remedy": "wait"}, order=order)
    assert "Waits for goods" in desk.see("seller-order", order=order)

    awaited = desk.do("seller-order-remedy", fields | {"remedy": "cancel"}, order=order)
    assert "Its cancellation is awaited" in awaited
    assert f"Open order {order} in the marketplace's seller cabinet" in awaited
    stays = desk.do("seller-order-ship", {"track": "T", "carrier": "C"}, order=order)
    assert "its cancellation is awaited; let it go on first" in stays
    assert "withdrawn" in desk.do("seller-order-go-on", order=order)

    place = add_warehouse(seller_id=selling.seller, code="N", name="N", country="RU").id
    move(seller_id=selling.seller, warehouse_id=place, pieces={"B-0": 2}, kind="hand", actor="t")
    kept = desk.do("seller-order-remedy", fields | {"remedy": "other"}, order=order)
    assert "2 pieces are kept for it now." in kept
    assert short() == []


def test_an_order_is_served_from_one_warehouse(selling: Selling, desk: Sitting) -> None:
    order = buy(selling)
    place = add_warehouse(seller_id=selling.seller, code="N", name="N", country="RU").id
    lies = desk.do("seller-order-reroute", {"warehouse": str(place)}, order=order)
    assert "lies whole in no such warehouse" in lies
    assert "Serve it from another warehouse" not in desk.see("seller-order", order=order)
    move(seller_id=selling.seller, warehouse_id=place, pieces={"B-0": 5}, kind="hand", actor="t")
    assert "Serve it from another warehouse" in desk.see("seller-order", order=order)

    told = desk.do("seller-order-reroute", {"warehouse": str(place)}, order=order)

    assert "2 pieces are kept in N now." in told
    assert levels(selling.seller)["N", "B-0"] == (5, 2)


def test_what_came_back_is_written_down_once(selling: Selling, desk: Sitting) -> None:
    order = buy(selling)
    desk.do("seller-order-ship", {"track": "T-1", "carrier": "Courier"}, order=order)
    happen(selling, order, "dispute")
    assert "A dispute or refund is open" in desk.see("seller-order", order=order)
    assert order in desk.see("seller-returns")
    assert "is expected back" in desk.see("seller-home") or "are expected back" in desk.see(
        "seller-home"
    )
    seen = {"sku": "B-0", "pieces": "1", "known": "0", "condition": "good", "yes": "yes",
            "warehouse": str(selling.warehouse)}  # fmt: skip

    first = desk.do("seller-order-return", seen, order=order)
    again = desk.do("seller-order-return", seen, order=order)

    assert "1 piece is in the stock again." in first
    assert "Nothing was written down this time" in again
    assert levels(selling.seller)["M", "B-0"] == (9, 0)


def test_a_buyer_is_answered_with_a_template(selling: Selling, desk: Sitting) -> None:
    order = buy(selling)
    write(selling, "<b>Когда?</b>", int(order))
    exchange(shop_id=selling.shop)
    ((dialogue,),) = rows("SELECT id FROM orders_dialogue")
    page = desk.client.get(desk.address("seller-messages")).content.decode()
    assert "&lt;b&gt;Когда?&lt;/b&gt;" in page
    assert "buyer waits for an answer" in desk.see("seller-home")
    filled = desk.see(
        "seller-dialogue", {"template": "accepted", "language": "en"}, dialogue=dialogue
    )
    assert f"We have your order {order} and will ship it by" in filled
    own = {"name": "accepted", "language": "zh", "text": "好 {order}"}
    assert "is kept." in desk.do("seller-template-keep", own)
    assert "好 {order}" in desk.see("seller-templates", {"language": "zh"})
    assert f"好 {order}" in desk.see(
        "seller-dialogue", {"template": "accepted", "language": "zh"}, dialogue=dialogue
    )
    lacking = desk.see("seller-dialogue", {"template": "shipped"}, dialogue=dialogue)
    assert "not known here" in lacking

    told = desk.do("seller-answer", {"text": "Завтра"}, dialogue=dialogue)
    desk.do("seller-answer", {"text": "Завтра"}, dialogue=dialogue)
    assert told.count("written, not sent yet") == 1
    exchange(shop_id=selling.shop)

    assert [text for buyer, text in standing(selling) if not buyer] == ["Завтра"]
    assert "· sent" in desk.see("seller-dialogue", dialogue=dialogue)
    assert "marked as read." in desk.do("seller-message-read", dialogue=dialogue)
    other = Sitting(Selling(selling.twin, selling.path.parent, "W-2").seller)
    assert other.status("seller-dialogue", dialogue=dialogue) == 404
    assert other.sent("seller-answer", {"text": "x"}, dialogue=dialogue) == 404


def test_a_lost_list_or_parcel_names_what_to_do(selling: Selling, desk: Sitting) -> None:
    order = buy(selling)
    pack(selling, order)
    (parcel,) = fulfilment.parcels(selling.seller, [order])
    page = desk.do("seller-list-make", {"parcel": parcel.parcel})
    (listed,) = fulfilment.handovers(selling.seller)

    assert f"List {listed.list} is made with 1 parcel." in page
    off = desk.do(
        "seller-list-change", {"parcel": parcel.parcel, "do": "remove"}, handover=listed.list
    )
    assert f"0 parcels are on list {listed.list} now." in off
    assert desk.status("seller-list-paper", handover="999") == 404


def test_what_was_found_is_counted_from_the_order_that_lacks_it(
    selling: Selling, desk: Sitting
) -> None:
    lose(selling, "B-1", 8)
    order = buy(selling, ("B-1", 4))
    page = desk.client.get(desk.address("seller-order", order=order)).content.decode()
    assert f"{desk.address('seller-ledger')}?sku=B-1&amp;order={order}" in page
    form = {"sku": "B-1", "warehouse": str(selling.warehouse), "order": order}

    bad = desk.do("seller-stock-count", {**form, "pieces": "many"})
    assert "is no number that fits here" in bad
    half = desk.do("seller-stock-count", {**form, "pieces": "1.5"})
    assert "is no count" in half
    told = desk.do("seller-stock-count", {**form, "shop": str(selling.shop), "pieces": "9"})

    assert "The count was kept" in told
    assert order in told
    assert levels(selling.seller)["M", "B-1"][0] == 9


def test_a_count_that_covers_an_order_leaves_nothing_missing_on_the_page_that_follows(
    selling: Selling, desk: Sitting
) -> None:
    lose(selling, "B-1", 8)
    order = buy(selling, ("B-1", 4))
    assert "What is missing" in desk.see("seller-order", order=order)
    [(lacking,)] = rows("SELECT pieces FROM orders_shortage WHERE settled_at IS NULL")

    there = levels(selling.seller)["M", "B-1"][0]
    asked = desk.client.get(f"{desk.address('seller-ledger')}?sku=B-1&order={order}")
    page = asked.content.decode()
    assert f"where all were found here, write {there + lacking}." in page
    assert "value=" not in page.partition('name="pieces"')[2].partition(">")[0], "a count is typed"
    form = {"sku": "B-1", "warehouse": str(selling.warehouse), "order": order}
    enough = {**form, "shop": str(selling.shop), "pieces": str(there + lacking)}
    told = desk.do("seller-stock-count", enough)

    assert f"{lacking} pieces were kept at once for orders that were short." in told
    assert "What is missing" not in told


def test_once_it_waits_the_order_says_so(selling: Selling, desk: Sitting) -> None:
    lose(selling, "B-1", 8)
    order = buy(selling, ("B-1", 4))
    before = desk.see("seller-order", order=order)
    [shortage] = rows("SELECT id FROM orders_shortage")

    desk.do("seller-order-remedy", {"shortage": str(shortage[0]), "remedy": "wait"}, order=order)

    assert "Waits for goods, and is served by itself" not in before
    assert "Wait for goods" in before
    after = desk.see("seller-order", order=order)
    assert "Waits for goods, and is served by itself" in after
    assert f"The last choice for this order: staff-{desk.code}@example.org".lower() in after.lower()
    assert "You may still do otherwise" in after
    assert "Wait for goods" not in after


def test_what_still_needs_a_choice_is_named_once_the_rest_waits(
    selling: Selling, desk: Sitting
) -> None:
    lose(selling, "B-0", 8)
    lose(selling, "B-1", 8)
    order = buy(selling, ("B-0", 4), ("B-1", 4))
    first, second = rows(
        "SELECT lack.id, coalesce(nullif(line.name, ''), line.sku) FROM orders_shortage lack"
        " JOIN orders_line line ON line.id = lack.line_id ORDER BY lack.id"
    )

    desk.do("seller-order-remedy", {"shortage": str(first[0]), "remedy": "wait"}, order=order)

    page = desk.see("seller-order", order=order)
    assert f"Choose what to do about: {second[1]}" in page
    assert "Pieces are missing: choose a remedy" not in page
