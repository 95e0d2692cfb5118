"""How fast something goes, and the day to hold a day against."""

from datetime import datetime
from decimal import Decimal


def a_second(before: Decimal | int, now: Decimal | int, elapsed: float) -> float:
    """Return how many a second came during the last minute.

    `now` came in the running minute, of which `elapsed` seconds (0 to 60) are over; `before` came
    in the one before, which is taken as even. Never more than both together in a minute.
    """
    share = min(max(60.0 - elapsed, 0.0), 60.0) / 60.0
    return (float(before) * share + float(now)) / 60.0


def year_before(moment: datetime) -> datetime:
    """Return the same day and clock time a year before; 28 February for the 29th."""
    try:
        return moment.replace(year=moment.year - 1)
    except ValueError:
        return moment.replace(year=moment.year - 1, day=28)
