"""A few buyers, so that the desks of a new demo world have orders to show."""

import httpx

from torgpred.demo.world import Ports

ORDERS = 9
"""Orders that a shop gets; one more asks for what is not there."""


def let_some_buy(where: Ports, code: str) -> int:
    """Let some buyers order in a seller's shop at the twin; return how many orders they placed."""
    crowd = {"account": code, "count": ORDERS, "lines": 2, "quantity_most": 2, "skew": 0.6}
    greedy = {**crowd, "count": 1, "quantity_most": 60, "oversell": True}
    with httpx.Client(base_url=where.twin_address, timeout=30) as client:
        return sum(
            int(client.post("/twin/orders/bulk", json=body).raise_for_status().json()["placed"])
            for body in (crowd, greedy)
        )
