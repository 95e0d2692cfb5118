"""How far a rehearsal is."""

from enum import StrEnum
from typing import Final


class RehearsalState(StrEnum):
    """What became of a rehearsal."""

    ASKED = "asked"  # waits for a worker
    PLAYING = "playing"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"  # by whoever asked for it


class Stage(StrEnum):
    """What a rehearsal that plays is at."""

    COPYING = "copying"  # the database, without secrets and buyers
    SETTING_UP = "setting_up"  # the twins, with the listings of the copy
    SWITCHING = "switching"  # to the campaign's prices
    SELLING = "selling"
    ADDING_UP = "adding_up"


WAKE: Final = "campaigns.rehearse"
"""Name under which a worker looks whether somebody asked for a rehearsal."""
