"""A scene: steps, each with what was expected and what came.

A scene only waits: workers read shops and tell them. It ends with its first step that does not
come out.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import msgspec

from torgpred.kernel.errors import TorgpredError

PATIENCE: Final = 300.0
"""Seconds that a step may take to come."""
_PAUSE: Final = 0.2

Told = Callable[[], str]


class Step(msgspec.Struct, frozen=True):
    """One step of the story, in plain words."""

    scene: str
    what: str
    expected: str
    came: str

    @property
    def well(self) -> bool:
        """Tell whether what came is what was expected."""
        return self.expected == self.came


class BrokenOffError(TorgpredError):
    """A step did not come out, so that what follows it makes no sense."""

    code = "demo.broken_off"
    template = "{what}: {came} instead of {expected}"


class Scene:
    """Gathers the steps of one part of the story; `meanwhile` is done between two looks."""

    def __init__(
        self, name: str, meanwhile: Callable[[], None], patience: float = PATIENCE
    ) -> None:
        self.name = name
        self.steps: list[Step] = []
        self.notes: list[str] = []
        self._meanwhile = meanwhile
        self._patience = patience

    def expect(self, what: str, expected: str | Told, came: Told, *, patience: float = 0.0) -> None:
        """Wait until what comes is what is expected, and write the step down.

        Raises BrokenOffError where it is not within the scene's patience, or a longer one.
        """
        until = time.monotonic() + max(patience, self._patience)
        while True:
            wanted = expected if isinstance(expected, str) else expected()
            step = Step(self.name, what, wanted, came())
            if step.well or time.monotonic() > until:
                break
            self._meanwhile()
            time.sleep(_PAUSE)
        self.steps.append(step)
        if not step.well:
            raise BrokenOffError(what=what, came=step.came, expected=step.expected)

    def note(self, text: str) -> None:
        """Tell something worth reading beside the steps."""
        self.notes.append(text)

    @contextmanager
    def playing(self) -> Iterator[None]:
        """Let the block end with its first trouble, which is then a step that is not well."""
        try:
            yield
        except BrokenOffError:
            pass
        except Exception as error:  # noqa: BLE001 - the edge of a thread: the table tells it
            came = str(error) if isinstance(error, TorgpredError) else repr(error)
            self.steps.append(Step(self.name, "no trouble", "none", came))
