"""Jobs of orders: every shop's orders are pulled, again and again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection

from torgpred.channels import services as channel_services
from torgpred.kernel.errors import TorgpredError
from torgpred.orders.services import pulling, shortages
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger

AT_ONCE = 4
"""Shops pulled side by side: each waits for its marketplace most of the time."""
_KEY = 7_041_002
"""First key of the advisory lock under which one shop is pulled; the second is the shop's id."""

_log = logger(__name__)


def pull_all() -> None:
    """Pull the orders of every shop that is due, one process a shop at a time."""
    due = [one for one in pulling.due() if _tells_orders(one)]
    if not due:
        return
    with ThreadPoolExecutor(min(AT_ONCE, len(due)), thread_name_prefix="pull") as pool:
        list(pool.map(_pull, due))


def settle_shortages() -> bool:
    """Take back promises that no piece covers, then serve what is short; True where more is."""
    shortages.take_back_uncovered()
    return shortages.serve().more


def _tells_orders(shop_id: int) -> bool:
    try:
        return channel_services.family_of(shop_id).capabilities.orders_page > 0
    except TorgpredError:  # a shop of a family that is not installed here
        return False


def _pull(shop_id: int) -> None:
    try:
        with _alone(shop_id) as mine:
            if mine and not jobs.stopping():
                pulling.pull(shop_id=shop_id)
    except TorgpredError as error:
        # Another shop of the installation may have a living token.
        _log.warning("orders not pulled", shop=shop_id, reason=str(error))
    finally:
        connection.close()


@contextmanager
def _alone(shop_id: int) -> Iterator[bool]:
    """Hold a lock of the session, which the database frees when this process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_KEY, shop_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_KEY, shop_id])
