"""Django's PostgreSQL engine, asking `runtime.database` where the server is at each connection.

A connection that was lost is made anew with back-off; the server is never started from here.
"""

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base, features
from django.db.utils import OperationalError
from typing_extensions import override

from torgpred.runtime import arrays, database
from torgpred.runtime.database.errors import DatabaseUnreachableError

PATIENCE = 60.0
"""Seconds during which a lost server is waited for."""
FIRST_PATIENCE = 10.0
"""The same where this process never reached it: it was probably never started."""
_REFUSALS = ("authentication failed", "does not exist", "no pg_hba.conf", "permission denied")


class ServerGoneError(DatabaseUnreachableError, OperationalError):
    """The server stayed away; caught as Django's OperationalError wherever that is handled."""


class DatabaseFeatures(features.DatabaseFeatures):
    """PostgreSQL's, without the probes for which the app role has no rights."""

    # Django would find out by creating a table.
    supports_transactions = True


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection as the role that OPTIONS names: "app" or "owner"."""

    features_class = DatabaseFeatures
    _reached = False

    @override
    def get_connection_params(self) -> dict[str, Any]:
        where = database.address(self.settings_dict["OPTIONS"]["role"])
        if self.settings_dict["NAME"] == "":
            self.settings_dict["NAME"] = where.dbname
        params: dict[str, Any] = super().get_connection_params()
        params.pop("role", None)
        return {**where.params, "connect_timeout": 10, **params}

    @override
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        patience = PATIENCE if DatabaseWrapper._reached else FIRST_PATIENCE
        deadline = time.monotonic() + patience
        pause = 0.05
        while True:
            try:
                connection = super().get_new_connection(conn_params)
            except (psycopg.OperationalError, DatabaseUnreachableError) as error:
                if any(words in str(error) for words in _REFUSALS):
                    raise
                if time.monotonic() > deadline:
                    raise ServerGoneError(reason=str(error).strip()) from error
            else:
                DatabaseWrapper._reached = True
                arrays.register(connection.adapters)
                return connection
            time.sleep(pause)
            pause = min(pause * 2, 0.5)
            conn_params = self._params_again(conn_params)

    def _params_again(self, before: dict[str, Any]) -> dict[str, Any]:
        """Ask anew where the server is: after a restart it may listen elsewhere."""
        try:
            return self.get_connection_params()
        except DatabaseUnreachableError:
            return before

    @override
    def connect(self) -> None:
        # A server that is down has no address either, so waiting starts before asking for one.
        self._await_address()
        super().connect()

    def _await_address(self) -> None:
        patience = PATIENCE if DatabaseWrapper._reached else FIRST_PATIENCE
        deadline = time.monotonic() + patience
        while True:
            try:
                database.address(self.settings_dict["OPTIONS"]["role"])
            except DatabaseUnreachableError as error:
                if time.monotonic() > deadline:
                    raise ServerGoneError(**error.data) from error
                time.sleep(0.25)
            else:
                return

    @override
    def ensure_connection(self) -> None:
        self._let_go_if_lost()
        super().ensure_connection()

    @override
    def close_if_unusable_or_obsolete(self) -> None:
        # Django's looks whether it commits by itself, which would make a lost one anew.
        self._let_go_if_lost()
        super().close_if_unusable_or_obsolete()

    def _let_go_if_lost(self) -> None:
        lost = self.connection is not None and self.connection.closed
        if lost and not self.in_atomic_block:
            self.close()
