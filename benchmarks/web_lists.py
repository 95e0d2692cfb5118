"""Every list of the desks and of the API over 100,000 offers and as many orders, row security on.

Asked of the whole of Django (sign-in, desk, view, template) as the app role: the first, a middle
and the last page of each list, each view, and searches by key, word, part of a word, number,
buyer. Of each page the median of some readings counts, and of all pages the worst is told.
"""

import argparse
import base64
import json
import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import unquote, urlencode

import msgspec
import psutil
from benchmarks import lists_world
from benchmarks.market import Place
from benchmarks.measuring import figure, own_home, timed

LISTS: Final = 100_000
"""Offers, and orders: more make the installation larger, not the promise."""
READINGS: Final = 5
LIMIT_MS: Final = 200
BUYERS: Final = ("Иванова", "анна ив", "Редкова", "Никтоева")
"""Buyers' names: an eighth of all, a whole one begun, some ten of all, nobody's."""


class Page(msgspec.Struct, frozen=True):
    """A page that is asked for; `token`: by a program."""

    address: str
    token: bool = False


def main(arguments: list[str] | None = None) -> None:
    """Print the worst page, and on standard error the others that are slower than they may be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=LISTS)
    given = parser.parse_args(arguments)
    many = min(given.offers, LISTS)
    os.environ["TORGPRED_API_RATE"] = "1000000"  # what is measured is the list, not the limit
    with own_home() as home:
        import django

        django.setup()
        from torgpred.web import serving

        serving.prepare()
        told = measure(lists_world.build(home, many, many))
    worst = told[0]
    figure("web.lists", worst.ms, "ms", ratio=worst.ms / LIMIT_MS,
           against=f"{LIMIT_MS} ms; the slowest of {len(told)} pages: {worst.page}")  # fmt: skip
    for one in told[:10]:
        line = {"ms": round(one.ms, 1), "cpu_ms": round(one.cpu_ms, 1), "page": one.page}
        print(json.dumps(line, ensure_ascii=False), file=sys.stderr)


class Took(msgspec.Struct, frozen=True):
    """What a page took: by the clock, and of processors, ours and the database's together."""

    ms: float
    cpu_ms: float
    page: str


def measure(place: Place, only: str = "") -> list[Took]:
    """Return what every page takes, the slowest first."""
    asking = _Asking()
    pages = (*_desk(place), *_manager(), *_program(place))
    found = [asking.took(page) for page in pages if only in page.address]
    return sorted(found, key=lambda one: -one.ms)


class _Asking:
    """The operator's manager, stepped in for the seller, and a program with a token of its own."""

    def __init__(self) -> None:
        from django.contrib.auth.models import User
        from django.test import Client

        from torgpred.accounts import selectors as accounts
        from torgpred.accounts import services

        email, seller = "reader@example.org", accounts.tenant("LISTS")
        user = services.ensure_person(email=email, name=email)
        for tenant in (services.ensure_operator().id, seller.id):
            member = services.ensure_member(
                tenant_id=tenant, email=email, name=email, role="manager", user_id=user.pk
            )
        self._client = Client(headers={"host": "127.0.0.1"})
        self._client.force_login(
            User.objects.get(pk=user.pk), "allauth.account.auth_backends.AuthenticationBackend"
        )
        _, secret = services.make_token(
            tenant_id=seller.id, name="bench", scopes=_scopes(), days=1, made_by=email,
            member_id=member.id,
        )  # fmt: skip
        self._bearer = {"authorization": f"Bearer {secret}"}

    def took(self, page: Page) -> Took:
        """Return what a page takes, once it was read."""
        self._ask(page)
        processes = [psutil.Process(), psutil.Process(_backend())]
        before = sum(_cpu(one) for one in processes)
        seconds = []
        for _ in range(READINGS):
            with timed() as one:
                self._ask(page)
            seconds.append(one[0])
        used = sum(_cpu(one) for one in processes) - before
        return Took(statistics.median(seconds) * 1e3, used / READINGS * 1e3, unquote(page.address))

    def _ask(self, page: Page) -> None:
        answer = self._client.get(page.address, headers=self._bearer if page.token else None)
        if answer.status_code != 200:
            message = f"{page.address} is answered with {answer.status_code}"
            raise RuntimeError(message)


def _backend() -> int:
    from django.db import connection

    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _scopes() -> list[str]:
    from torgpred.accounts.core.tokens import SCOPES

    return list(SCOPES)


def _desk(place: Place) -> Iterator[Page]:
    """Yield the seller's lists: every view, the first, a middle and the last page, searches."""
    from torgpred.listings.selectors.readiness import VIEWS
    from torgpred.orders.selectors import paging

    seller = {"seller": place.seller_id}
    desk = "/s/LISTS"
    yield Page(f"{desk}/")
    products = _along(_PRODUCTS, seller)
    yield from _pages(f"{desk}/catalogue/", products)
    for view in VIEWS[1:]:
        yield from _pages(f"{desk}/catalogue/", products[:1], view=view)
        yield from (Page(_with(f"{desk}/catalogue/", q=text, view=view)) for text in WORDS[:2])
    yield from (Page(_with(f"{desk}/catalogue/", q=text)) for text in _sought(seller))
    for view in paging.VIEWS:
        by_clock = view in paging.OPEN_VIEWS
        moments = _along(_SHIP_BY if by_clock else _PLACED, seller)
        yield from _pages(f"{desk}/orders/", moments, view=view)
        yield from (Page(_with(f"{desk}/orders/", q=text, view=view)) for text in WORDS)
    yield from (Page(_with(f"{desk}/orders/", q=text, view="all")) for text in _sought(seller))
    for view in ("all", "to_ship"):
        yield from (Page(_with(f"{desk}/orders/", q=name, view=view)) for name in BUYERS)
    yield from _pages(f"{desk}/stock/", _along(_SKUS, seller))
    yield from (Page(_with(f"{desk}/stock/", q=text)) for text in _sought(seller))
    yield from _pages(f"{desk}/orders/parcels/", _along(_PARCELS, seller))
    yield from _pages(f"{desk}/orders/returns/", _along(_LINES, seller))
    yield Page(_with(f"{desk}/messages/", view="waiting"))
    yield from _pages(f"{desk}/messages/", _along(_DIALOGUES, seller), view="all")
    yield Page(f"{desk}/plans/")
    plan = _plan(place)
    for action in ("", "create"):
        yield from _pages(f"{desk}/plans/{plan}/", _along(_STEPS, seller), action=action)
    yield from _pages(f"{desk}/plans/{plan}/", [""], state="done")


def _manager() -> Iterator[Page]:
    """Yield the operator's lists: sellers on their way, and the trail."""
    yield from _pages("/m/sellers/", _along(_CANDIDATES, {}))
    for given in ({"stage": "candidate"}, {"why": "no_plan"}, {"q": "Кандидат 19"}, {"q": "C01"}):
        yield Page(_with("/m/sellers/", **given))
    yield from (Page(_with("/m/audit/", before=one)) for one in _along(_DEEDS, {}))
    for given in ({"who": "m7@example.org"}, {"seller": "LISTS"}, {"kind": "deed"},
                  {"who": "nobody@example.org"}, {"since": "2020-01-01"}):  # fmt: skip
        yield Page(_with("/m/audit/", **given))


def _program(place: Place) -> Iterator[Page]:
    """Yield the same lists of the API."""
    seller = {"seller": place.seller_id}
    api = "/api/v1/sellers/LISTS"

    def asked(address: str, of: str, places: Sequence[str | int], **given: str) -> Iterator[Page]:
        for one in places:
            cursor = {"cursor": _cursor(of, one)} if one else {}
            yield Page(_with(f"{api}/{address}", limit="200", **given, **cursor), token=True)

    yield from asked("products", "products  ", _along(_PRODUCTS, seller))
    for text in _sought(seller):
        yield from asked("products", "", [""], q=text)
    orders = [one.replace("~", " ") for one in _along(_PLACED, seller)]
    yield from asked("orders", "orders  False ", orders)
    yield from asked("orders", "orders delivered False ", orders, phase="delivered")
    yield from asked("orders", "orders  True ", orders, short="true")
    yield from asked("stock", "levels", _along(_SKUS, seller))
    yield from asked("dialogues", "", [""])
    yield from asked("dialogues", "", [""], everything="true")
    yield from asked("returns", "", [""])
    plan = _plan(place)
    numbers = [int(one) if one else "" for one in _along(_STEPS, seller)]
    yield from asked(f"plans/{plan}/steps", f"steps {plan}  ", numbers)


def _pages(address: str, places: Sequence[str], **given: str) -> Iterator[Page]:
    for one in places:
        yield Page(_with(address, **given, **({"after": one} if one else {})))


def _with(address: str, **given: str) -> str:
    return f"{address}?{urlencode(given)}" if given else address


def _cursor(of: str, position: str | int) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([of, position])).decode().rstrip("=")


WORDS: Final = ("светильник", "термоб", "крем белый", "Пример 99", "валенки", "СВЕТИЛЬНИКИ", "M1")
"""A word, part of one, two, one offer's, nobody's, another form of one, a Latin one."""


def _sought(seller: dict[str, int]) -> tuple[str, ...]:
    """Return what is searched for: words, a whole SKU and its beginning, an order's number."""
    (sku,) = _rows("SELECT max(sku) FROM stock_level WHERE seller_id = %(seller)s", seller)
    (order,) = _rows(
        "SELECT max(remote_id) FROM orders_consignment WHERE seller_id = %(seller)s", seller
    )
    return (*WORDS, sku, sku[:3], order, order[:9])


_PRODUCTS = """SELECT DISTINCT product_key FROM catalogue_offer WHERE seller_id = %(seller)s
    AND state = 'present' ORDER BY 1"""
_SHIP_BY = """SELECT to_json(ship_by) #>> '{}' || '~' || id FROM orders_consignment
    WHERE seller_id = %(seller)s AND phase IN ('placed', 'to_ship') ORDER BY ship_by, id"""
_PLACED = """SELECT to_json(placed_at) #>> '{}' || '~' || id FROM orders_consignment
    WHERE seller_id = %(seller)s ORDER BY placed_at DESC, id DESC"""
_DIALOGUES = """SELECT coalesce(to_json(waiting_since) #>> '{}', 'infinity') || '~'
    || (to_json(last_at) #>> '{}') || '~' || id FROM orders_dialogue
    WHERE tenant_id = %(seller)s ORDER BY waiting_since NULLS LAST, last_at DESC, id"""
_PARCELS = """SELECT id::text FROM orders_parcel WHERE seller_id = %(seller)s AND state = 'made'
    ORDER BY id DESC"""
_LINES = """SELECT consignment_id || '~' || id FROM orders_line WHERE seller_id = %(seller)s
    ORDER BY consignment_id DESC, id"""
_SKUS = "SELECT DISTINCT sku FROM stock_level WHERE seller_id = %(seller)s ORDER BY 1"
_STEPS = "SELECT number::text FROM listings_step WHERE seller_id = %(seller)s ORDER BY number"
_CANDIDATES = """SELECT '1|' || (to_json(created_at) #>> '{}') || '|' || id FROM accounts_tenant
    WHERE code LIKE 'C%%' ORDER BY created_at, id"""
_DEEDS = """SELECT (to_json(at) #>> '{}') || '|deed|' || id FROM accounts_deed
    ORDER BY at DESC, id DESC"""


def _along(query: str, names: dict[str, int]) -> list[str]:
    """Return what a list's first, a middle and its last page begin behind."""
    found = _rows(query, names)
    return ["", found[len(found) // 2], found[-20]]


def _plan(place: Place) -> str:
    from torgpred.listings import selectors as listings

    return listings.plans(place.seller_id, 1)[0].code


def _rows(query: str, names: dict[str, int]) -> list[Any]:
    from django.db import connection

    from torgpred.runtime.scope import operator_scope

    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(query, names)
        return [value for (value,) in cursor.fetchall()]


if __name__ == "__main__":
    main()
