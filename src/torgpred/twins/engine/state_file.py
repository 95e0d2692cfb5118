"""A twin's state: one SQLite file that survives `kill -9` of the twin.

This is the twin's own memory, not Torgpred's database. Write-ahead logging keeps a committed
change when the process dies; nothing here is meant to survive the machine losing power.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

_SETTINGS = "CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value BLOB NOT NULL)"

T = TypeVar("T")


class StateFile:
    """One connection, used by one thread; every request is one transaction."""

    def __init__(self, path: Path, schema: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._schema = schema
        self.sql = sqlite3.connect(path, isolation_level=None, cached_statements=512)
        self.sql.execute("PRAGMA journal_mode=WAL")
        self.sql.execute("PRAGMA synchronous=NORMAL")
        self.sql.execute("PRAGMA cache_size=-65536")
        self.sql.execute("PRAGMA temp_store=MEMORY")
        self._create()

    def _create(self) -> None:
        self.sql.execute(_SETTINGS)
        self.sql.executescript(self._schema)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit at the end, roll back on an exception; not to be nested."""
        self.sql.execute("BEGIN IMMEDIATE")
        try:
            yield self.sql
        except BaseException:
            self.sql.execute("ROLLBACK")
            raise
        self.sql.execute("COMMIT")

    def keep(self, name: str, value: object) -> None:
        """Remember a value under a name."""
        self.sql.execute(
            "INSERT INTO kept (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, msgspec.json.encode(value)),
        )

    def kept(self, name: str, kind: type[T]) -> T | None:
        """Return what was remembered, or None."""
        row = self.sql.execute("SELECT value FROM kept WHERE name = ?", (name,)).fetchone()
        return None if row is None else msgspec.json.decode(row[0], type=kind)

    def numbers(self, name: str, amount: int, first: int) -> int:
        """Hand out `amount` numbers in a row that were never given before; return the first."""
        start = self.kept(name, int) or first
        self.keep(name, start + amount)
        return start

    def wipe(self) -> None:
        """Forget everything."""
        tables = self.sql.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        ).fetchall()
        for (name,) in tables:
            self.sql.execute(f'DROP TABLE "{name}"')
        self._create()

    def close(self) -> None:
        """Write the log back and let go of the file."""
        self.sql.close()
