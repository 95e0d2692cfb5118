"""A call that makes something and may not be repeated: who may make it, and when again.

The row that wants it is claimed by the time of the call, which is taken away once the outcome is
known. While it stands, nobody calls again until a look at the marketplace could be believed: the
call's own longest time, and the time that the marketplace needs to show what was made.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from torgpred.channels import services as channel_services
from torgpred.kernel.clock import now
from torgpred.orders.models import Handover, Parcel
from torgpred.runtime.scope import operator_scope
from torgpred.runtime.transport import WHOLE_CALL_SECONDS

Table = type[Parcel] | type[Handover]

LEFT_ALONE = timedelta(minutes=2)
"""So long the command that wrote a wish down has it to itself."""
GIVEN_UP = timedelta(days=2)
"""After so long a wish that was never fulfilled waits for a person."""
AT_ONCE = 200

UNCLEAR = (
    "The marketplace's answer was lost, so that it is not known yet whether this was made. Repeat"
    " the command after {after:%H:%M:%S} UTC: it looks there first."
)


def claim(table: Table, shop_id: int, ids: Sequence[int]) -> set[int]:
    """Claim rows that want something made; return those that this caller may ask for now."""
    moment = now()
    free = Q(asked_at=None) | Q(asked_at__lt=moment - _patience(shop_id))
    with operator_scope():
        rows = table.objects.filter(free, pk__in=ids, state="wanted", shop_id=shop_id)
        mine = set(rows.select_for_update().values_list("pk", flat=True))
        table.objects.filter(pk__in=mine).update(asked_at=moment)
    return mine


def let_go(table: Table, ids: Sequence[int]) -> None:
    """Take claims back: the call surely made nothing."""
    with operator_scope():
        table.objects.filter(pk__in=ids, state="wanted").update(asked_at=None)


def unclear(shop_id: int, asked_at: datetime | None) -> str:
    """Return what to tell of a row that was asked for and whose outcome is not known."""
    return UNCLEAR.format(after=(asked_at or now()) + _patience(shop_id))


def forgotten(table: Table) -> list[tuple[int, int]]:
    """Return (shop, row) of wanted rows that nobody asks for: their command died or was put off.

    Of those that are some minutes old and not given up; the oldest first.
    """
    moment = now()
    with operator_scope():
        rows = table.objects.filter(
            state="wanted", made_at__gt=moment - GIVEN_UP, made_at__lt=moment - LEFT_ALONE
        ).order_by("id")
        found = list(rows.values_list("shop_id", "pk", "asked_at")[:AT_ONCE])
    return [
        (shop_id, pk)
        for shop_id, pk, asked_at in found
        if asked_at is None or asked_at < moment - _patience(shop_id)
    ]


def _patience(shop_id: int) -> timedelta:
    settle = channel_services.family_of(shop_id).capabilities.settle_seconds
    return timedelta(seconds=settle + WHOLE_CALL_SECONDS)
