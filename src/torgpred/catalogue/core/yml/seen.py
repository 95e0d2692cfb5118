"""Which offer keys a file has shown already, in a few megabytes however many there are."""

from array import array

_EMPTY = 0
_START = 1 << 12


class SeenKeys:
    """Remembers for every key the number of the entry that came with it first.

    Open addressing over two flat arrays: 12 bytes a slot, at most two thirds full. Keys are told
    apart by 64 bits of Python's keyed string hash.
    """

    def __init__(self) -> None:
        self._hashes = array("q", bytes(8 * _START))
        self._numbers = array("I", bytes(4 * _START))
        self._mask = _START - 1
        self._count = 0

    def first(self, key: str, number: int) -> int:
        """Return the number of the entry that showed `key` first; `number` itself if none did."""
        code = hash(key) or 1
        hashes, mask = self._hashes, self._mask
        slot = code & mask
        while hashes[slot] != _EMPTY:
            if hashes[slot] == code:
                return self._numbers[slot]
            slot = (slot + 1) & mask
        hashes[slot] = code
        self._numbers[slot] = number
        self._count += 1
        if self._count * 3 > mask * 2:
            self._grow()
        return number

    def _grow(self) -> None:
        old = zip(self._hashes, self._numbers, strict=True)
        size = (self._mask + 1) * 2
        hashes, numbers, mask = array("q", bytes(8 * size)), array("I", bytes(4 * size)), size - 1
        for code, number in old:
            if code != _EMPTY:
                slot = code & mask
                while hashes[slot] != _EMPTY:
                    slot = (slot + 1) & mask
                hashes[slot], numbers[slot] = code, number
        self._hashes, self._numbers, self._mask = hashes, numbers, mask
