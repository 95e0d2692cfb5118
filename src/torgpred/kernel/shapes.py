"""Value types made ready for threads.

msgspec works a type out when it is first read into, and while one thread does, another that reads
into the same type ends the whole process (a segmentation fault; seen with 0.22). So processes with
threads let it work out all types beforehand.
"""

import threading
from collections.abc import Iterator
from contextlib import suppress

import msgspec

_OURS = "torgpred."
_turn = threading.Lock()


def make_ready() -> int:
    """Let all value types of ours that are loaded be worked out; return how many there are.

    Safe to repeat, as when more were loaded, and in several threads.
    Those whose annotations do not resolve are left out: nothing can be read into them either.
    """
    with _turn:
        return sum(_ready(kind) for kind in set(_below(msgspec.Struct)))


def _below(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith(_OURS):
            yield one
        yield from _below(one)


def _ready(kind: type[msgspec.Struct]) -> bool:
    with suppress(NameError, TypeError):
        msgspec.json.Decoder(kind)
        return True
    return False
