"""Parcels: the seller's own courier, and the marketplace's logistics with labels and lists.

One parcel's way with the marketplace: made from an order, labelled, put on a handover list, the
list transferred. An order that is refused stands in `data.errors` beside those that went through,
under HTTP 200.
"""

from collections.abc import Sequence
from datetime import date

from torgpred.channels.core.contract import Lane
from torgpred.channels.core.orders import (
    CourierStep,
    Handover,
    Paper,
    ParcelOutcome,
    ParcelPhase,
    ParcelRequest,
    Tracking,
)
from torgpred.connectors.aliexpress_ru import choices, errors, rules, wire
from torgpred.connectors.aliexpress_ru.answers import text
from torgpred.connectors.aliexpress_ru.client import Call
from torgpred.connectors.aliexpress_ru.order_answers import parcel_of
from torgpred.connectors.aliexpress_ru.orders import OrderCalls
from torgpred.connectors.aliexpress_ru.parcel_answers import (
    HandoverMadeAnswer,
    HandoversAnswer,
    LabelAnswer,
    ParcelsMadeAnswer,
    PlainAnswer,
    handover_of,
    refusals,
)
from torgpred.kernel.errors import RefusedError, RetryLaterError

_SELLER = "/seller-api/v1"
_STEPS = {
    CourierStep.IN_TRANSIT: ("courier.in_transit", "to-in-transit"),
    CourierStep.READY_FOR_PICKUP: ("courier.ready_for_pickup", "to-ready-for-pickup"),
    CourierStep.DELIVERED: ("courier.delivered", "to-delivered"),
}
_REACHED = {
    CourierStep.IN_TRANSIT: {"InTransit", "Shipped", "ReadyForPickup", "Delivered"},
    CourierStep.READY_FOR_PICKUP: {"ReadyForPickup", "Delivered"},
    CourierStep.DELIVERED: {"Delivered"},
}
"""Words of `delivery_status` that say that a step was taken."""

_UNTOLD = "The marketplace's answer does not tell of this order: look before it is asked again."


class ShippingCalls(OrderCalls):
    """The contract's calls for couriers, parcels and handover lists."""

    # --- the seller's own courier ---------------------------------------------------------------
    def courier_step(
        self, order_id: str, step: CourierStep, tracking: Tracking | None = None
    ) -> None:
        """Tell a step of the seller's own courier; an order that is so far already is no error.

        Raises ValueError for IN_TRANSIT without a tracking number and a carrier.
        """
        body: dict[str, object] = {"trade_order_id": wire.id_out(order_id)}
        if step is CourierStep.IN_TRANSIT:
            if tracking is None or not tracking.number or not tracking.carrier:
                msg = "a parcel in transit has a tracking number and a carrier"
                raise ValueError(msg)
            body |= {"tracking_number": tracking.number, "provider_name": tracking.carrier}
            if tracking.url:
                body["tracking_url"] = tracking.url
            if tracking.phone:
                body["support_phone_number"] = tracking.phone
        operation, name = _STEPS[step]
        try:
            self._plain(operation, f"/api/v1/offline-ship/{name}", body)
        except RefusedError:
            # A repeated call, or one whose answer was lost, is refused for being late.
            order = self.order(order_id)
            if order is None or not _REACHED[step].intersection(order.words.split(",")[2:3]):
                raise

    # --- parcels --------------------------------------------------------------------------------
    def make_parcels(self, requests: Sequence[ParcelRequest]) -> Sequence[ParcelOutcome]:
        """Have parcels made in one call, which is never repeated: a lost answer is `unclear`.

        Raises ValueError for more than a batch and for an order that is named twice.
        """
        if len(requests) > rules.CAPABILITIES.parcels_batch:
            msg = f"at most {rules.CAPABILITIES.parcels_batch} parcels a call, not {len(requests)}"
            raise ValueError(msg)
        if len({request.order_id for request in requests}) != len(requests):
            msg = "one parcel of an order a call: the answer could not be told apart"
            raise ValueError(msg)
        if not requests:
            return ()
        call = Call(
            operation="parcel.create",
            path=f"{_SELLER}/logistic-order/create",
            lane=Lane.ORDERS,
            body={"orders": [_parcel_out(request) for request in requests]},
            repeatable=False,
            private=True,
        )
        data = self._client.ask(call, ParcelsMadeAnswer).data
        made = {text(order.trade_order_id): order for order in (data.orders if data else ()) or ()}
        refused, unnamed = refusals(data.errors if data else None)
        outcomes: list[ParcelOutcome] = []
        for request in requests:
            order = made.get(request.order_id)
            parcels = (order.logistic_orders if order else ()) or ()
            outcomes += [parcel_of(each, request.ref, request.order_id) for each in parcels]
            if not parcels:
                problem = refused.get(request.order_id) or unnamed
                phase = ParcelPhase.FAILED if problem else ParcelPhase.UNKNOWN
                outcomes.append(
                    ParcelOutcome(
                        request.ref,
                        order_id=request.order_id,
                        problem=problem or _UNTOLD,
                        phase=phase,
                    )
                )
        return outcomes

    def parcels(self, order_ids: Sequence[str]) -> Sequence[ParcelOutcome]:
        """Return the parcels of these orders, as the orders themselves tell them."""
        found: list[ParcelOutcome] = []
        wanted = list(dict.fromkeys(order_ids))
        size = rules.CAPABILITIES.orders_page
        for start in range(0, len(wanted), size):
            read = self._listed(wanted[start : start + size], choices.PARCEL_INFO)
            if read.unreadable:
                raise RefusedError(reason="An order of the answer about parcels cannot be read.")
            found += [parcel for order in read.orders for parcel in order.parcels]
        return found

    def delete_parcels(self, parcel_ids: Sequence[str]) -> Sequence[ParcelOutcome]:
        """Have parcels deleted. One that is refused holds up the call, so then each goes alone."""
        if not parcel_ids:
            return ()
        call = Call(
            operation="parcel.delete",
            path=f"{_SELLER}/logistic-order/delete",
            lane=Lane.ORDERS,
            body={"logistic_order_ids": _ids(parcel_ids)},
        )
        try:
            answer = self._client.ask(call, PlainAnswer)
        except RefusedError as error:
            if len(parcel_ids) > 1:
                return [self.delete_parcels([one])[0] for one in parcel_ids]
            code, said = error.data.get("code", ""), error.data.get("message", "")
            gone = errors.is_gone(code, said)
            return [ParcelOutcome(remote_id=parcel_ids[0], problem="" if gone else str(error))]
        data = answer.data if isinstance(answer.data, dict) else {}
        refused, _ = refusals(data.get("errors"))
        return [
            ParcelOutcome(
                remote_id=one,
                problem="" if errors.is_gone("", refused.get(one, "")) else refused.get(one, ""),
            )
            for one in parcel_ids
        ]

    def parcel_labels(self, parcel_ids: Sequence[str]) -> Paper:
        """Return the address of a PDF with these parcels' labels."""
        return self._paper(
            "parcel.labels",
            f"{_SELLER}/labels/orders/get",
            {"logistic_order_ids": _ids(parcel_ids)},
        )

    # --- handover lists -------------------------------------------------------------------------
    def make_handover(self, parcel_ids: Sequence[str], arrival: date) -> str:
        """Make a handover list and return its id. A lost answer is `unclear`."""
        call = Call(
            operation="handover.create",
            path=f"{_SELLER}/handover-list/create",
            lane=Lane.ORDERS,
            body={
                "logistic_order_ids": _ids(parcel_ids),
                "arrival_date": f"{arrival.isoformat()}{choices.ARRIVAL_TIME}",
            },
            repeatable=False,
        )
        data = self._client.ask(call, HandoverMadeAnswer).data
        made = text(data.handover_list_id) if data else ""
        if not made:
            raise RetryLaterError(reason="The answer names no handover list.", unclear=True)
        return made

    def handovers(self, parcel_ids: Sequence[str]) -> Sequence[Handover]:
        """Return the handover lists that hold any of these parcels."""
        return self._handovers("logistic_order_ids", parcel_ids)

    def add_to_handover(self, handover_id: str, parcel_ids: Sequence[str]) -> None:
        """Put parcels on a list; those that are on it already are no error."""
        try:
            self._change_handover("handover.add", "add-logistic-orders", handover_id, parcel_ids)
        except RefusedError:
            if not set(parcel_ids) <= self._on_list(handover_id):
                raise

    def remove_from_handover(self, handover_id: str, parcel_ids: Sequence[str]) -> None:
        """Take parcels off a list; those that are not on it are no error."""
        try:
            self._change_handover(
                "handover.remove", "remove-logistic-orders", handover_id, parcel_ids
            )
        except RefusedError:
            if set(parcel_ids) & self._on_list(handover_id):
                raise

    def transfer_handover(self, handover_id: str) -> None:
        """Declare a list handed over; one that already is is no error."""
        body: dict[str, object] = {"handover_list_id": wire.id_out(handover_id)}
        try:
            self._plain("handover.transfer", f"{_SELLER}/handover-list/transfer", body)
        except RefusedError:
            lists = self._handovers("handover_list_ids", [handover_id])
            if not any(each.transferred for each in lists if each.remote_id == handover_id):
                raise

    def handover_document(self, handover_id: str) -> Paper:
        """Return the address of a handover list's PDF."""
        return self._paper(
            "handover.document",
            f"{_SELLER}/labels/handover-lists/get",
            {"handover_list_id": wire.id_out(handover_id)},
        )

    # --- within -----------------------------------------------------------------------------------
    def _plain(self, operation: str, path: str, body: dict[str, object]) -> None:
        call = Call(operation=operation, path=path, lane=Lane.ORDERS, body=body)
        self._client.ask(call, PlainAnswer)

    def _change_handover(
        self, operation: str, name: str, handover_id: str, parcel_ids: Sequence[str]
    ) -> None:
        # The field is called `order_ids` in these two calls, and holds parcels.
        body: dict[str, object] = {
            "handover_list_id": wire.id_out(handover_id),
            "order_ids": _ids(parcel_ids),
        }
        self._plain(operation, f"{_SELLER}/handover-list/{name}", body)

    def _on_list(self, handover_id: str) -> set[str]:
        lists = self._handovers("handover_list_ids", [handover_id])
        return {one for each in lists if each.remote_id == handover_id for one in each.parcel_ids}

    def _handovers(self, field: str, ids: Sequence[str]) -> list[Handover]:
        found: dict[str, Handover] = {}
        page = 1
        while ids:
            call = Call(
                operation="handover.list",
                path=f"{_SELLER}/handover-list/get-by-filter",
                lane=Lane.ORDERS,
                body={
                    "page_size": choices.HANDOVER_PAGE,
                    "page_number": page,
                    field: _ids(ids),
                },
            )
            data = self._client.ask(call, HandoversAnswer).data
            given = (data.data_source if data else None) or ()
            found |= {each.remote_id: each for each in map(handover_of, given) if each.remote_id}
            if len(given) < choices.HANDOVER_PAGE:
                break
            page += 1
        return list(found.values())

    def _paper(self, operation: str, path: str, body: dict[str, object]) -> Paper:
        call = Call(operation=operation, path=path, lane=Lane.ORDERS, body=body)
        data = self._client.ask(call, LabelAnswer).data
        address = (data.label_url if data else None) or ""
        if not address.startswith(("https://", "http://")):
            raise RefusedError(reason=f"The answer to {operation} names no document.")
        return Paper(address=address)


def _ids(ids: Sequence[str]) -> list[int | str]:
    return [wire.id_out(one) for one in ids]


def _parcel_out(request: ParcelRequest) -> dict[str, object]:
    """Return a parcel as the marketplace wants it: whole centimetres, kilograms, rounded up."""
    return {
        "trade_order_id": wire.id_out(request.order_id),
        "total_length": wire.side_sent(request.length_cm),
        "total_width": wire.side_sent(request.width_cm),
        "total_height": wire.side_sent(request.height_cm),
        "total_weight": wire.bare_number(wire.weight_sent(request.weight_kg)),
        "items": [
            {"quantity": pieces, "sku_id": wire.id_out(sku_id)} for sku_id, pieces in request.items
        ],
    }
