"""What can be set on the twin, and the kinds of faults it knows."""

from typing import Annotated, Literal

import msgspec

from torgpred.kernel.errors import TorgpredError

Seconds = Annotated[float, msgspec.Meta(ge=0, le=10_000_000)]
Amount = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the twin behaves; kept over restarts, changed at `/twin/settings`.

    Times are seconds: of the twin's clock for tasks, moderation and the quota, real ones for
    the request ceiling.
    """

    task_delay_min: Seconds = 0.2
    task_delay_max: Seconds = 1.0
    audit_seconds: Seconds = 0.0
    """How long a product rests in "auditing" before buyers see it."""
    template_id_key: Literal["template_id", "templateId"] = "template_id"
    strict_text: bool = False
    """Refuse numbers where the sheet says text (weight, prices, stock updates)."""
    local_pictures: bool = True
    """Take picture addresses on this machine or a private network, as a rehearsal needs."""
    quota_amount: Amount = 100_000
    quota_seconds: Seconds = 4 * 3600
    ceiling_requests: Amount | None = None
    ceiling_seconds: Seconds = 1.0
    ceiling_retry_after: bool = True
    brands_open: bool = False
    """Take any brand's name, not only those approved for the account."""
    currency_code: str = "RUB"
    parcel_step_seconds: Seconds = 6 * 3600.0
    """How long a parcel that was handed over rests at each place on its way."""
    messages_inclusive: bool = False
    """Give the message named by `from_message_id` once more: the papers leave it open."""


PER_REQUEST = frozenset(
    {
        "dead_token",  # mode "status" (401) or "message" (GetTokenByID); default "status"
        "too_many_requests",  # seconds: Retry-After; without it none is sent
        "quota_spent",
        "server_error",  # status: 500 and up; default 503
        "slow",  # seconds; default 5
        "cut_before",  # the line is cut, nothing took effect
        "cut_after",  # the line is cut after everything took effect
        "truncated",  # half of the JSON comes, after everything took effect
        "unknown_error",  # HTTP 200 with an error nobody has heard of; code, message
        "orders_shuffled",  # a page of orders in any order; mode "list": the list, before paging
        "orders_repeated",  # orders that were given before stand on the page again; value: how many
        "bought_meanwhile",  # a buyer buys after stock was read, and before it is written; value
        "half_batch",  # every second item is refused at the door
    }
)
PER_ITEM = frozenset(
    {
        "item_errors",  # ok=false at the door; code, message
        "task_failed",  # status 4; code, message
        "task_stuck",  # never ends
        "late_tasks",  # up to `seconds` later; default 30
        "changed_silently",  # field, value: what is stored is not what was sent
        "moderated",  # removed by moderation the moment it appears; message
        "unknown_status",  # value: a product status that no list names
    }
)
FAULT_KINDS = PER_REQUEST | PER_ITEM


class RefusalError(TorgpredError):
    """A whole request is refused: an error in the envelope, mostly under HTTP 200."""

    code = "twin.refused"
    template = "{error}: {message}"

    def __init__(self, error: str, message: str, *, status: int = 200) -> None:
        super().__init__(error=error, message=message)
        self.error = error
        self.message = message
        self.status = status
