"""Buyers who write to a shop at a twin, and what became of it here."""

from typing import Any

from tests.db.listings.world import World
from tests.db.orders.making import rows

from torgpred.channels import services as channel_services
from torgpred.orders.selectors.messages import DialogueCard, dialogues, messages


def write(world: World, text: str, order: int | None = None, **details: object) -> None:
    """Let a buyer write about an order, or before one."""
    world.twin.control("POST", "messages", {"text": text, "order_id": order, **details})


def in_the_cabinet(world: World, text: str, buyer: str) -> None:
    """Answer as a person would who uses the marketplace's own page."""
    channel_services.open(world.shop).send_message(buyer, text)


def standing(world: World) -> list[tuple[bool, str]]:
    """Return (from the buyer, text) of all messages that stand at the twin."""
    told: list[dict[str, Any]] = world.twin.control("GET", "messages")
    return [(bool(one["from_buyer"]), one["payload"]["text"]) for one in told]


def kept() -> list[tuple[bool, str, str]]:
    """Return (from the buyer, text, state) of all messages that are kept here."""
    return rows("SELECT from_buyer, text, state FROM orders_message ORDER BY id")


def waiting(tenant: int) -> list[DialogueCard]:
    """Return the dialogues whose buyers wait."""
    return [one for one in dialogues(tenant) if one.waiting_since is not None]


def texts(tenant: int, dialogue: DialogueCard) -> list[str]:
    return [one.text for one in messages(tenant, dialogue.id)]
