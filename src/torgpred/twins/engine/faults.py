"""Faults on demand: what goes wrong, for which calls, how often."""

import random
from collections.abc import Callable, Collection

import msgspec


class Fault(msgspec.Struct, kw_only=True):
    """One switch.

    It concerns the named operations ("*" is all), and one token or all. It strikes `count`
    times and is then gone, or with the probability `share`; without either, always. Whether a
    request or an item of a batch is struck depends on the kind. The other fields are details
    that some kinds read.
    """

    kind: str
    operations: list[str] = msgspec.field(default_factory=lambda: ["*"])
    token: str | None = None
    count: int | None = None
    share: float | None = None
    seconds: float | None = None
    status: int | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None
    value: object = None
    mode: str | None = None
    id: int = 0
    struck: int = 0

    def __post_init__(self) -> None:
        if self.status is not None and not 400 <= self.status <= 599:
            msg = "`status` must be an error's, 400 to 599"
            raise ValueError(msg)
        if self.count is not None and self.count < 1:
            msg = "`count` must be 1 or more"
            raise ValueError(msg)
        if self.share is not None and not 0 < self.share <= 1:
            msg = "`share` must be above 0 and at most 1"
            raise ValueError(msg)
        if self.seconds is not None and not 0 <= self.seconds <= 1_000_000:
            msg = "`seconds` must be between 0 and 1000000"
            raise ValueError(msg)


class FaultBox:
    """The switches that are set. `keep` is called with all of them whenever they change."""

    def __init__(
        self, kinds: Collection[str], faults: list[Fault], keep: Callable[[list[Fault]], None]
    ) -> None:
        self._kinds = kinds
        self._keep = keep
        self._random = random.Random(11_11)  # noqa: S311 - repeatable, nothing secret
        self.faults = faults

    def set(self, fault: Fault) -> Fault:
        """Set a switch; raises ValueError for a kind that the twin does not know."""
        if fault.kind not in self._kinds:
            msg = f"unknown kind of fault {fault.kind!r}; known: {', '.join(sorted(self._kinds))}"
            raise ValueError(msg)
        fault.id = max((other.id for other in self.faults), default=0) + 1
        fault.struck = 0
        self.faults.append(fault)
        self._keep(self.faults)
        return fault

    def clear(self, fault_id: int | None = None) -> int:
        """Clear one switch, or all; return how many were cleared."""
        stay = [fault for fault in self.faults if fault_id is not None and fault.id != fault_id]
        cleared = len(self.faults) - len(stay)
        self.faults = stay
        self._keep(self.faults)
        return cleared

    def concerning(self, operation: str, token: str | None) -> list[Fault]:
        """Return the switches that could strike a call; mostly an empty list."""
        return [
            fault
            for fault in self.faults
            if (fault.token is None or fault.token == token)
            and ("*" in fault.operations or operation in fault.operations)
        ]

    def strike(self, kind: str, operation: str, token: str | None) -> Fault | None:
        """Return the first switch of the kind that strikes now, counting it; None if none does."""
        for fault in self.concerning(operation, token):
            if fault.kind == kind and (fault.share is None or self._random.random() < fault.share):
                self._count(fault)
                return fault
        return None

    def _count(self, fault: Fault) -> None:
        fault.struck += 1
        if fault.count is not None:
            fault.count -= 1
            if fault.count < 1:
                self.faults = [other for other in self.faults if other is not fault]
            self._keep(self.faults)
