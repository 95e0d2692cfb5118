"""How the marketplaces and the work for them stand, and what is to be done where it is not well."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

import msgspec

from torgpred.kernel.findings import Finding, Kind, Severity

TOKEN_NEAR: Final = timedelta(days=14)
PULL_LATE: Final = timedelta(minutes=15)
STOCK_LATE: Final = timedelta(minutes=3)
"""Longer than a call, its awaited end and one more try take: meanwhile the shop may oversell."""
LANE_LATE: Final = 120.0
"""Seconds that a job may wait before somebody should look for the worker."""
LANE_SILENT: Final = 900.0
"""Seconds past its turn after which nobody serves a lane's sweep."""
FAILING_SHARE: Final = 0.05
FAILING_MANY: Final = 5


class RateState(msgspec.Struct, frozen=True):
    """What is left of a rate: see channels.services.watching.RateLeft."""

    key: str
    amount: int
    seconds: float
    burst: int
    quick: int
    bulk: int
    held: float


class ShopHealth(msgspec.Struct, frozen=True):
    """One open shop. Times are None where it never happened or is not known."""

    shop_id: int
    family: str
    name: str
    owner: str
    """Code of the seller; empty for a joint shop."""
    state: str
    rates: tuple[RateState, ...]
    token_since: datetime | None
    token_ends: datetime | None
    tested_at: datetime | None
    test_ok: bool | None
    test_message: str
    orders_at: datetime | None
    orders_trouble: str
    unread: int
    messages_at: datetime | None
    messages_trouble: str
    untold: int
    untold_since: datetime | None
    stock_person: bool
    stock_reason: str
    calls_hour: int
    failed_hour: int
    failed_day: int


class LaneHealth(msgspec.Struct, frozen=True):
    """One lane of jobs; ages in seconds, `overdue` as runtime.jobs.waiting has it."""

    lane: str
    waiting: int
    oldest: float
    doing: int
    overdue: float | None


class FailedCalls(msgspec.Struct, frozen=True):
    """Calls of one kind that failed alike, in the last day and hour."""

    shop_id: int | None
    operation: str
    error: str
    day: int
    hour: int
    last: datetime


class Health(msgspec.Struct, frozen=True):
    """All of it, as of a moment; troubles that a person must clear come first."""

    at: datetime
    troubles: tuple[Finding, ...]
    shops: tuple[ShopHealth, ...]
    lanes: tuple[LaneHealth, ...]
    failed: tuple[FailedCalls, ...]

    @property
    def well(self) -> bool:
        """Tell whether nothing is wrong."""
        return not self.troubles

    @property
    def telling(self) -> bool:
        """Tell whether changes of stock are on their way to a shop."""
        return any(one.untold for one in self.shops)


def _kind(code: str, severity: Severity, template: str, mend: str) -> Kind:
    return Kind(code=code, severity=severity, template=template, mend=mend)


KINDS: Final = {
    one.code: one
    for one in (
        _kind("health.test", Severity.ERROR, "The last test of the shop failed: {said}",
              "Make a new token in the marketplace's cabinet, put it in, and test the shop."),
        _kind("health.token_ended", Severity.ERROR, "The shop's token has ended.",
              "Make a new token in the marketplace's cabinet and put it in."),
        _kind("health.token_ending", Severity.WARNING, "The shop's token ends in {days} days.",
              "Make a new token before; until then nothing stops."),
        _kind("health.held", Severity.WARNING,
              "The marketplace lets nothing pass for {seconds} s more ({rate}).",
              "Nothing to do: it goes on by itself. If it comes often, change less at once."),
        _kind("health.stock_stops", Severity.ERROR, "The shop is told no stock: {said}",
              "Clear the cause: until then it may sell what is not there."),
        _kind("health.stock_late", Severity.ERROR, "{n} changes of stock wait to be told.",
              "See below whether calls fail or jobs wait; pause the shop if it oversells."),
        _kind("health.orders", Severity.ERROR, "Reading orders broke off: {said}",
              "It is tried again by itself; test the shop if it stays so."),
        _kind("health.orders_late", Severity.ERROR, "Orders were not read for {minutes} minutes.",
              "See that a worker runs and serves the lane of orders."),
        _kind("health.unread", Severity.ERROR, "{n} orders could not be read.",
              "Look at them in the cabinet: their goods are not kept for them."),
        _kind("health.messages", Severity.WARNING, "Reading messages broke off: {said}",
              "It is tried again by itself; test the shop if it stays so."),
        _kind("health.failing", Severity.WARNING,
              "{n} of {of} calls failed within the last hour.",
              "See below which kind: tokens and addresses need a person, the rest is tried again."),
        _kind("health.lane", Severity.ERROR, "A job waits for {minutes} minutes.",
              "Start a worker, or one more: torgpred worker."),
        _kind("health.no_worker", Severity.ERROR, "No worker looks after this lane.",
              "Start one: torgpred worker."),
    )
}  # fmt: skip


def troubles(
    shops: Iterable[ShopHealth], lanes: Iterable[LaneHealth], at: datetime
) -> tuple[Finding, ...]:
    """Return what is wrong, errors first; a finding's place is the shop's number or the lane."""
    found = [one for shop in shops if shop.state == "active" for one in _of_shop(shop, at)]
    found += [one for lane in lanes for one in _of_lane(lane)]
    return tuple(sorted(found, key=lambda one: one.severity is not Severity.ERROR))


def _of_shop(shop: ShopHealth, at: datetime) -> Iterator[Finding]:
    yield from _of_token(shop, at)
    yield from _of_reading(shop, at)
    place = str(shop.shop_id)
    if shop.stock_person:
        yield KINDS["health.stock_stops"].at(place, said=shop.stock_reason)
    elif shop.untold_since is not None and at - shop.untold_since > STOCK_LATE:
        yield KINDS["health.stock_late"].at(place, n=shop.untold)
    for rate in shop.rates:
        if rate.held >= 1:
            seconds = round(rate.held)
            yield KINDS["health.held"].at(place, seconds=seconds, rate=rate.key)
    many = shop.failed_hour
    if many >= FAILING_MANY and many > FAILING_SHARE * shop.calls_hour:
        yield KINDS["health.failing"].at(place, n=many, of=shop.calls_hour)


def _of_token(shop: ShopHealth, at: datetime) -> Iterator[Finding]:
    place = str(shop.shop_id)
    fresh = shop.token_since and shop.tested_at and shop.token_since > shop.tested_at
    if shop.test_ok is False and not fresh:
        yield KINDS["health.test"].at(place, said=shop.test_message)
    if shop.token_ends is not None and shop.token_ends <= at:
        yield KINDS["health.token_ended"].at(place)
    elif shop.token_ends is not None and shop.token_ends - at < TOKEN_NEAR:
        yield KINDS["health.token_ending"].at(place, days=(shop.token_ends - at).days)


def _of_reading(shop: ShopHealth, at: datetime) -> Iterator[Finding]:
    place = str(shop.shop_id)
    if shop.orders_trouble:
        yield KINDS["health.orders"].at(place, said=shop.orders_trouble)
    elif shop.orders_at is not None and at - shop.orders_at > PULL_LATE:
        minutes = int((at - shop.orders_at).total_seconds() // 60)
        yield KINDS["health.orders_late"].at(place, minutes=minutes)
    if shop.unread:
        yield KINDS["health.unread"].at(place, n=shop.unread)
    if shop.messages_trouble:
        yield KINDS["health.messages"].at(place, said=shop.messages_trouble)


def _of_lane(lane: LaneHealth) -> Iterator[Finding]:
    if lane.waiting and lane.oldest > LANE_LATE:
        yield KINDS["health.lane"].at(lane.lane, minutes=int(lane.oldest // 60))
    elif lane.overdue is not None and lane.overdue > LANE_SILENT:
        yield KINDS["health.no_worker"].at(lane.lane)
