"""Buyers at the twin, and what happens there to what they bought.

Exactly once by look-before-act: an order's lines carry the name of its part of the story as the
buyer's comment, so that a story told again finds what was bought before.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import msgspec

from torgpred.kernel.clock import now
from torgpred.twins.aliexpress_ru.effects import ON_SALE

_PAGE: Final = 20_000
_CROWD: Final = 9
"""Orders that a shop gets from people who play no part in the story."""


class Ware(msgspec.Struct, frozen=True):
    """An SKU on sale in one account: `code` is the shop's own name for it."""

    sku_id: str
    code: str
    pieces: int


class Buyers:
    """The buyers' side of one twin; may be used by several threads."""

    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=f"{address}/twin/", timeout=60)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def wares(self, account: str) -> list[Ware]:
        """Return what is on sale in an account, by the shop's SKU."""
        found = [
            Ware(one["sku_id"], one["code"], int(one["ipm_sku_stock"]))
            for listing in self._ask("GET", f"listings?account={account}")
            if listing["status"] == ON_SALE
            for one in listing["sku"]
        ]
        return sorted(found, key=lambda ware: ware.code)

    def pieces(self, account: str, code: str) -> int:
        """Return how many pieces of an SKU a shop shows to its buyers; -1 where none is shown."""
        return next((one.pieces for one in self.wares(account) if one.code == code), -1)

    def prices(self, account: str) -> dict[str, str]:
        """Return what a buyer pays for each SKU of an account, its discount taken off."""
        return {
            one["code"]: one["discount_price"] or one["price"]
            for listing in self._ask("GET", f"listings?account={account}")
            for one in listing["sku"]
        }

    def bought(self, name: str) -> str:
        """Return the number of the order that carries a name; empty where none does."""
        after: int | None = 0
        while after is not None:
            page = self._ask("GET", f"orders?after={after}&limit={_PAGE}")
            for one in page["orders"]:
                if one["order"]["order_lines"][0]["buyer_comment"] == name:
                    return str(one["order"]["id"])
            after = page["next"]
        return ""

    def buy(
        self,
        name: str,
        wanted: Sequence[tuple[Ware, int]],
        *,
        paid: bool = True,
        more: bool = False,
    ) -> str:
        """Buy pieces in one shop, once by this name; return the order's number.

        With `more`, also what the shop does not have, as real marketplaces are known to sell.
        """
        known = self.bought(name)
        if known:
            return known
        lines = [
            {"sku_id": ware.sku_id, "quantity": pieces, "comment": name} for ware, pieces in wanted
        ]
        body = {"lines": lines, "paid": paid, "oversell": more}
        return str(self._ask("POST", "orders", body)["id"])

    def crowd(self, account: str) -> None:
        """Let some buyers order in a shop, and one ask for what is not there; once a shop."""
        page = self._ask("GET", f"orders?account={account}&limit={_PAGE}")
        if any(not one["order"]["order_lines"][0]["buyer_comment"] for one in page["orders"]):
            return
        crowd = {"account": account, "count": _CROWD, "lines": 2, "quantity_most": 2, "skew": 0.6}
        for body in (crowd, {**crowd, "count": 1, "quantity_most": 60, "oversell": True}):
            self._ask("POST", "orders/bulk", body)

    def order(self, order: str) -> dict[str, Any]:
        """Return an order as the marketplace has it, with all its fields."""
        found: dict[str, Any] = self._ask("PATCH", f"orders/{order}", {})
        return found

    def happen(self, order: str, act: str, **details: object) -> None:
        """Let something happen to an order, such as "deliver", "cancel" or "dispute"."""
        self._ask("POST", f"orders/{order}/{act}", details)

    def hurry(self, order: str, hours: float) -> None:
        """Let an order have to leave within so many hours, if it has more than a day left."""
        due = datetime.fromisoformat(self.order(order)["shipping_deadline"])
        if due - now() > timedelta(days=1):
            moment = (now() + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
            self._ask(
                "PATCH", f"orders/{order}", {"shipping_deadline": moment, "cut_off_date": moment}
            )

    def write(self, order: str, text: str) -> None:
        """Let an order's buyer write, the same words once."""
        told = self._messages(order=order)
        if text not in told:
            self._ask("POST", "messages", {"order_id": order, "text": text})

    def answers(self, words: str) -> int:
        """Return how many messages of shops hold these words."""
        return sum(words in text for text in self._messages())

    def _messages(self, order: str = "") -> list[str]:
        """Return the texts that an order's buyer wrote, or all that shops wrote."""
        return [
            str(one["payload"].get("text", ""))
            for one in self._ask("GET", "messages")
            if (str(one["order_id"]) == order if order else not one["from_buyer"])
        ]

    def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - JSON
        return self._client.request(method, path, json=body).raise_for_status().json()
