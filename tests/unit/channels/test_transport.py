from torgpred.channels.core.contract import Lane, Limit, Request
from torgpred.channels.transport import paces
from torgpred.runtime.slots import hold_only, pace

QUOTA = Limit(key="creates", operations=("create", "edit"), amount=100, seconds=60.0, burst=20)
CEILING = Limit(
    key="token", operations=("*",), amount=10, seconds=1.0, kept_for_stock_and_orders=0.3
)


def make_request(operation: str = "create", units: int = 5) -> Request:
    return Request(operation=operation, method="POST", path="/x", lane=Lane.CONTENT, units=units)


def test_a_quota_counts_units_and_the_ceiling_counts_calls() -> None:
    asked = paces(make_request(), "shop 1", [CEILING, QUOTA])

    assert asked == [
        pace(key="shop 1 creates", amount=100, seconds=60.0, burst=20, units=5),
        pace(key="shop 1 token", amount=10, seconds=1.0, kept=0.3),
    ]


def test_an_operation_without_a_limit_of_its_own_has_the_ceiling_only() -> None:
    assert [one.key for one in paces(make_request("page"), "shop 1", [QUOTA, CEILING])] == [
        "shop 1 token"
    ]


def test_without_any_limit_there_is_something_a_429_can_hold() -> None:
    assert paces(make_request("page"), "shop 1", []) == [hold_only("shop 1 page")]
