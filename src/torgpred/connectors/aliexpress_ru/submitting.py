"""Batches on their way: changes to a call, its answer to a submission, tasks to outcomes.

Items that cannot be put into the marketplace's words are refused here and the rest goes out.
"""

from collections.abc import Callable, Sequence

import msgspec

from torgpred.channels.core.contract import (
    Action,
    Change,
    Lane,
    Outcome,
    Phase,
    Problem,
    Submission,
)
from torgpred.channels.core.drafts import Draft
from torgpred.connectors.aliexpress_ru import errors, wire
from torgpred.connectors.aliexpress_ru.answers import (
    Result,
    SubmitAnswer,
    Task,
    failed_items,
    number,
    problems_of,
    task_problems,
    text,
)
from torgpred.connectors.aliexpress_ru.client import Call
from torgpred.kernel.errors import RetryLaterError


class Writing(msgspec.Struct, frozen=True):
    """A batch ready to send: the call, the changes in it, and what is refused without asking."""

    call: Call | None
    """None where nothing is left to send."""
    sent: tuple[Change, ...]
    outcomes: dict[str, Outcome]
    """Refused here, by ref."""


class _Way(msgspec.Struct, frozen=True):
    """How an action is written."""

    operation: str
    path: str
    lane: Lane
    payload: Callable[[Change], object]
    frame: str = "products"


def _create(change: Change) -> object:
    return wire.product_of(_draft(change))


def _edit(change: Change) -> object:
    return wire.product_of(_draft(change), product_id=_remote(change))


def _prices(change: Change) -> object:
    _remote(change)
    return wire.prices_of(change)


def _stocks(change: Change) -> object:
    _remote(change)
    return wire.stocks_of(change)


def _bare_id(change: Change) -> object:
    return wire.id_out(_remote(change))


_WAYS = {
    Action.CREATE: _Way("product.create", "/api/v1/product/create", Lane.CONTENT, _create),
    Action.UPDATE: _Way("product.edit", "/api/v1/product/edit", Lane.CONTENT, _edit),
    Action.PRICE: _Way("product.price", "/api/v1/product/update-sku-price", Lane.PRICES, _prices),
    Action.STOCK: _Way("product.stock", "/api/v1/product/update-sku-stock", Lane.STOCK, _stocks),
    # The key is camelCase in these three, unlike everywhere else.
    Action.PAUSE: _Way(
        "product.offline", "/api/v1/product/offline", Lane.CONTENT, _bare_id, "productIds"
    ),
    Action.RESUME: _Way(
        "product.online", "/api/v1/product/online", Lane.CONTENT, _bare_id, "productIds"
    ),
    Action.REMOVE: _Way(
        "product.delete", "/api/v1/product/delete", Lane.CONTENT, _bare_id, "productIds"
    ),
}

_TASK_ACTIONS = {Action.CREATE: 1, Action.UPDATE: 2, Action.STOCK: 3, Action.PRICE: 4}
_SWITCHES = (Action.PAUSE, Action.RESUME, Action.REMOVE)

UNSENDABLE_MEND = "Correct the product's data in the feed, then make a new plan."

_CREATED, _PROCESSING, _SUCCESSFUL, _FAILED = 1, 2, 3, 4


def writing_call(action: Action, changes: Sequence[Change]) -> Writing:
    """Return the call for a batch; only a create may not be repeated by the transport.

    An edit, a price, a stock or a switch sets an absolute value: twice is the same as once.
    """
    way = _WAYS[action]
    sent: list[Change] = []
    payloads: list[object] = []
    refused: dict[str, Outcome] = {}
    for change in changes:
        try:
            payloads.append(way.payload(change))
        except wire.UnsendableError as error:
            refused[change.ref] = Outcome(
                change.ref,
                Phase.REFUSED,
                remote_id=change.remote_id,
                problems=(Problem(error.code, str(error), UNSENDABLE_MEND),),
            )
        else:
            sent.append(change)
    call = Call(
        operation=way.operation,
        path=way.path,
        lane=way.lane,
        body={way.frame: payloads},
        repeatable=action is not Action.CREATE,
        units=len(payloads),
    )
    return Writing(call if payloads else None, tuple(sent), refused)


def submission_of(
    action: Action, changes: Sequence[Change], writing: Writing, given: SubmitAnswer
) -> Submission:
    """Return what the door said of each change, in the order submitted.

    Without a group there is nothing to wait for: then only the results speak. A create that was
    accepted without a group, or an answer that speaks of other items than were sent, raises
    RetryLaterError (unclear for a create): the caller looks what stands.
    """
    group = text(given.group_id)
    results = given.results
    if results is None and (group or action in _SWITCHES):
        results = (Result(),) * len(writing.sent)
    if results is None or len(results) != len(writing.sent):
        raise _unclear(action, "does not tell of each item what became of it")
    if action is Action.CREATE and not group and any(result.ok for result in results):
        raise _unclear(action, "names no group to ask for")
    joined = _joined(writing.sent, results)
    told = dict(writing.outcomes)
    for change in writing.sent:
        told[change.ref] = _door(action, change, joined[change.ref], waiting=bool(group))
    return Submission(group, tuple(told[change.ref] for change in changes))


def outcomes_of(
    action: Action, submission: Submission, tasks: Sequence[Task]
) -> tuple[Outcome, ...]:
    """Return the outcomes so far, joined by task id, then by external id, then by product id."""
    own = [task for task in tasks if _of_action(task, action)]
    by_task = {text(task.id): task for task in own if task.id is not None}
    by_external = _single(own, lambda task: task.external_id or "")
    by_product = _single(own, lambda task: text(task.product_id))
    told: list[Outcome] = []
    for outcome in submission.outcomes:
        if outcome.phase is not Phase.PENDING:
            told.append(outcome)
            continue
        task = (
            by_task.get(outcome.task_id)
            or by_external.get(outcome.external_id or outcome.ref)
            or by_product.get(outcome.remote_id or " ")
        )
        told.append(outcome if task is None else _after(action, outcome, task))
    return tuple(told)


def _after(action: Action, outcome: Outcome, task: Task) -> Outcome:
    status = number(task.status)
    remote_id = text(task.product_id) or outcome.remote_id
    if status == _SUCCESSFUL and failed_items(task):
        # A task may succeed although items in it failed, such as one variant's price.
        return _failed(outcome, remote_id, failed_items(task))
    if status == _SUCCESSFUL and action is Action.CREATE and not remote_id:
        return outcome  # nothing can be bound before the product's id is told
    if status == _SUCCESSFUL:
        return msgspec.structs.replace(outcome, phase=Phase.DONE, remote_id=remote_id)
    if status == _FAILED:
        return _failed(outcome, remote_id, task_problems(task))
    if status in (_CREATED, _PROCESSING):
        return outcome
    shown = Problem("unknown_status", f"The marketplace shows the task in status {task.status}.")
    return msgspec.structs.replace(outcome, problems=(shown,))


def _failed(outcome: Outcome, remote_id: str, problems: tuple[Problem, ...]) -> Outcome:
    phase, told = _judged(problems)
    return msgspec.structs.replace(outcome, phase=phase, remote_id=remote_id, problems=told)


def _judged(problems: tuple[Problem, ...]) -> tuple[Phase, tuple[Problem, ...]]:
    """Tell a refusal from "not this time", which asks for another mend."""
    if not errors.is_passing(problems):
        return Phase.REFUSED, problems
    told = (msgspec.structs.replace(one, mend=errors.AGAIN_MEND) for one in problems)
    return Phase.LATER, tuple(told)


def _door(action: Action, change: Change, result: Result, *, waiting: bool) -> Outcome:
    phase = Phase.PENDING
    problems: tuple[Problem, ...] = ()
    if not result.ok:
        phase, problems = _judged(problems_of(result))
    elif not waiting or (action in _SWITCHES and result.task_id is None):
        phase = Phase.DONE
    return Outcome(
        change.ref,
        phase,
        remote_id=change.remote_id,
        task_id=text(result.task_id),
        external_id=change.draft.external_id if change.draft else "",
        problems=problems,
    )


def _joined(sent: Sequence[Change], results: Sequence[Result]) -> dict[str, Result]:
    """Pair results with changes: by external id where every result names its own, else by order."""
    by_external = {result.external_id: result for result in results if result.external_id}
    externals = [change.draft.external_id if change.draft else "" for change in sent]
    if len(by_external) == len(sent) and set(by_external) == set(externals):
        return {
            change.ref: by_external[external]
            for change, external in zip(sent, externals, strict=True)
        }
    return {change.ref: result for change, result in zip(sent, results, strict=True)}


def _single(tasks: Sequence[Task], key: Callable[[Task], str]) -> dict[str, Task]:
    """Return tasks by a key, leaving out keys that several share: they name no one item."""
    found: dict[str, list[Task]] = {}
    for task in tasks:
        found.setdefault(key(task), []).append(task)
    return {name: group[0] for name, group in found.items() if name and len(group) == 1}


def _of_action(task: Task, action: Action) -> bool:
    told = number(task.action)
    return told is None or action not in _TASK_ACTIONS or told == _TASK_ACTIONS[action]


def _draft(change: Change) -> Draft:
    if change.draft is None:
        raise wire.UnsendableError(reason="The change holds no draft: nothing to send.")
    return change.draft


def _remote(change: Change) -> str:
    if not change.remote_id:
        raise wire.UnsendableError(reason="The change names no product of the marketplace.")
    return change.remote_id


def _unclear(action: Action, why: str) -> RetryLaterError:
    return RetryLaterError(
        reason=f"The marketplace's answer to {action.value} {why}.",
        unclear=action is Action.CREATE,
    )
