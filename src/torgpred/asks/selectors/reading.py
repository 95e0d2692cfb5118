"""Running a query of the library: read only, within a time, as the operator sees the rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.utils import OperationalError
from psycopg.errors import QueryCanceled

from torgpred.asks.core.adding import Adder, Reading
from torgpred.asks.core.errors import TooHeavyError
from torgpred.asks.core.library import Query
from torgpred.asks.core.parameters import bound
from torgpred.runtime.scope import operator_scope

SECONDS: Final = 60
"""That one query may take."""
_PAGE: Final = 2_000


def read(query: Query, params: Mapping[str, Any], as_of: datetime) -> Reading:
    """Return what a query comes to with these parameters (asks.core.parameters.checked).

    All sellers' rows are read, in a transaction that cannot write. Nothing newer than `as_of` is
    counted; what was changed or taken away since is seen as it is now. Raises TooHeavyError.
    """
    try:
        with _reading(), connection.cursor() as cursor:
            # A cursor of the server: a figure over a million lines holds a page of them at a time.
            cursor.execute(
                "DECLARE torgpred_figure NO SCROLL CURSOR WITHOUT HOLD FOR " + query.sql,
                bound(
                    {"family": "", "category": "", "country": "", "sellers": [], **params}, as_of
                ),
            )
            cursor.execute("FETCH FORWARD %s FROM torgpred_figure", [_PAGE])
            adder = Adder(query, [column.name for column in cursor.description or ()])
            while rows := cursor.fetchall():
                for row in rows:
                    adder.add(row)
                cursor.execute("FETCH FORWARD %s FROM torgpred_figure", [_PAGE])
            cursor.execute("CLOSE torgpred_figure")
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooHeavyError(query=query.code, seconds=SECONDS) from error
        raise
    return adder.reading()


@contextmanager
def _reading() -> Iterator[None]:
    """Open the operator's scope, in which nothing can be written; around it one may go on to."""
    with operator_scope(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()[0]
        # Ends with this savepoint: what is around it may write again.
        cursor.execute("SET TRANSACTION READ ONLY")
        _limit(f"{SECONDS}s")
        yield
        _limit(before)


def _limit(given: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [given])
