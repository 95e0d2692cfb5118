"""Sellers with orders in one shop family each, and asks about them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.db.conftest import make_tenant
from tests.db.orders.making import Shop, make_line, make_order

from torgpred.accounts import services as accounts
from torgpred.asks.core.values import AskCard
from torgpred.asks.services import asking

WINDOW = {"since": "2026-11-11", "until": "2026-11-12"}


def make_ask(kind: str = "slot", **overrides: Any) -> AskCard:  # noqa: ANN401
    given: dict[str, Any] = {
        "family": "aliexpress_ru",
        "title": "Место в витрине 11.11",
        "texts": {"ru": "Просим место в витрине.", "en": "We ask for a place."},
        "made_by": "boss@example.org",
    }
    return asking.new_ask(kind=kind, **(given | overrides))


def make_sellers(prices: Sequence[int], code: str = "S") -> list[int]:
    """Make sellers, each of which sold one piece at its price on 11.11."""
    accounts.ensure_operator()
    made = []
    for number, price in enumerate(prices, 1):
        seller = make_tenant("seller", f"{code}-{number}")
        line = make_line("A", price=Decimal(price))
        Shop(seller).take(make_order(number, line, remote_id=f"{code}-O-{number}"))
        made.append(seller)
    return made
