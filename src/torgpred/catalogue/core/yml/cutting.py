"""Cut a stream of YML into its raw offers without parsing it.

The cut agrees with what a full XML parse would see: an end tag inside CDATA or a comment ends
nothing, an offer inside a comment is none. Bytes must be ASCII-compatible. An offer that is never
closed is given too, as it stands, so that its reader can say so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from torgpred.catalogue.core.containers import ByteStream

CHUNK = 262_144
_TAIL = 4096
_STARTS = frozenset(b" \t\r\n>/")
_SPACE = b" \t\r\n"


@dataclass(slots=True)
class Opening:
    """The beginning of a file: what stands before the first offer, and the bytes read beyond."""

    header: bytes
    rest: bytes
    """From behind the first record's `<offer` on; empty where there is none."""
    found: bool


class Cutter:
    """Cuts records named `tag` (b"offer") out of a stream. `tail` keeps the last bytes seen."""

    def __init__(self, stream: ByteStream, tag: bytes, *, offer_cap: int) -> None:
        self._stream = stream
        self._separator = b"<" + tag
        self._end = b"</" + tag + b">"
        self._any_end = re.compile(rb"</" + re.escape(tag) + rb"\s*>")
        self._cap = offer_cap
        self._pending = b""
        self._waits_for = b""
        self._in_gap = False
        self._outside = 0
        self.tail = b""

    def open(self, start: bytes, *, cap: int) -> Opening:
        """Read up to the first record; `start` are bytes already read, at most `cap` are kept."""
        data, seen = start, 0
        self._outside = 0
        while True:
            place = self._first(data, seen)
            if place >= 0:
                self._remember(data)
                return Opening(data[:place], data[place + len(self._separator) :], found=True)
            more = self._stream.read(CHUNK) if len(data) < cap else b""
            if not more:
                self._remember(data)
                return Opening(data, b"", found=False)
            seen = max(0, len(data) - len(self._separator))
            data += more

    def _first(self, data: bytes, seen: int) -> int:
        """Return where the first record outside of CDATA and comments starts, or -1."""
        place = data.find(self._separator, max(seen, self._outside))
        while place >= 0:
            terminator = _open_markup(data[self._outside : place])
            if terminator:
                end = data.find(terminator, place)
                if end < 0:
                    return -1
                self._outside = end + len(terminator)
                place = data.find(self._separator, self._outside)
                continue
            self._outside = place
            after = data[place + len(self._separator) : place + len(self._separator) + 1]
            if after and after[0] in _STARTS:
                return place
            place = data.find(self._separator, place + 1)
        return -1

    def batches(self, opening: Opening) -> Iterator[list[bytes]]:
        """Yield raw records, each without its leading `<offer`, a chunk's worth at a time."""
        if not opening.found:
            return
        rest, ended = opening.rest, False
        while not ended:
            parts = rest.split(self._separator)
            chunk = self._stream.read(CHUNK)
            if chunk:
                self._remember(chunk)
                rest = parts.pop()
            else:
                ended = True
            yield self._whole(parts)
            if len(rest) > CHUNK and not ended:
                kept, rest = self._relieve(rest)
                yield kept
            rest += chunk
        if self._pending:
            yield [self._pending]

    def _whole(self, parts: list[bytes]) -> list[bytes]:
        """Return the records among pieces that all stood before another `<offer` or the end."""
        records: list[bytes] = []
        end, add = self._end, records.append
        for part in parts:
            piece = part.rstrip(_SPACE)
            if (
                self._pending
                or self._in_gap
                or not piece.endswith(end)
                or piece[0] not in _STARTS
                or _open_markup(piece)
            ):
                self._careful(part, records)
            else:
                add(piece)
        return records

    def _careful(self, part: bytes, records: list[bytes]) -> None:
        """Handle a piece that is not simply one closed record."""
        if self._in_gap:
            self._leave_gap(part)
            return
        if self._pending:
            part = self._join(part, records)
            if not part:
                return
        elif not part or part[0] not in _STARTS:
            return
        self._settle(part, records)

    def _leave_gap(self, part: bytes) -> None:
        """Between records nothing is kept; a comment there may hide whole records."""
        if self._waits_for:
            place = part.find(self._waits_for)
            if place < 0:
                return
            part = part[place:]
            self._waits_for = b""
        self._waits_for = _open_markup(part)
        self._in_gap = bool(self._waits_for)

    def _join(self, part: bytes, records: list[bytes]) -> bytes:
        pending = self._pending
        starts = bool(part) and part[0] in _STARTS
        if not self._waits_for and starts:
            # The record before was never closed: give it as it stands and go on with this one.
            records.append(pending.rstrip(_SPACE))
            self._pending = b""
            return part
        joined = pending + self._separator + part
        if self._waits_for and self._waits_for not in part and len(joined) <= self._cap:
            self._pending = joined
            return b""
        self._pending, self._waits_for = b"", b""
        if len(joined) > self._cap:
            records.append(pending.rstrip(_SPACE))
            return part if starts else b""
        return joined

    def _settle(self, part: bytes, records: list[bytes]) -> None:
        if part[:1] == b">" or part.lstrip(_SPACE)[:1] != b"":
            close = self._close_of(part)
            if close >= 0:
                records.append(part[:close])
                self._leave_gap(part[close:])
                return
        self._pending = part
        self._waits_for = _open_markup(part)

    def _close_of(self, part: bytes) -> int:
        """Return where a record ends: behind its end tag or its self-closing start tag, or -1."""
        head = _start_tag_end(part)
        if head > 0 and part[head - 2 : head] == b"/>":
            return head
        outside = 0
        while match := self._any_end.search(part, outside):
            terminator = _open_markup(part[outside : match.start()])
            if not terminator:
                return match.end()
            end = part.find(terminator, match.end())
            if end < 0:
                break
            outside = end + len(terminator)
        return -1

    def _relieve(self, rest: bytes) -> tuple[list[bytes], bytes]:
        """Settle a long remainder early: promotions after the last offer may run to megabytes."""
        keep = len(self._separator) - 1
        records: list[bytes] = []
        if self._in_gap:
            self._leave_gap_partly(rest[:-keep])
            return records, rest[-keep:]
        if self._pending or not rest or rest[0] not in _STARTS:
            return records, rest
        close = self._close_of(rest[:-keep])
        if close >= 0:
            records.append(rest[:close])
            self._in_gap = True
            self._waits_for = b""
            self._leave_gap_partly(rest[close:-keep])
            return records, rest[-keep:]
        if len(rest) > self._cap:
            records.append(rest[: self._cap])
            self._in_gap, self._waits_for = True, b""
            return records, rest[-keep:]
        return records, rest

    def _leave_gap_partly(self, part: bytes) -> None:
        self._leave_gap(part)
        self._in_gap = True

    def _remember(self, data: bytes) -> None:
        self.tail = data[-_TAIL:] if len(data) >= _TAIL else (self.tail + data)[-_TAIL:]


def _open_markup(piece: bytes) -> bytes:
    """Return the terminator that is missing if a piece ends inside CDATA or a comment, else b""."""
    place = piece.find(b"!")
    while place >= 0:
        if piece.startswith(b"<![CDATA[", place - 1):
            terminator = b"]]>"
            end = piece.find(b"]", place + 8)
            if end >= 0 and not piece.startswith(terminator, end):
                end = piece.find(terminator, end)
        elif piece.startswith(b"<!--", place - 1):
            terminator = b"-->"
            end = piece.find(terminator, place + 3)
        else:
            place = piece.find(b"!", place + 1)
            continue
        if end < 0:
            return terminator
        place = piece.find(b"!", end + 3)
    return b""


_START_TAG = re.compile(rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>")


def _start_tag_end(part: bytes) -> int:
    match = _START_TAG.match(part)
    return match.end() if match else -1
