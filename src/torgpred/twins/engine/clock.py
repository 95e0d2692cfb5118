"""A twin's own clock, which can run faster than the real one and be moved on.

So a window of four hours can be tested in a second. It survives a restart, since its base is
kept in the state.
"""

import time
from datetime import UTC, datetime, timedelta

import msgspec

MICROSECONDS = 1_000_000
FARTHEST_SECONDS = 10 * 365 * 24 * 3600
FASTEST = 1_000_000
# The year 2500: well before the last one that a date can be written in.
LATEST = 16_725_225_600 * MICROSECONDS


class ClockBase(msgspec.Struct, frozen=True, kw_only=True):
    """At the real moment `real` the twin's clock showed `shown`; since then it runs `factor`-fold.

    Both moments are microseconds since 1970, UTC.
    """

    real: int = 0
    shown: int = 0
    factor: float = 1.0


def real_now() -> int:
    """Return the real moment in microseconds since 1970, UTC."""
    return time.time_ns() // 1000


class TwinClock:
    """Shows the twin's time in microseconds since 1970, UTC; it never runs backwards."""

    def __init__(self, base: ClockBase | None = None) -> None:
        real = real_now()
        self.base = base or ClockBase(real=real, shown=real)

    def now(self) -> int:
        """Return the moment the twin believes it is."""
        passed = max(0, real_now() - self.base.real)
        return self.base.shown + int(passed * self.base.factor)

    def move(self, *, factor: float | None = None, advance_seconds: float = 0.0) -> ClockBase:
        """Change the speed, or jump ahead; return the new base, for the caller to keep."""
        if not 0 <= advance_seconds <= FARTHEST_SECONDS:
            msg = f"the clock only moves ahead, by at most {FARTHEST_SECONDS} seconds"
            raise ValueError(msg)
        if factor is not None and not 0 < factor <= FASTEST:
            msg = f"the clock only runs ahead, at most {FASTEST} times as fast"
            raise ValueError(msg)
        if self.now() > LATEST:
            msg = "the clock has been moved far enough"
            raise ValueError(msg)
        self.base = ClockBase(
            real=real_now(),
            shown=self.now() + int(advance_seconds * MICROSECONDS),
            factor=self.base.factor if factor is None else factor,
        )
        return self.base


def moment_from(text: str) -> int | None:
    """Return the microseconds of an RFC 3339 text in UTC, with or without fractions, or None."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    if read.tzinfo is None:
        return None
    return (read - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def moment_text(microseconds: int) -> str:
    """Return a moment as RFC 3339 with microseconds and Z, such as 2026-11-11T00:00:00.000001Z."""
    seconds, rest = divmod(microseconds, MICROSECONDS)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:06d}Z"
