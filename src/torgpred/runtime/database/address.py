"""Where the database is, and as which role one speaks to it."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from torgpred.runtime.database.errors import DatabaseUnreachableError, OwnerMissingError
from torgpred.runtime.database.postmaster import Postmaster
from torgpred.runtime.options import Options, options

Role = Literal["app", "owner", "admin"]

DATABASE = "torgpred"
USERS: dict[Role, str] = {"app": "torgpred_app", "owner": "torgpred_owner", "admin": "postgres"}
PASSWORDS = "torgpred-roles.json"
"""File inside the data folder with the random passwords of the three roles; 0600."""


@dataclass(frozen=True, slots=True)
class Address:
    """Connection parameters of libpq for one role."""

    role: Role
    params: dict[str, str] = field(repr=False)

    @property
    def user(self) -> str:
        """Return the role's name in PostgreSQL."""
        return self.params.get("user", "")

    @property
    def dbname(self) -> str:
        """Return the database's name."""
        return self.params.get("dbname", DATABASE)

    @property
    def url(self) -> str:
        """Return it as a connection string, password included: never log it."""
        return make_conninfo(**self.params)

    def at(self, dbname: str) -> "Address":
        """Return the same role in another database of the server."""
        return replace(self, params={**self.params, "dbname": dbname})


def data_folder(home: Path) -> Path:
    """Return the folder of the embedded server's data."""
    return home.expanduser().resolve() / "database" / "data"


def is_embedded(settings: Options | None = None) -> bool:
    """Say whether the installation runs the server itself."""
    return not (settings or options()).database_url


def address(role: Role = "app", *, settings: Options | None = None) -> Address:
    """Return where `role` connects now; ask anew for each connection, a restart may move it.

    Raises DatabaseUnreachableError while the embedded server is down, OwnerMissingError when a
    server of one's own was given without its owner role.
    """
    settings = settings or options()
    if is_embedded(settings):
        return embedded(role, data_folder(settings.home))
    if role == "app":
        return Address(role, _parse(settings.database_url))
    if role == "owner" and settings.owner_url:
        return Address(role, _parse(settings.owner_url))
    raise OwnerMissingError


def embedded(role: Role, data: Path, dbname: str = DATABASE) -> Address:
    """Return the address of the embedded server that runs on `data`."""
    postmaster = Postmaster.read(data)
    if postmaster is None or not postmaster.port:
        raise DatabaseUnreachableError(reason="it is not running; any torgpred command starts it")
    try:
        password = json.loads((data / PASSWORDS).read_text(encoding="utf-8"))[role]
    except (OSError, ValueError, KeyError) as error:
        raise DatabaseUnreachableError(reason=f"its passwords cannot be read: {error}") from error
    params = {
        "host": postmaster.host,
        "port": str(postmaster.port),
        "user": USERS[role],
        "password": password,
        "dbname": dbname,
        # Whoever else might sit on that socket or port cannot prove to know the password.
        "require_auth": "scram-sha-256",
        "sslmode": "disable",
        "gssencmode": "disable",
    }
    return Address(role, params)


def _parse(url: str) -> dict[str, str]:
    return {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
