"""How a write is accepted: quota, results at the door, and the tasks that will carry it out."""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru.calls import Answer, Call
from torgpred.twins.aliexpress_ru.goods import Change, Fault
from torgpred.twins.aliexpress_ru.market import FIRST_GROUP, FIRST_TASK, Market
from torgpred.twins.aliexpress_ru.settings import PER_ITEM, RefusalError
from torgpred.twins.engine.clock import MICROSECONDS

# Numbers of the `action` of a task, as the help page on tasks has them.
CREATE, UPDATE, STOCKS, PRICES = 1, 2, 3, 4

_ENCODE = msgspec.json.Encoder()


@dataclass
class Item:
    """One item of a batch on its way in: refused at the door by `faults`, or becoming a task."""

    external_id: str | None = None
    product_id: int | None = None
    faults: list[Fault] = field(default_factory=list)
    failure: Fault | None = None
    """What the task will fail for, though the door lets it in."""
    change: Change | None = None
    late: float = 0.0
    stuck: bool = False
    meta: dict[str, Any] = field(default_factory=dict)


def spend(market: Market, call: Call, amount: int) -> None:
    """Count creates and edits against the window's quota. Raises RefusalError where it is spent."""
    settings = market.settings
    floor = call.now - int(settings.quota_seconds * MICROSECONDS)
    code = call.account.code
    market.sql.execute("DELETE FROM spent WHERE account = ? AND moment <= ?", (code, floor))
    (spent,) = market.sql.execute(
        "SELECT coalesce(sum(amount), 0) FROM spent WHERE account = ?", (code,)
    ).fetchone()
    if spent + amount > settings.quota_amount:
        raise over_quota(market)
    market.sql.execute(
        "INSERT INTO spent (account, moment, amount) VALUES (?, ?, ?)", (code, call.now, amount)
    )


def over_quota(market: Market) -> RefusalError:
    """Return the refusal of a create or edit beyond the quota."""
    hours = market.settings.quota_seconds / 3600
    return RefusalError(
        "ErrorCode.LimitExceeded",
        f"quota exceeded: {market.settings.quota_amount} creates and edits per {hours:g} hours",
    )


def accept(market: Market, call: Call, action: int, kind: str, items: list[Item]) -> Answer:
    """Give each item that passed the door a task; return the answer of the call.

    `kind` names what the task does (see `effects`); `action` is the number shown to the client.
    """
    _spoil(market, call, items)
    market.counters.items[call.operation] += len(items)
    group_id = market.file.numbers("next_group", 1, FIRST_GROUP)
    passed = [item for item in items if not item.faults]
    first = market.file.numbers("next_task", len(passed), FIRST_TASK)
    market.sql.executemany(
        "INSERT INTO tasks (id, group_id, account, action, kind, external_id, product_id,"
        " begins, due, stuck, pending, error_code, error_message, change, meta)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (task_id, group_id, call.account.code, action, kind, *_row(market, call, item))
            for task_id, item in enumerate(passed, start=first)
        ],
    )
    numbers = iter(range(first, first + len(passed)))
    return {
        "group_id": str(group_id),
        "results": [_result(item, None if item.faults else str(next(numbers))) for item in items],
    }


def _row(market: Market, call: Call, item: Item) -> tuple[object, ...]:
    settings = market.settings
    delay = market.random.uniform(settings.task_delay_min, settings.task_delay_max) + item.late
    due = call.now + int(delay * MICROSECONDS)
    failure = item.failure
    return (
        item.external_id,
        item.product_id,
        call.now + int(delay * MICROSECONDS * 0.3),
        due,
        int(item.stuck),
        int(failure is None and not item.stuck),
        failure.code if failure else None,
        failure.message if failure else None,
        _ENCODE.encode(item.change) if failure is None and item.change else None,
        _ENCODE.encode(item.meta) if item.meta else None,
    )


def _result(item: Item, task_id: str | None) -> Answer:
    result: Answer = {
        "ok": task_id is not None,
        "task_id": task_id,
        "errors": [{"code": fault.code, "message": fault.message} for fault in item.faults],
    }
    if item.external_id is not None:
        result["external_id"] = item.external_id
    return result


def _spoil(market: Market, call: Call, items: list[Item]) -> None:
    operation, token = call.operation, call.account.token
    set_ones = {fault.kind for fault in market.faults.concerning(operation, token)}
    if "half_batch" in set_ones and market.faults.strike("half_batch", operation, token):
        for item in items[1::2]:
            item.faults.append(
                Fault("ErrorCode.Internal", "the item was not processed, try again later")
            )
    if not set_ones & PER_ITEM:
        return
    for item in items:
        if not item.faults:
            _spoil_item(market, call, item)


def _spoil_item(market: Market, call: Call, item: Item) -> None:
    def strike(kind: str) -> Any:  # noqa: ANN401 - a switch or None
        return market.faults.strike(kind, call.operation, call.account.token)

    if fault := strike("item_errors"):
        item.faults.append(
            Fault(
                fault.code or "ErrorCode.ValidationFailed",
                fault.message or "the item did not pass validation",
            )
        )
        return
    if fault := strike("task_failed"):
        item.failure = Fault(
            fault.code or "ErrorCode.ProcessingFailed",
            fault.message or "the item could not be processed",
        )
    if strike("task_stuck"):
        item.stuck = True
    if fault := strike("late_tasks"):
        longest = 30.0 if fault.seconds is None else fault.seconds
        item.late = longest if fault.mode == "exact" else market.random.uniform(0, longest)
    if fault := strike("changed_silently"):
        item.meta["changed"] = {"field": fault.field or "subject", "value": fault.value}
    if fault := strike("moderated"):
        item.meta["moderated"] = fault.message or "the goods are not allowed on the marketplace"
    if fault := strike("unknown_status"):
        item.meta["status"] = str(fault.value or "seasonalRest")
