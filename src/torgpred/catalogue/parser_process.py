"""A second process that parses: the first reading of a large feed is bound by Python's speed.

It reads frames from its standard input and answers each on its standard output, in order. A frame
is a length (4 bytes, big-endian) and that many bytes of MessagePack: entries in, `Parsed` out. It
needs no database and no Django, and ends when its input does.
"""

import gc
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import msgspec

from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.reading import Entry
from torgpred.catalogue.rows import Parsed, parse
from torgpred.kernel.errors import TorgpredError

_LENGTH = struct.Struct(">I")
_PIPE = 1 << 20
"""Bytes that a pipe holds where the system lets us say so: a batch goes through in two turns."""
_encode = msgspec.msgpack.Encoder().encode
_RawEntry = tuple[int, str, bytes, bytes]
_decode_entries = msgspec.msgpack.Decoder(list[_RawEntry]).decode
_decode_parsed = msgspec.msgpack.Decoder(Parsed).decode

READABLE_APART = frozenset({"yml"})
"""Formats whose entries hold bytes that another reader of the same file can parse."""


class ParserGoneError(TorgpredError):
    """The parsing process ended in the middle."""

    code = "catalogue.parser_gone"
    template = "The process that parses the feed ended unexpectedly. Read the file again."


class ParserProcess:
    """The parent's side. `give` and `take` may run in two threads; answers come in order."""

    def __init__(self, path: Path) -> None:
        """Start it. Raises OSError where no process can be started."""
        command = [sys.executable, "-m", "torgpred.catalogue.parser_process", str(path)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pipesize=_PIPE
        )

    def give(self, entries: Sequence[Entry]) -> None:
        """Send a batch; waits while the other side is busy. Raises ParserGoneError."""
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        data = _encode([(e.number, e.place, e.digest, e.raw) for e in entries])
        try:
            _send(self._process.stdin, data)
        except OSError as error:
            raise ParserGoneError from error

    def take(self) -> Parsed:
        """Return the answer to the oldest batch not answered yet. Raises ParserGoneError."""
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        data = _receive(self._process.stdout)
        if data is None:
            raise ParserGoneError
        return _decode_parsed(data)

    def stop(self) -> None:
        """End it, whatever it is doing."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # what was still to be sent has nobody to read it
        self._process.wait()


def _send(stream: IO[bytes], data: bytes) -> None:
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    return data if len(data) == length else None


def main(path: Path) -> None:
    """Parse what comes until there is no more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    reader = open_feed(path)
    # Batches are large and hold no cycles: looking for some after every 700 objects is in vain.
    gc.set_threshold(200_000, 20, 20)
    gc.freeze()
    while (data := _receive(sys.stdin.buffer)) is not None:
        entries = [
            Entry(number=number, place=place, digest=digest, raw=raw)
            for number, place, digest, raw in _decode_entries(data)
        ]
        _send(sys.stdout.buffer, _encode(parse(reader, entries)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
