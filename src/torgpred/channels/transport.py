"""The way out that a connector is given: the runtime's outlet, bound to a shop and its rates."""

from collections.abc import Sequence

from typing_extensions import override

from torgpred.channels.core.contract import Lane, Limit, Request, Response, Transport
from torgpred.runtime.slots import Pace, hold_only, pace
from torgpred.runtime.transport import Call, Outlet

EVERYTHING = "*"


class ShopTransport(Transport):
    """Sends a connector's calls through an outlet, at the rates of its family."""

    def __init__(self, outlet: Outlet, account: str, limits: Sequence[Limit]) -> None:
        self._outlet = outlet
        self._account = account
        self._limits = limits

    @override
    def send(self, request: Request) -> Response:
        call = Call(
            operation=request.operation,
            method=request.method,
            path=request.path,
            headers=request.headers,
            query=request.query,
            body=request.body,
            repeatable=request.repeatable,
            lane_is_bulk=request.lane not in {Lane.STOCK, Lane.ORDERS},
        )
        answer = self._outlet.send(call, paces(request, self._account, self._limits))
        return Response(status=answer.status, headers=answer.headers, body=answer.body)


def paces(request: Request, account: str, limits: Sequence[Limit]) -> list[Pace]:
    """Return what a call asks of an account's rates, the narrowest first.

    A limit of named operations counts the call's units; a ceiling counts calls. Without a limit
    of its own and without a ceiling there is a row all the same, so that a 429 can hold it.
    """
    asked = [
        _pace(one, account, units=request.units)
        for one in sorted(limits, key=lambda one: len(one.operations))
        if request.operation in one.operations
    ]
    asked += [_pace(one, account, units=1) for one in limits if EVERYTHING in one.operations]
    return asked or [hold_only(f"{account} {request.operation}")]


def _pace(limit: Limit, account: str, *, units: int) -> Pace:
    return pace(
        key=f"{account} {limit.key}",
        amount=limit.amount,
        seconds=limit.seconds,
        burst=limit.burst,
        units=max(units, 1),
        kept=limit.kept_for_stock_and_orders,
    )
