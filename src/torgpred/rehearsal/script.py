"""What the process that plays is told, and what it tells: JSON, one object a line."""

from datetime import datetime

import msgspec

from torgpred.campaigns.core.rehearsing.days import Handling, Machine, SellerDay
from torgpred.campaigns.core.rehearsing.demand import Assumptions, Goods
from torgpred.campaigns.core.rehearsing.stages import Stage


class Script(msgspec.Struct, frozen=True):
    """All that a rehearsal is played from, beside the copy itself."""

    campaign_id: int
    assumptions: Assumptions
    minutes: float
    agreed_only: bool
    goods: tuple[Goods, ...]
    handling: dict[int, Handling]
    """By seller."""
    starts: datetime
    """When the campaign's lower prices really begin."""
    ship_by: datetime | None


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the process that plays: how far it is, or, in the last one, what it came to."""

    stage: Stage | None = None
    part: float | None = None
    told: str = ""
    """What a person at a terminal may read beside it."""
    parts: tuple[SellerDay, ...] | None = None
    machine: Machine | None = None
    failed: str = ""


WORDS = msgspec.json.Decoder(Word)
SCRIPTS = msgspec.json.Decoder(Script)
