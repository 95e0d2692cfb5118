"""What a connector does once goods are sold: orders, parcels, buyers' messages.

A part of the contract (see `contract`), kept by itself for its length. What a family cannot do its
capabilities say; its methods then raise NeedsPersonError.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from torgpred.channels.core.orders import (
    CourierStep,
    Handover,
    OrdersPage,
    Paper,
    ParcelOutcome,
    ParcelRequest,
    RawMessage,
    RawOrder,
    Tracking,
)


class Trade(Protocol):
    """One opened shop's sales. All methods call out; none may run inside a transaction.

    Every method may raise RetryLaterError, NeedsPersonError or RefusedError of the kernel. Where
    a method says that it may not be repeated, a lost answer raises RetryLaterError(unclear=True),
    and the caller looks, as the method says, before it tries again.
    """

    def orders(self, since: datetime, until: datetime, cursor: str = "") -> OrdersPage:
        """Return one page of the orders that last changed within [since, until] (aware UTC).

        Start with an empty cursor and go on with each page's `next` until it is empty; keep the
        cursor to go on after a restart. Promised of a whole walk: an order whose last change lies
        in the window is in one of the pages, unless it changed again meanwhile; then it belongs
        to a later window. Pages ascend in time and orders within a page by `updated_at`, but an
        order may come more than once, also with the boundary of the next page: recognise it by
        (remote_id, updated_at). A page may hold no orders and yet have a next.

        Marketplaces show a change some time after the time that they stamp on it: let windows
        overlap by `capabilities.orders_overlap_seconds` before a time may be called finished.
        """

    def order(self, remote_id: str) -> RawOrder | None:
        """Return one order as it stands; None where the shop has no such order."""

    def courier_step(
        self, order_id: str, step: CourierStep, tracking: Tracking | None = None
    ) -> None:
        """Tell what the seller's own courier did with an order; IN_TRANSIT needs the tracking.

        May be repeated: an order that is already so far is no error.
        """

    def make_parcels(self, requests: Sequence[ParcelRequest]) -> Sequence[ParcelOutcome]:
        """Have parcels made, at most `capabilities.parcels_batch` and one of each order.

        Every request has an outcome with its `ref`: a parcel, or a `problem`; several where the
        marketplace split it. One without a parcel is FAILED where it was refused, and UNKNOWN
        where the answer does not tell of it. May not be repeated: look with `parcels` first.
        Raises ValueError for a batch that is too large or holds an order twice.
        """

    def parcels(self, order_ids: Sequence[str]) -> Sequence[ParcelOutcome]:
        """Return all parcels of these orders as they stand, with an empty `ref`."""

    def delete_parcels(self, parcel_ids: Sequence[str]) -> Sequence[ParcelOutcome]:
        """Have parcels deleted; one outcome a parcel, with a `problem` where it stays.

        May be repeated: a parcel that is no longer there counts as deleted.
        """

    def parcel_labels(self, parcel_ids: Sequence[str]) -> Paper:
        """Return one document with the labels of these parcels."""

    def make_handover(self, parcel_ids: Sequence[str], arrival: date) -> str:
        """Make a list of parcels to be handed over on a day, and return its id.

        May not be repeated: look with `handovers` first.
        """

    def handovers(self, parcel_ids: Sequence[str]) -> Sequence[Handover]:
        """Return the handover lists that hold any of these parcels."""

    def add_to_handover(self, handover_id: str, parcel_ids: Sequence[str]) -> None:
        """Put parcels on a list that was not handed over yet. May be repeated."""

    def remove_from_handover(self, handover_id: str, parcel_ids: Sequence[str]) -> None:
        """Take parcels off a list that was not handed over yet. May be repeated."""

    def transfer_handover(self, handover_id: str) -> None:
        """Declare a list handed over. May be repeated: one that is handed over is no error."""

    def handover_document(self, handover_id: str) -> Paper:
        """Return the paper that goes with a handover list."""

    def messages(self, after: str = "", limit: int = 0) -> Sequence[RawMessage]:
        """Return messages after the one with this id, oldest first, of all dialogues.

        At most `limit`, where 0 stands for `capabilities.messages_page`; go on with the last id
        until none come. Own messages are among them.
        """

    def send_message(self, dialogue: str, text: str) -> str:
        """Send a text to a buyer and return its id, empty where the marketplace tells none.

        May not be repeated: look with `messages` whether it stands there first.
        """

    def mark_read(self, dialogue: str, until: datetime) -> None:
        """Mark a buyer's messages up to a time as read. May be repeated."""
