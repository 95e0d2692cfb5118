"""Making a data folder whole or not at all: the cluster, its three roles, its database."""

import json
import os
import secrets
import shutil
import sys
from pathlib import Path

from torgpred.runtime.database import conf, package
from torgpred.runtime.database.address import DATABASE, PASSWORDS, USERS
from torgpred.runtime.database.errors import DatabaseStartError

_DRAFT = "new-"


def create(data: Path) -> None:
    """Make a cluster beside its place and rename it there, so that a half-made one never counts.

    Called under the installation's lock. Raises DatabaseStartError.
    """
    for half_made in data.parent.glob(f"{_DRAFT}*"):
        shutil.rmtree(half_made, ignore_errors=True)
    if data.exists() and any(data.iterdir()):
        raise DatabaseStartError(folder=data, reason="the folder holds something else")
    draft = data.parent / f"{_DRAFT}{secrets.token_hex(4)}"
    trouble = package.call("init", draft, package.postgres_version())
    if trouble:
        raise DatabaseStartError(folder=data, reason=trouble)
    passwords = _new_passwords()
    conf.write(draft)
    _single_user(draft, _founding_sql(passwords))
    _keep(draft, passwords)
    if data.exists():
        data.rmdir()
    draft.rename(data)
    _sync(data.parent)


def renew_passwords(data: Path) -> None:
    """Give the roles new passwords where the file with theirs was lost; the server must be down."""
    passwords = _new_passwords()
    _single_user(
        data,
        [
            "SET scram_iterations = 1",
            *(f"ALTER ROLE {user} PASSWORD '{passwords[role]}'" for role, user in USERS.items()),
        ],
    )
    _keep(data, passwords)


def _new_passwords() -> dict[str, str]:
    return {role: secrets.token_urlsafe(24) for role in USERS}


def _keep(data: Path, passwords: dict[str, str]) -> None:
    draft = data / f"{PASSWORDS}.new"
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(passwords, file)
        file.flush()
        os.fsync(file.fileno())
    user = package.system_user()
    if user:
        shutil.chown(draft, user)
    draft.replace(data / PASSWORDS)
    _sync(data)


def _founding_sql(passwords: dict[str, str]) -> list[str]:
    plain = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    # In the C locale, which initdb would give, capital Cyrillic letters have no small ones.
    locale = "ENCODING 'UTF8' LOCALE_PROVIDER builtin LOCALE 'C.UTF-8'"
    return [
        "SET scram_iterations = 1",
        f"ALTER ROLE {USERS['admin']} PASSWORD '{passwords['admin']}'",
        f"CREATE ROLE {USERS['owner']} {plain} PASSWORD '{passwords['owner']}'",
        f"CREATE ROLE {USERS['app']} {plain} PASSWORD '{passwords['app']}'",
        f"CREATE DATABASE {DATABASE} OWNER {USERS['owner']} TEMPLATE template0 {locale}",
    ]


def _single_user(data: Path, statements: list[str]) -> None:
    """Run statements with no server listening, so that nobody slips in before the passwords."""
    version = int((data / "PG_VERSION").read_text(encoding="ascii"))
    words = [package.tool("postgres", version), "--single", "-j", "-c", "exit_on_error=true"]
    script = "".join(f"{statement};\n\n" for statement in statements)
    code, told = package.run([*words, "-D", str(data), "postgres"], data=data, text=script)
    if code:
        raise DatabaseStartError(folder=data, reason=told[-2000:])


def _sync(folder: Path) -> None:
    """Make renames within a folder last through a power cut."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
