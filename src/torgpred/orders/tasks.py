"""Jobs of orders: every shop's orders and messages are pulled, again and again; old data leaves."""

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

from django.db import connection

from torgpred.channels import services as channel_services
from torgpred.kernel.errors import TorgpredError
from torgpred.orders.services import (
    erasing,
    exchanging,
    finishing,
    gathering,
    pulling,
    shortages,
    tallying,
)
from torgpred.orders.services.desk import Desk
from torgpred.orders.services.turns import ORDERS, turn
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger

SLICE = 2
"""Batches of a full walk that are read after each quick one, a call or two each."""
AT_ONCE = 4
"""Shops whose messages are exchanged side by side: each waits for its marketplace mostly."""

_log = logger(__name__)
_looked: list[int] = []
"""The last consignment that this process looked through for `gather_consignments`."""
_tried: set[int] = set()
"""Those behind it that it looked at already."""


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


def gather_consignments() -> bool:
    """Serve new consignments from one warehouse each where it can be; True where more is."""
    if not _looked:
        _looked.append(gathering.begin())
    done = gathering.gather(after=_looked[0], tried=_tried)
    _looked[0] = done.after
    return done.more


def exchange_messages() -> None:
    """Read buyers' messages of every shop that is due, and send what was written to them."""
    due = [one for one in exchanging.due() if _chats(one)]
    if not due:
        return
    with ThreadPoolExecutor(min(AT_ONCE, len(due)), thread_name_prefix="messages") as pool:
        list(pool.map(_exchange, due))


def erase_buyers() -> bool:
    """Erase buyers' data that is past its time; True where more may be left."""
    return erasing.erase_due().more


def fold_tallies() -> bool:
    """Fold what was sold into minutes; True where more is left."""
    return tallying.fold()


def _chats(shop_id: int) -> bool:
    try:
        return channel_services.family_of(shop_id).capabilities.chat
    except TorgpredError:  # a shop of a family that is not installed here
        return False


def _exchange(shop_id: int) -> None:
    try:
        if not jobs.stopping():
            exchanging.exchange(shop_id=shop_id)
    except TorgpredError as error:
        _log.warning("messages not exchanged", shop=shop_id, reason=str(error))
    finally:
        connection.close()


def finish_shipping() -> None:
    """Go on with what was written down for marketplaces and not carried out."""
    finishing.finish()


def _tells_orders(shop_id: int) -> bool:
    try:
        return channel_services.family_of(shop_id).capabilities.orders_page > 0
    except TorgpredError:  # a shop of a family that is not installed here
        return False


def _pull(shop_id: int) -> bool:
    """Pull a shop once; True where it brought something."""
    try:
        with turn(ORDERS, shop_id) as mine:
            return mine and pulling.pull(shop_id=shop_id, most=SLICE).brought
    except TorgpredError as error:
        # Another shop of the installation may have a living token.
        _log.warning("orders not pulled", shop=shop_id, reason=str(error))
        return False
