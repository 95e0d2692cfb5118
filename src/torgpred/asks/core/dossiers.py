"""A dossier: an ask as it is handed out, or as it is kept for one's own eyes; no language in it."""

from datetime import date, datetime
from typing import Any

import msgspec

from torgpred.asks.core.adding import Amounts
from torgpred.asks.core.values import AnswerCard, ClockCard, MoveCard, PromiseCard
from torgpred.asks.core.withholding import SmallGroups, Withheld


class QueryTold(msgspec.Struct, frozen=True):
    """A query that figures of a dossier were made by, word for word."""

    code: str
    version: int
    sql: str


class FigureTold(msgspec.Struct, frozen=True):
    """A figure as a dossier shows it.

    Outside, one that is `withheld` tells its seal alone, and `params` names no seller: of a list of
    them it says how many (`sellers_named`, -1 where all are meant). Inside, `by_seller` tells each
    one's part, and `withheld` why it is not shown outside. A struck one tells its seal alone.
    """

    number: int
    query: str
    version: int
    says: str
    params: dict[str, Any]
    sellers_named: int
    as_of: datetime
    seal: str
    struck: bool
    withheld: Withheld | None
    rows: int | None = None
    rows_digest: str = ""
    sellers: int | None = None
    total: Amounts = {}
    groups: dict[str, Amounts] = {}
    together: tuple[int, Amounts] | None = None
    by_seller: dict[str, Amounts] = {}


class PartTold(msgspec.Struct, frozen=True):
    """A seller's part of a complaint; inside only."""

    seller: str
    state: str
    effect: Amounts
    seal: str


class DeliveryTold(msgspec.Struct, frozen=True):
    """What was delivered, and the number of the figure that tells its worth."""

    day: date
    what: str
    figure: int | None


class Dossier(msgspec.Struct, frozen=True):
    """An ask with its evidence. `head` is the last seal of the chain, which whoever gets it holds.

    `joined` is None for what is no complaint.
    """

    code: str
    inside: bool
    made_at: datetime
    family: str
    kind: str
    title: str
    texts: dict[str, str]
    asked_by: str
    campaign: str
    state: str
    head: str
    rule: SmallGroups
    figures: tuple[FigureTold, ...]
    queries: tuple[QueryTold, ...]
    joined: int | None
    parts: tuple[PartTold, ...]
    promises: tuple[PromiseCard, ...]
    clocks: tuple[ClockCard, ...]
    answers: tuple[AnswerCard, ...]
    deliveries: tuple[DeliveryTold, ...]
    moves: tuple[MoveCard, ...]
