"""The digests a feed is known by, packed: some 30 bytes an offer, whatever the catalogue's size."""

import sys
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Self

_DIGEST = 16


class Known:
    """Digest -> place among a feed's known offers, and what this reading saw of each.

    An open-addressing table over packed digests: a dict of byte strings would cost five times
    the memory. `ids` are ascending. Places are 0-based.
    """

    def __init__(self, digests: bytes, ids: "array[int]", missing: frozenset[int]) -> None:
        self._digests = digests
        self.ids = ids
        self.missing = missing
        """Ids of the known offers that were missing before this reading."""
        count = len(ids)
        self.seen_at = array("I", bytes(4 * count))
        """Number of the first entry with this very digest; 0: not seen."""
        self.parsed_at = array("I", bytes(4 * count))
        """Number of the entry that was parsed and taken for the same offer; 0: none was."""
        size = 16
        while size < 2 * count:
            size *= 2
        self._mask = size - 1
        self._table = _filled(digests, size)

    @classmethod
    def unpack(cls, digests: bytes, ids: bytes, missing: Iterable[int]) -> Self:
        """Make it of packed digests and of as many big-endian 8-byte ids, ascending."""
        numbers = array("q", ids)
        if sys.byteorder == "little":
            numbers.byteswap()
        return cls(digests, numbers, frozenset(missing))

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, digest: bytes) -> int:
        """Return the place of a digest, -1 where it is not known."""
        mask = self._mask
        slot = int.from_bytes(digest[:8], sys.byteorder) & mask
        table = self._table
        while place := table[slot]:
            if self._digests[_DIGEST * (place - 1) : _DIGEST * place] == digest:
                return place - 1
            slot = (slot + 1) & mask
        return -1

    def place_of(self, offer_id: int) -> int:
        """Return the place of an offer's id, -1 where this feed did not know it."""
        place = bisect_left(self.ids, offer_id)
        return place if place < len(self.ids) and self.ids[place] == offer_id else -1

    def unseen(self) -> "array[int]":
        """Return the ids whose digests did not come up; those parsed anew are among them."""
        missing = self.missing
        return array(
            "q",
            (
                offer_id
                for offer_id, number in zip(self.ids, self.seen_at, strict=True)
                if not number and offer_id not in missing
            ),
        )

    def returned(self) -> "array[int]":
        """Return the ids that were missing and came up again unchanged."""
        return array("q", (i for i in sorted(self.missing) if self.seen_at[self.place_of(i)]))

    def met_twice(self) -> Iterator[tuple[int, int]]:
        """Yield (place, number) of entries that repeat, unchanged, an offer parsed before them."""
        for place, number in enumerate(self.parsed_at):
            if number and self.seen_at[place] > number:
                yield place, self.seen_at[place]


def _filled(digests: bytes, size: int) -> "array[int]":
    table = array("I", bytes(4 * size))
    mask = size - 1
    for place, word in enumerate(memoryview(digests).cast("Q")[::2], start=1):
        slot = word & mask
        while table[slot]:
            slot = (slot + 1) & mask
        table[slot] = place
    return table
