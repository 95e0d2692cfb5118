"""What comes back of parcels and handover lists."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from torgpred.channels.core.orders import Handover
from torgpred.connectors.aliexpress_ru.answers import Answer, text
from torgpred.connectors.aliexpress_ru.order_shapes import Id, ParcelIn
from torgpred.connectors.aliexpress_ru.order_words import TRANSFERRED


class PlainAnswer(Answer, frozen=True, kw_only=True):
    """An answer of which only matters that it is no refusal."""

    data: Any = None


class OrderParcels(msgspec.Struct, frozen=True):
    """The parcels that were made of one order."""

    trade_order_id: Id | None = None
    logistic_orders: tuple[ParcelIn, ...] | None = None


class ParcelsMade(msgspec.Struct, frozen=True):
    """Parcels that were made, and beside them what was refused."""

    orders: tuple[OrderParcels, ...] | None = None
    errors: Any = None


class ParcelsMadeAnswer(Answer, frozen=True, kw_only=True):
    """Parcels stand in `data.orders[].logistic_orders`."""

    data: ParcelsMade | None = None


class Label(msgspec.Struct, frozen=True):
    """Where a document is."""

    label_url: str | None = None


class LabelAnswer(Answer, frozen=True, kw_only=True):
    """The address stands in `data.label_url`."""

    data: Label | None = None


class HandoverMade(msgspec.Struct, frozen=True):
    """A new handover list."""

    handover_list_id: Id | None = None


class HandoverMadeAnswer(Answer, frozen=True, kw_only=True):
    """The id stands in `data.handover_list_id`."""

    data: HandoverMade | None = None


class HandoverIn(msgspec.Struct, frozen=True):
    """A handover list."""

    handover_list_id: Id | None = None
    status: str | None = None
    logistic_order_ids: tuple[Id, ...] | None = None
    arrival_date: str | None = None


class HandoverPage(msgspec.Struct, frozen=True):
    """The handover lists' inner list."""

    data_source: tuple[HandoverIn, ...] | None = None


class HandoversAnswer(Answer, frozen=True, kw_only=True):
    """Handover lists stand in `data.data_source`."""

    data: HandoverPage | None = None


def handover_of(given: HandoverIn) -> Handover:
    """Return a handover list as the contract has it."""
    word = given.status or ""
    return Handover(
        remote_id=text(given.handover_list_id),
        state_word=word,
        transferred=word in TRANSFERRED,
        parcel_ids=tuple(text(one) for one in given.logistic_order_ids or ()),
        arrival=_moment(given.arrival_date),
    )


def refusals(given: object) -> tuple[dict[str, str], str]:
    """Return what `data.errors` says: reasons by the id they name, and those that name none.

    The published papers tell that it holds reasons, not how they name what they are about.
    """
    named: dict[str, str] = {}
    unnamed: list[str] = []
    for each in given if isinstance(given, list) else ():
        told = each if isinstance(each, dict) else {"message": each}
        said = ": ".join(
            part for part in (text(told.get("code")), text(told.get("message"))) if part
        )
        ids = [text(told.get(name)) for name in _ID_NAMES]
        found = next((one for one in ids if one), "")
        if found:
            named[found] = said or "refused"
        else:
            unnamed.append(said or "refused")
    return named, "; ".join(unnamed)


_ID_NAMES = ("trade_order_id", "order_id", "logistic_order_id", "id")


def _moment(given: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(given or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
