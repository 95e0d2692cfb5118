"""Digests: 16 bytes of xxh3-128, for recognising sameness, never for secrecy."""

from collections.abc import Iterable

import msgspec
import xxhash

_ENCODER = msgspec.json.Encoder(order="deterministic", decimal_format="string")


def canonical(value: object) -> bytes:
    """Return the canonical JSON of a value: sorted keys, decimals as text, UTF-8."""
    return _ENCODER.encode(value)


def digest(data: bytes) -> bytes:
    """Return the 16-byte digest of some bytes."""
    return xxhash.xxh3_128_digest(data)


def digest_of(value: object) -> bytes:
    """Return the 16-byte digest of a value's canonical JSON."""
    return xxhash.xxh3_128_digest(_ENCODER.encode(value))


def combine(parts: Iterable[bytes]) -> bytes:
    """Return one digest over several; the order matters, and no two lists of parts collide."""
    state = xxhash.xxh3_128()
    for part in parts:
        state.update(len(part).to_bytes(4, "big"))
        state.update(part)
    return state.digest()
