"""The cabinet's table of orders."""

from collections.abc import Sequence
from html import escape
from typing import Any

import msgspec


def order_table(shop: str, bodies: Sequence[bytes], most: int) -> str:
    """Return the table of a shop's orders, given as their JSON; buyers are not in it."""
    orders = [msgspec.json.decode(raw) for raw in bodies]
    if not orders:
        return f"<h1>{escape(shop)}: заказы</h1><p>Заказов пока нет.</p>"
    rows = "".join(_row(order) for order in orders[:most])
    more = (
        f'<nav><a href="?before={orders[most - 1]["id"]}">Дальше</a></nav>'
        if len(orders) > most
        else ""
    )
    return (
        f"<h1>{escape(shop)}: заказы</h1><table><tr><th>Заказ</th><th>Состав</th><th>Сумма</th>"
        f"<th>Состояние</th><th>Отправить до</th><th>Отправления</th></tr>{rows}</table>{more}"
    )


def _row(order: dict[str, Any]) -> str:
    lines = "<br>".join(
        escape(f"{line['sku_code']} × {line['quantity']}") for line in order["order_lines"]
    )
    parcels = "<br>".join(
        escape(f"{parcel['track_number']} {parcel['status']}")
        for parcel in order["logistic_orders"] or ()
    )
    roubles, kopecks = divmod(int(order["total_amount"]), 100)
    state = f"{order['order_display_status']}, {order['delivery_status']}"
    return (
        f'<tr><td>{order["id"]}<br><span class="soft">{escape(str(order["created_at"])[:19])}'
        f"</span></td><td>{lines}</td><td>{roubles:,},{kopecks:02d}\u00a0₽</td>"
        f"<td>{escape(state)}<br>"
        f'<span class="soft">{escape(str(order["finish_reason"] or ""))}</span></td>'
        f"<td>{escape(str(order['shipping_deadline'])[:16])}</td><td>{parcels}</td></tr>"
    )
