"""What a twin was asked: requests by operation, answers by status, the fastest second."""

import time
from collections import Counter, deque
from typing import Any


class Pace:
    """Requests of one token: the most in any second, the shortest time between two."""

    def __init__(self) -> None:
        self.total = 0
        self.most_in_a_second = 0
        self.shortest_gap: float | None = None
        self._recent: deque[float] = deque()

    def note(self, moment: float) -> None:
        """Count a request at a moment of a clock that only runs ahead (seconds)."""
        if self._recent:
            gap = moment - self._recent[-1]
            self.shortest_gap = gap if self.shortest_gap is None else min(gap, self.shortest_gap)
        self._recent.append(moment)
        while self._recent[0] <= moment - 1.0:
            self._recent.popleft()
        self.total += 1
        self.most_in_a_second = max(self.most_in_a_second, len(self._recent))


class Counters:
    """Counts since the twin was started, or since they were cleared."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self.requests: Counter[str] = Counter()
        self.items: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.paces: dict[str, Pace] = {}

    def asked(self, operation: str, token: str) -> None:
        """Note a request."""
        self.requests[operation] += 1
        self.paces.setdefault(token, Pace()).note(time.monotonic())

    def answered(self, operation: str, outcome: str) -> None:
        """Note an answer: its HTTP status, or "cut" where none was given."""
        self.answers[f"{operation} {outcome}"] += 1

    def seen(self) -> dict[str, Any]:
        """Return all counts, ready for JSON."""
        return {
            "requests": dict(self.requests),
            "items": dict(self.items),
            "answers": dict(self.answers),
            "tokens": {
                token: {
                    "requests": pace.total,
                    "most_in_a_second": pace.most_in_a_second,
                    "shortest_gap_seconds": pace.shortest_gap,
                }
                for token, pace in self.paces.items()
            },
        }


class Ceiling:
    """A ceiling on a token's requests: so many in any window of so many real seconds."""

    def __init__(self) -> None:
        self._passed: dict[str, deque[float]] = {}

    def wait(self, token: str, requests: int, seconds: float) -> float:
        """Return 0 and count the request, or the seconds to wait until one more would pass."""
        moment = time.monotonic()
        passed = self._passed.setdefault(token, deque())
        while passed and passed[0] <= moment - seconds:
            passed.popleft()
        if len(passed) >= requests:
            return passed[0] + seconds - moment if passed else seconds
        passed.append(moment)
        return 0.0
