"""The marketplace's memory: accounts, settings, clock, switches, and the tables behind them."""

import random
import sqlite3
from pathlib import Path

import msgspec

from torgpred.twins.aliexpress_ru.accounts import Account, seeds
from torgpred.twins.aliexpress_ru.rulebook import Rulebook
from torgpred.twins.aliexpress_ru.settings import FAULT_KINDS, Settings
from torgpred.twins.aliexpress_ru.tree_types import Tree
from torgpred.twins.engine.clock import ClockBase, TwinClock
from torgpred.twins.engine.counters import Ceiling, Counters
from torgpred.twins.engine.faults import Fault, FaultBox
from torgpred.twins.engine.state_file import StateFile

# All ids are beyond 2^53, as some of the real ones are: a client that lets them become floating
# point numbers is found out here.
FIRST_PRODUCT = 10_050_070_000_000_001
FIRST_SKU = 12_000_030_000_000_001
FIRST_GROUP = 6_400_001
FIRST_TASK = 71_000_001

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    token TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS products (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, external_id TEXT, category_id INTEGER NOT NULL,
    status TEXT NOT NULL, audited INTEGER NOT NULL, reason TEXT,
    created INTEGER NOT NULL, updated INTEGER NOT NULL, doc BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS products_by_account ON products (account, id);
CREATE TABLE IF NOT EXISTS skus (
    id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL, account TEXT NOT NULL,
    code TEXT NOT NULL, price TEXT NOT NULL, discount_price TEXT, inventory INTEGER NOT NULL,
    doc BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS skus_by_product ON skus (product_id);
CREATE INDEX IF NOT EXISTS skus_by_code ON skus (account, code);
CREATE TABLE IF NOT EXISTS tasks (
    id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, account TEXT NOT NULL,
    action INTEGER NOT NULL, kind TEXT NOT NULL, external_id TEXT, product_id INTEGER,
    begins INTEGER NOT NULL, due INTEGER NOT NULL, stuck INTEGER NOT NULL,
    pending INTEGER NOT NULL, error_code TEXT, error_message TEXT, change BLOB, meta BLOB
);
CREATE INDEX IF NOT EXISTS tasks_by_group ON tasks (group_id);
CREATE INDEX IF NOT EXISTS tasks_due ON tasks (account, due) WHERE pending = 1;
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, created INTEGER NOT NULL,
    updated INTEGER NOT NULL, ship_by INTEGER NOT NULL, status TEXT NOT NULL,
    payment_status TEXT NOT NULL, delivery_status TEXT NOT NULL, antifraud_status TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS orders_by_change ON orders (account, updated, created);
CREATE INDEX IF NOT EXISTS orders_by_creation ON orders (account, created, id);
CREATE TABLE IF NOT EXISTS parcels (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, order_id INTEGER NOT NULL,
    handover_id INTEGER, status TEXT NOT NULL, track TEXT NOT NULL, due INTEGER, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS parcels_by_order ON parcels (order_id);
CREATE INDEX IF NOT EXISTS parcels_by_handover ON parcels (handover_id);
CREATE INDEX IF NOT EXISTS parcels_by_track ON parcels (track);
CREATE INDEX IF NOT EXISTS parcels_due ON parcels (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS handovers (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, status TEXT NOT NULL,
    created INTEGER NOT NULL, arrival INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS papers (key TEXT PRIMARY KEY, lines BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, buyer TEXT NOT NULL, from_buyer INTEGER NOT NULL,
    created INTEGER NOT NULL, kind TEXT NOT NULL, payload BLOB NOT NULL, order_id INTEGER,
    is_read INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_by_account ON messages (account, id);
CREATE TABLE IF NOT EXISTS product_groups (
    id INTEGER PRIMARY KEY, account TEXT NOT NULL, body BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS spent (
    account TEXT NOT NULL, moment INTEGER NOT NULL, amount INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS spent_by_account ON spent (account, moment);
"""


class Market:
    """Everything one twin knows. Used by one thread; every request is one transaction."""

    def __init__(self, state: Path, tree: Tree) -> None:
        self.file = StateFile(state, SCHEMA)
        self.rulebook = Rulebook(tree)
        self.counters = Counters()
        self.ceiling = Ceiling()
        self.random = random.Random(11_11)  # noqa: S311 - repeatable, nothing secret
        self._wake()

    def _wake(self) -> None:
        with self.file.transaction():
            self.settings = self.file.kept("settings", Settings) or Settings()
            self.clock = TwinClock(self.file.kept("clock", ClockBase))
            self.file.keep("clock", self.clock.base)
            self.faults = FaultBox(
                FAULT_KINDS,
                self.file.kept("faults", list[Fault]) or [],
                lambda faults: self.file.keep("faults", faults),
            )
            self.accounts: dict[str, Account] = {}
            rows = self.sql.execute("SELECT body FROM accounts ORDER BY rowid").fetchall()
            for (body,) in rows:
                account = msgspec.json.decode(body, type=Account)
                self.accounts[account.token] = account
            if not rows:
                for account in seeds():
                    self.add_account(account)

    @property
    def sql(self) -> sqlite3.Connection:
        """The state file's connection."""
        return self.file.sql

    def add_account(self, account: Account) -> None:
        """Add a seller's account, or replace the one with the same token.

        Raises ValueError when another account has the code.
        """
        for other in self.accounts.values():
            if other.code == account.code and other.token != account.token:
                msg = f"another account is called {account.code!r}"
                raise ValueError(msg)
        self.sql.execute(
            "INSERT INTO accounts (token, code, body) VALUES (?, ?, ?)"
            " ON CONFLICT (token) DO UPDATE SET code = excluded.code, body = excluded.body",
            (account.token, account.code, msgspec.json.encode(account)),
        )
        self.accounts[account.token] = account

    def account_called(self, code: str) -> Account | None:
        """Return the account with a code."""
        return next((known for known in self.accounts.values() if known.code == code), None)

    def change_settings(self, settings: Settings) -> None:
        """Take over and keep new settings."""
        self.settings = settings
        self.file.keep("settings", settings)

    def move_clock(self, *, factor: float | None, advance_seconds: float) -> None:
        """Change the clock's speed, or jump ahead. Raises ValueError for a move back."""
        self.file.keep("clock", self.clock.move(factor=factor, advance_seconds=advance_seconds))

    def reset(self) -> None:
        """Forget all products, tasks, added accounts, settings, switches and counts."""
        self.file.wipe()
        self.counters.clear()
        self.ceiling = Ceiling()
        self._wake()

    def close(self) -> None:
        """Let go of the state file."""
        self.file.close()
