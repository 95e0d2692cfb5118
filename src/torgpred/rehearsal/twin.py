"""The twin of a rehearsal: filled with what stands in the copy's shops, and bought from."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from torgpred.kernel.errors import TorgpredError
from torgpred.listings.selectors.standing import OnSale
from torgpred.twins.registry import TwinInfo
from torgpred.twins.testing import free_port

FAMILY: Final = "aliexpress_ru"
"""The marketplace family whose twin this is; shops of others are not rehearsed."""
_AT_ONCE: Final = 500
_PATIENCE: Final = 60.0
_UNPRICED: Final = Decimal(99999999)
"""What nobody saw a price of is bought by nobody, until the campaign's price reaches it."""


class TwinError(TorgpredError):
    """The twin did not come up."""

    code = "rehearsal.no_twin"
    template = "The twin did not start: {words}"


class Twin:
    """One marketplace of a rehearsal. Its accounts are called after the copy's shops."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._client = httpx.Client(base_url=f"{address}/twin/", timeout=_PATIENCE)

    def open_account(self, shop_id: int) -> str:
        """Open a shop's account; return its token, which opens nothing anywhere else."""
        made = self._ask("POST", "accounts", {"code": _account(shop_id)})
        return str(made["token"])

    def settle_at_once(self) -> None:
        """Let every task take effect when it is asked about, so that a day repeats."""
        self._ask("PATCH", "settings", {"task_delay_min": 0, "task_delay_max": 0})

    def put(self, shop_id: int, skus: Sequence[OnSale]) -> None:
        """Put listings on sale, under the ids that they have on the real marketplace."""
        products: dict[str, list[OnSale]] = {}
        for one in skus:
            products.setdefault(one.remote_id, []).append(one)
        bodies = [_product(remote_id, rows) for remote_id, rows in products.items()]
        for start in range(0, len(bodies), _AT_ONCE):
            part = bodies[start : start + _AT_ONCE]
            self._ask("POST", "listings", {"account": _account(shop_id), "products": part})

    def wares(self, shop_id: int) -> dict[str, tuple[str, Decimal]]:
        """Return the twin's id and the price that buyers see, by the shop's SKU."""
        listed = self._ask("GET", f"listings?account={_account(shop_id)}")
        return {
            one["code"]: (one["sku_id"], Decimal(one["discount_price"] or one["price"]))
            for listing in listed
            for one in listing["sku"]
        }

    def buy(self, wanted: Sequence[str]) -> list[bool]:
        """Let buyers want one piece each, one after the other; tell who got it."""
        found: list[bool] = []
        for start in range(0, len(wanted), _AT_ONCE):
            body = [
                {"lines": [{"sku_id": sku_id, "quantity": 1}]}
                for sku_id in wanted[start : start + _AT_ONCE]
            ]
            found += ["id" in one for one in self._ask("POST", "orders", body)]
        return found

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def _ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        answer = self._client.request(method, path, json=body)
        if answer.is_error:
            raise TwinError(words=f"{method} {path}: {answer.text[:300]}")
        return answer.json()


@contextmanager
def running(folder: Path) -> Iterator[Twin]:
    """Run the twin until the end of the block; it also ends with this process, however it ends."""
    words = [sys.executable, "-m", "torgpred.twins", "--only", FAMILY, "--json", "--with-parent"]
    words += ["--port", str(free_port()), "--state", str(folder / "twins")]
    with (folder / "twins.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log
        )
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        line = process.stdout.readline()
        if not line:
            said = (folder / "twins.log").read_text(errors="replace")[-500:]
            raise TwinError(words=said)
        (info,) = msgspec.json.decode(line, type=Mapping[str, list[TwinInfo]])["twins"]
        twin = Twin(info.base_url)
        try:
            twin.settle_at_once()
            yield twin
        finally:
            twin.close()
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _account(shop_id: int) -> str:
    return f"shop-{shop_id}"


def _product(remote_id: str, rows: Sequence[OnSale]) -> dict[str, Any]:
    """Return a product as the twin takes it: its SKUs are the shop's, all else is of no account."""
    return {
        "product_id": int(remote_id),
        "external_id": rows[0].external_id or None,
        "aliexpress_category_id": 1,
        "freight_template_id": 1,
        "language": "ru",
        "main_image_urls_list": ["http://127.0.0.1/rehearsal.jpg"],
        "multi_language_subject_list": [{"language": "ru", "subject": rows[0].sku[:200]}],
        "multi_language_description_list": [{"language": "ru", "web": "-", "mobile": "-"}],
        "package_length": 10,
        "package_width": 10,
        "package_height": 10,
        "weight": "1.00",
        "product_unit": 100000015,
        "shipping_lead_time": 3,
        "sku_info_list": [
            {
                "sku_code": one.sku,
                "price": f"{one.price or _UNPRICED:.2f}",
                "discount_price": one.discount_price and f"{one.discount_price:.2f}",
                "inventory": max(one.pieces, 0),
                "sku_attributes_list": [
                    {"sku_attribute_name_id": 1, "sku_attribute_value": str(place)}
                ],
            }
            for place, one in enumerate(rows)
        ],
    }
