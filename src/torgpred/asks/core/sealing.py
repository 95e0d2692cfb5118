"""Seals: each figure's query, parameters, moment, rows and value, chained to the seal before it.

SHA-256 over canonical JSON. A seal proves that nothing it covers was changed since whoever holds a
later seal (printed on a dossier) got it; who can write to the database could seal anew, but not to
the same last seal. The salt keeps a withheld value from being guessed out of its seal.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec

from torgpred.asks.core.adding import Cell, Value
from torgpred.kernel.clock import as_utc
from torgpred.kernel.digests import canonical

SALT: Final = 16
SEAL: Final = 32


class Sealed(msgspec.Struct, frozen=True):
    """All that a seal covers. `place` names the figure: the ask's code and its number there."""

    place: str
    query: str
    version: int
    sql: str
    params: Mapping[str, Any]
    as_of: datetime
    rows: int
    digest: bytes
    value: Value
    cells: tuple[Cell, ...]
    salt: bytes
    previous: bytes


def seal(what: Sealed) -> bytes:
    """Return the 32 bytes of a seal."""
    told = msgspec.to_builtins(what)
    told |= {
        "sql": hashlib.sha256(what.sql.encode()).hexdigest(),
        "as_of": as_utc(what.as_of).isoformat(),
        "digest": what.digest.hex(),
        "salt": what.salt.hex(),
        "previous": what.previous.hex(),
    }
    return hashlib.sha256(canonical(told)).digest()
