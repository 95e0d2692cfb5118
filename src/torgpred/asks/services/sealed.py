"""Making a sealed number: a query run as of now, with all that its seal covers, as columns."""

import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from torgpred.asks.core.library import Query
from torgpred.asks.core.sealing import SALT, Sealed, seal
from torgpred.asks.selectors.reading import read


def measured(
    *, place: str, query: Query, params: Mapping[str, Any], as_of: datetime, previous: bytes
) -> dict[str, Any]:
    """Return the columns of a sealed number. Raises TooHeavyError."""
    found = read(query, params, as_of)
    salt = os.urandom(SALT)
    stamp = seal(
        Sealed(
            place, query.code, query.version, query.sql, params, as_of, found.rows, found.digest,
            found.value, found.cells, salt, previous,
        )
    )  # fmt: skip
    return {
        "query": query.code,
        "version": query.version,
        "sql": query.sql,
        "params": dict(params),
        "as_of": as_of,
        "rows": found.rows,
        "rows_digest": found.digest,
        "value": msgspec.to_builtins(found.value),
        "cells": msgspec.to_builtins(found.cells),
        "salt": salt,
        "previous": previous,
        "seal": stamp,
    }
