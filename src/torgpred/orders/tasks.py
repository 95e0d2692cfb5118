"""Jobs of orders: every shop's orders are pulled, again and again."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from django.db import connection

from torgpred.channels import services as channel_services
from torgpred.kernel.errors import TorgpredError
from torgpred.orders.services import pulling, shortages
from torgpred.orders.services.desk import Desk
from torgpred.runtime.observability import logger

SLICE = 2
"""Batches of a full walk that are read after each quick one, a call or two each."""
_KEY = 7_041_002
"""First key of the advisory lock under which one shop is pulled; the second is the shop's id."""

_log = logger(__name__)


@lru_cache(maxsize=1)
def desk() -> Desk:
    """Return the threads of this process that pull shops."""
    return Desk(_pull)


def pull_all() -> None:
    """See to it that every shop that is due is being pulled, by one process a shop at a time.

    It waits for no marketplace.
    """
    for shop_id in pulling.due():
        if _tells_orders(shop_id):
            desk().begin(shop_id)


def settle_shortages() -> bool:
    """Take back promises that no piece covers, then serve what is short; True where more is."""
    shortages.take_back_uncovered()
    return shortages.serve().more


def _tells_orders(shop_id: int) -> bool:
    try:
        return channel_services.family_of(shop_id).capabilities.orders_page > 0
    except TorgpredError:  # a shop of a family that is not installed here
        return False


def _pull(shop_id: int) -> bool:
    """Pull a shop once; True where it brought something."""
    try:
        with _alone(shop_id) as mine:
            return mine and pulling.pull(shop_id=shop_id, most=SLICE).brought
    except TorgpredError as error:
        # Another shop of the installation may have a living token.
        _log.warning("orders not pulled", shop=shop_id, reason=str(error))
        return False


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
