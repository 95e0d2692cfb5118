"""Asks and their parts as other areas see them."""

from datetime import date, datetime
from typing import Any

import msgspec

from torgpred.asks.core.adding import Cell, Value
from torgpred.asks.core.clocks import Timeliness
from torgpred.asks.core.states import AskState, ClockState, JoiningState, Kind, Side


class AskCard(msgspec.Struct, frozen=True):
    """An ask as lists show it. `due` is the nearest day of its running clocks and open promises."""

    id: int
    code: str
    family: str
    kind: Kind
    title: str
    texts: dict[str, str]
    asked_by: str
    campaign: str
    state: AskState
    made_by: str
    made_at: datetime
    figures: int
    head: str
    effect_query: str = ""
    effect_params: dict[str, Any] = {}
    due: date | None = None
    overdue: bool = False


class FigureCard(msgspec.Struct, frozen=True):
    """A figure with all that it was made of. Digests and seals are hex."""

    number: int
    query: str
    version: int
    sql: str
    params: dict[str, Any]
    as_of: datetime
    rows: int
    rows_digest: str
    value: Value
    cells: tuple[Cell, ...]
    seal: str
    says: str
    made_by: str
    struck_at: datetime | None


class MoveCard(msgspec.Struct, frozen=True):
    """A move from one state to another."""

    before: str
    after: str
    note: str
    by: str
    at: datetime


class PromiseCard(msgspec.Struct, frozen=True):
    """A promise; `kept` is None while it is not known."""

    id: int
    side: Side
    who: str
    what: str
    due: date | None
    kept: bool | None


class ClockCard(msgspec.Struct, frozen=True):
    """A clock, and how it stands today."""

    id: int
    ask: str
    rule: str
    title: str
    event: str
    started: date
    days: int
    due: date
    source: str
    remind_days: int
    state: ClockState
    stands: Timeliness


class AnswerCard(msgspec.Struct, frozen=True):
    """An answer; `file` is the SHA-256 of what came with it, empty where nothing did."""

    id: int
    day: date
    who: str
    text: str
    file: str
    file_name: str


class DeliveryCard(msgspec.Struct, frozen=True):
    """What was delivered; `figure` is the number of the one that tells its worth."""

    day: date
    what: str
    figure: int | None


class JoiningCard(msgspec.Struct, frozen=True):
    """One seller's part of a complaint, as the seller itself sees it."""

    ask: str
    seller_id: int
    family: str
    title: str
    texts: dict[str, str]
    query: str
    params: dict[str, Any]
    as_of: datetime
    rows: int
    value: Value
    seal: str
    state: JoiningState
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None


class WholeAsk(msgspec.Struct, frozen=True):
    """An ask with all its parts, for the operator's eyes."""

    card: AskCard
    figures: tuple[FigureCard, ...]
    moves: tuple[MoveCard, ...]
    promises: tuple[PromiseCard, ...]
    clocks: tuple[ClockCard, ...]
    answers: tuple[AnswerCard, ...]
    deliveries: tuple[DeliveryCard, ...]
    joinings: tuple[JoiningCard, ...]
