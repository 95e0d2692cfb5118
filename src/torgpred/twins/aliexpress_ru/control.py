"""The twin's own controls, under `/twin/` on the same port; no part of the real API.

| call | what for |
|---|---|
| GET /twin/ | operations, kinds of faults, settings |
| GET /twin/ready | is it up |
| GET, PATCH /twin/settings | how it behaves |
| GET, POST, DELETE /twin/faults (and DELETE /twin/faults/{id}) | switches |
| GET, POST /twin/clock | {"factor", "advance_seconds"} |
| GET, DELETE /twin/counters | what it was asked, how fast |
| GET, POST /twin/accounts | sellers' accounts |
| GET, POST /twin/listings | all that stands there; put listings there at once, by no task,
  under a `product_id` of their own where they have one |
| PATCH /twin/listings/{id} | change one by hand, as in the cabinet; "quiet" moves no time |
| POST /twin/listings/{id}/moderate | removed by moderation |
| POST /twin/reset | forget everything |

Those of orders and messages are in `sales_control`.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from torgpred.twins.aliexpress_ru import effects, reading
from torgpred.twins.aliexpress_ru.accounts import Account, Brand, Template, token_for
from torgpred.twins.aliexpress_ru.goods import Change
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.operations import OPERATIONS
from torgpred.twins.aliexpress_ru.settings import PER_ITEM, PER_REQUEST, Settings
from torgpred.twins.aliexpress_ru.shape import Reader, read_product, whole_number
from torgpred.twins.aliexpress_ru.texts import plain_decimal
from torgpred.twins.engine.clock import moment_text
from torgpred.twins.engine.faults import Fault

LISTINGS_MOST = 10_000

Control = Callable[[Market, Request, Any], Any]


class ControlError(Exception):
    """A control was used wrongly; told as HTTP 400 (or 404) with the reason."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def same_origin(request: Request) -> bool:
    """Tell whether a browser sent the request from one of the twin's own pages, or none sent it.

    The controls need no key, so a page of another site must not be able to press them.
    """
    origin = request.headers.get("origin")
    return origin is None or origin.split("://")[-1] == request.headers.get("host")


def _overview(market: Market, _request: Request, _body: object) -> Any:  # noqa: ANN401 - JSON
    return {
        "twin": "aliexpress_ru",
        "operations": [
            {"name": each.name, "method": each.method, "path": each.path} for each in OPERATIONS
        ],
        "faults": {"per_request": sorted(PER_REQUEST), "per_item": sorted(PER_ITEM)},
        "settings": market.settings,
    }


def _ready(_market: Market, _request: Request, _body: object) -> Any:  # noqa: ANN401 - JSON
    return {"ready": True, "twin": "aliexpress_ru"}


def _settings(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    if request.method == "PATCH":
        merged = {**msgspec.to_builtins(market.settings), **body}
        market.change_settings(msgspec.convert(merged, Settings))
    return market.settings


def _faults(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    if request.method == "POST":
        raws = body if isinstance(body, list) else [body]
        faults = [msgspec.convert(raw, Fault) for raw in raws]
        known = {each.name for each in OPERATIONS} | {"*"}
        for fault in faults:
            if unknown := set(fault.operations) - known:
                raise ControlError(f"unknown operations: {', '.join(sorted(unknown))}")
        set_ones = [market.faults.set(fault) for fault in faults]
        return set_ones if isinstance(body, list) else set_ones[0]
    if request.method == "DELETE":
        fault_id = request.path_params.get("fault_id")
        return {"cleared": market.faults.clear(fault_id)}
    return market.faults.faults


def _clock(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    if request.method == "POST":
        market.move_clock(
            factor=body.get("factor"), advance_seconds=body.get("advance_seconds", 0.0)
        )
    return {"now": moment_text(market.clock.now()), "factor": market.clock.base.factor}


def _counters(market: Market, request: Request, _body: object) -> Any:  # noqa: ANN401 - JSON
    if request.method == "DELETE":
        market.counters.clear()
    return market.counters.seen()


class _Newcomer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    code: str
    name: str = ""
    token: str = ""
    templates: list[Template] | None = None
    brands: list[Brand | str] = msgspec.field(default_factory=list)


def _accounts(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    if request.method == "POST":
        new = msgspec.convert(body, _Newcomer)
        place = 1000 * (len(market.accounts) + 1)
        account = Account(
            code=new.code,
            name=new.name or new.code,
            token=new.token or token_for(new.code),
            templates=new.templates
            or [Template(id=place + 1, name="Стандартная доставка", is_default=True)],
            brands=[
                Brand(id=place + 501 + at, name=brand) if isinstance(brand, str) else brand
                for at, brand in enumerate(new.brands)
            ],
        )
        market.add_account(account)
        return account
    return list(market.accounts.values())


def _account(market: Market, token: str | None) -> Account | None:
    if not token:
        return None
    found = market.accounts.get(token) or market.account_called(token)
    if found is None:
        raise ControlError("no such account", 404)
    return found


def _listings(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    if request.method == "POST":
        return _preload(market, body)
    asked = _account(market, request.query_params.get("account"))
    effects.settle(market)
    accounts = [asked] if asked else list(market.accounts.values())
    return [
        {
            "account": account.code,
            **reading.short(market, product, "ru"),
            "external_id": product.external_id,
            "reason": product.reason,
        }
        for account in accounts
        for product in reading.page(market, account.code, after=0, limit=1_000_000)
    ]


def _preload(market: Market, body: Any) -> Any:  # noqa: ANN401 - JSON
    account = _account(market, body.get("account") or body.get("token"))
    raws = body.get("products")
    if account is None or not isinstance(raws, list) or len(raws) > LISTINGS_MOST:
        raise ControlError(f"account and up to {LISTINGS_MOST} products are needed")
    told = []
    moment = market.clock.now()
    for place, raw in enumerate(raws):
        reader = Reader(raw, strict_text=False)
        doc, skus = read_product(reader)
        if reader.faults:
            raise ControlError(f"products[{place}]: {reader.faults[0].message}")
        external = reader.item.get("external_id")
        product_id = effects.create(
            market,
            account.code,
            None if external is None else str(external),
            Change(doc=doc, skus=skus),
            moment,
            product_id=_free_id(market, reader.item.get("product_id")),
        )
        if status := reader.item.get("status"):
            effects.set_status(market, product_id, str(status), moment)
        told.append(product_id)
    return {"product_ids": told}


def _free_id(market: Market, given: object) -> int | None:
    """Return the id that a product is to have here, such as it has on the real marketplace."""
    if given is None:
        return None
    wanted = whole_number(given)
    if wanted is None or reading.one(market, wanted) is not None:
        raise ControlError(f"product_id {given} is no number, or taken")
    return wanted


_BY_HAND = ("subject", "price", "inventory", *effects.PLAIN_FIELDS)


def _product_id(market: Market, request: Request) -> int:
    effects.settle(market)
    product_id: int = request.path_params["product_id"]
    if product_id > 2**62 or reading.one(market, product_id) is None:
        raise ControlError("no such product", 404)
    return product_id


def _listing(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    product_id = _product_id(market, request)
    quiet = body.pop("quiet", False)
    status = body.pop("status", None)
    if added := body.pop("add_sku", None):
        attributes = added.get("sku_attributes_list", [])
        effects.add_variant(market, product_id, str(added["code"]), str(added["price"]), attributes)
    if removed := body.pop("remove_sku", None):
        effects.remove_variant(market, product_id, str(removed))
    for field, value in body.items():
        if field not in _BY_HAND:
            raise ControlError(f"no such field: {field}")
        if field == "inventory" and whole_number(value) is None:
            raise ControlError("inventory must be a whole number")
        if field == "price" and plain_decimal(str(value)) is None:
            raise ControlError("price must be a decimal")
        effects.alter_stored(market, product_id, {"field": field, "value": value})
    if status is not None:
        effects.set_status(market, product_id, str(status), market.clock.now())
    if not quiet:
        effects.touch(market, product_id, market.clock.now())
    product = reading.one(market, product_id)
    return None if product is None else reading.whole(market, product)


def _moderate(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    product_id = _product_id(market, request)
    reason = str(body.get("reason") or "the goods are not allowed on the marketplace")
    effects.set_status(market, product_id, effects.REJECTED, market.clock.now(), reason)
    return {"product_id": product_id, "status": effects.REJECTED, "reason": reason}


def _sent(request: Request, raw: bytes) -> Any:  # noqa: ANN401 - JSON
    if not same_origin(request):
        raise ControlError("pages of other sites may not use the controls", 403)
    body = msgspec.json.decode(raw) if raw.strip() else {}
    if not isinstance(body, dict | list):
        raise ControlError("the body must be JSON, an object or a list")
    return body


def endpoint(market: Market, control: Control) -> Callable[[Request], Awaitable[Response]]:
    """Return the endpoint of a control: one transaction, and a wrong use told as HTTP 400."""

    async def answer(request: Request) -> Response:
        status = 200
        raw = await request.body()
        try:
            body = _sent(request, raw)
            with market.file.transaction():
                told = control(market, request, body)
        except ControlError as error:
            told, status = {"error": error.message}, error.status
        except (
            msgspec.MsgspecError,
            ValueError,
            TypeError,
            AttributeError,
            RecursionError,
        ) as error:
            told, status = {"error": str(error)}, 400
        return Response(msgspec.json.encode(told), status, media_type="application/json")

    return answer


def _reset(market: Market) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if not same_origin(request):
            return Response(status_code=403)
        market.reset()
        return Response(b'{"reset":true}', media_type="application/json")

    return answer


def routes(market: Market) -> list[Route]:
    """Return the routes of the controls."""
    table: list[tuple[str, Control, list[str]]] = [
        ("/twin/", _overview, ["GET"]),
        ("/twin/ready", _ready, ["GET"]),
        ("/twin/settings", _settings, ["GET", "PATCH"]),
        ("/twin/faults", _faults, ["GET", "POST", "DELETE"]),
        ("/twin/faults/{fault_id:int}", _faults, ["DELETE"]),
        ("/twin/clock", _clock, ["GET", "POST"]),
        ("/twin/counters", _counters, ["GET", "DELETE"]),
        ("/twin/accounts", _accounts, ["GET", "POST"]),
        ("/twin/listings", _listings, ["GET", "POST"]),
        ("/twin/listings/{product_id:int}", _listing, ["PATCH"]),
        ("/twin/listings/{product_id:int}/moderate", _moderate, ["POST"]),
    ]
    return [
        *(Route(path, endpoint(market, control), methods=how) for path, control, how in table),
        Route("/twin/reset", _reset(market), methods=["POST"]),
    ]
