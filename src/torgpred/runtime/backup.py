"""Backup, restore and upgrade: one archive of the database and files, the secret keys apart.

The archive is a tar of `manifest.json`, `database.dump` (pg_dump's custom format, one consistent
snapshot taken while everything runs on) and `files/`, copied after the snapshot: files never
change and are written before the row that names them, so every file the snapshot names is there.
"""

import hashlib
import json
import os
import platform
import shutil
import tarfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from io import BytesIO
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo

from torgpred.kernel.errors import TorgpredError
from torgpred.runtime import database, secrets
from torgpred.runtime.database import Address, package
from torgpred.runtime.database.errors import HalfMigratedError
from torgpred.runtime.database.migrations import (
    applied,
    grant,
    keep_record_from,
    known,
    outstanding,
    replaced,
)
from torgpred.runtime.options import options

Tell = Callable[[str], None]
FORMAT = 1
_DUMP = "database.dump"
_MANIFEST = "manifest.json"


class BackupError(TorgpredError):
    """A backup could not be made."""

    code = "backup.failed"
    template = "No backup was made: {reason}"


class BrokenBackupError(TorgpredError):
    """The file given is no backup, is damaged, or was made by something newer."""

    code = "backup.broken"
    template = "{path} cannot be restored: {reason}"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds and where it is."""

    path: Path
    bytes: int
    files: int
    keys: Path | None
    """The secret keys' own file, to be kept elsewhere; None where none was written."""
    notes: tuple[str, ...] = ()


def back_up(target: Path, *, with_keys: bool = True, tell: Tell = lambda _: None) -> Backup:
    """Write a backup of the running installation to `target`, which appears only when whole.

    The secret keys go into `target` plus ".keys". Raises BackupError.
    """
    if target.exists():
        raise BackupError(reason=f"{target} exists")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.partial")
    dump = target.with_name(f"{target.name}.dump.partial")
    try:
        owner = database.address("owner")
        tell("Taking a snapshot of the database")
        for private in (dump, draft):
            private.unlink(missing_ok=True)
            private.touch(mode=0o600)
        dump_database(owner, dump)
        tell("Copying files")
        with tarfile.open(draft, "w") as archive:
            _add_text(archive, _MANIFEST, json.dumps(_manifest(owner, dump), indent=1))
            archive.add(dump, _DUMP)
            files = _add_files(archive, options().home / "files")
        _flush(draft)
        draft.replace(target)
    except OSError as error:
        raise BackupError(reason=str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
        dump.unlink(missing_ok=True)
    keys = _copy_keys(target) if with_keys else None
    notes = _notes(with_keys=with_keys, keys=keys)
    return Backup(target, target.stat().st_size, files, keys, notes)


def dump_database(owner: Address, target: Path, without: Sequence[str] = ()) -> None:
    """Write pg_dump's custom format of the whole database to `target`. Raises BackupError.

    Of the tables `without`, only the empty tables: nothing else may refer to their rows.
    """
    words = [package.tool("pg_dump"), "--format=custom", f"--file={target}", "--no-password"]
    words += [f"--exclude-table-data=public.{name}" for name in without]
    code, told = _client(owner, words)
    if code:
        raise BackupError(reason=told)


def load_database(owner: Address, app: str, dump: Path) -> None:
    """Load a dump into an empty database and give the app role its rights.

    Raises BrokenBackupError; the database is then half-filled, or empty on a server of one's own.
    """
    with database.connect(owner) as connection:
        grant(connection, app)
    words = [package.tool("pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error"]
    if owner.params.get("require_auth"):  # the embedded one, thrown away if it does not succeed
        words.append(f"--jobs={min(4, os.cpu_count() or 1)}")
    else:
        words.append("--single-transaction")
    code, told = _client(owner, [*words, "--no-password", str(dump)])
    if code:
        raise BrokenBackupError(path=dump, reason=told)
    with database.connect(owner) as connection:
        keep_record_from(connection, app)
        connection.execute("ANALYZE")


def _client(owner: Address, words: list[str]) -> tuple[int, str]:
    """Run one of PostgreSQL's client programs; the password goes by environment, unseen by ps."""
    params = {key: value for key, value in owner.params.items() if key != "password"}
    where = f"--dbname={make_conninfo(**params)}"
    return package.run([*words, where], PGPASSWORD=owner.params.get("password", ""))


@contextmanager
def opened(path: Path) -> Iterator[tuple[tarfile.TarFile, dict[str, Any]]]:
    """Open a backup and read its manifest. Raises BrokenBackupError."""
    try:
        with tarfile.open(path) as archive:
            member = archive.next()
            file = archive.extractfile(member) if member and member.name == _MANIFEST else None
            if file is None:
                raise BrokenBackupError(path=path, reason="it is no backup of Torgpred")
            manifest = json.loads(file.read())
            _check(path, manifest)
            yield archive, manifest
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise BrokenBackupError(path=path, reason=str(error)) from error


def unpack(path: Path, folder: Path) -> Path:
    """Unpack a backup into `folder` (its files into `folder/files`) and return the dump's path.

    Checks every content against its digest. Raises BrokenBackupError.
    """
    dump = folder / _DUMP
    with opened(path) as (archive, manifest):
        for member in archive:
            if member.name == _DUMP:
                _unpack_one(archive, member, dump)
            elif member.isfile() and member.name.startswith("files/"):
                name = Path(member.name).name
                place = folder / "files" / name[:2] / name
                place.parent.mkdir(parents=True, exist_ok=True)
                if _unpack_one(archive, member, place) != name:
                    raise BrokenBackupError(path=path, reason=f"the file {name} is damaged")
        if not dump.exists() or _digest(dump) != manifest["dump_sha256"]:
            raise BrokenBackupError(path=path, reason="the database dump is missing or damaged")
    return dump


def _unpack_one(archive: tarfile.TarFile, member: tarfile.TarInfo, place: Path) -> str:
    source = archive.extractfile(member)
    if source is None:
        raise BrokenBackupError(path=archive.name, reason=f"{member.name} is no file")
    with source, place.open("wb") as target:
        shutil.copyfileobj(source, target, 1 << 20)
        target.flush()
        os.fsync(target.fileno())
    return _digest(place)


def _check(path: Path, manifest: dict[str, Any]) -> None:
    if manifest.get("format") != FORMAT:
        reason = f"its format is {manifest.get('format')}, this version reads {FORMAT}"
        raise BrokenBackupError(path=path, reason=reason)
    had = {(app, name) for app, _, name in (one.partition(".") for one in manifest["migrations"])}
    ours = known()
    newer = sorted(had - ours.union(*replaced(ours).values()))
    if newer:
        made_by = manifest.get("torgpred")
        reason = f"a newer Torgpred made it ({made_by}; {'.'.join(newer[0])} is unknown here)"
        raise BrokenBackupError(path=path, reason=reason)
    try:
        outstanding(had)
    except HalfMigratedError as error:
        raise BrokenBackupError(path=path, reason=str(error)) from error


def _manifest(owner: Address, dump: Path) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "torgpred": metadata.version("torgpred"),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "made_on": platform.node(),
        "migrations": sorted(f"{app}.{name}" for app, name in applied(owner)),
        "dump_sha256": _digest(dump),
        # Public names of the keys, to say at a restore whether the right file is there.
        "keys": secrets.box().fingerprints() if options().keys_file.exists() else [],
    }


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = 0o600
    member.mtime = int(datetime.now(UTC).timestamp())
    archive.addfile(member, BytesIO(content))


def _add_files(archive: tarfile.TarFile, folder: Path) -> int:
    """Add the file store's folder; one that is removed meanwhile is skipped."""
    count = 0
    for path in sorted(folder.glob("[0-9a-f][0-9a-f]/*")):
        try:
            archive.add(path, f"files/{path.parent.name}/{path.name}", recursive=False)
        except FileNotFoundError:
            continue
        count += 1
    return count


def _copy_keys(target: Path) -> Path | None:
    source = options().keys_file
    if not source.exists():
        return None
    keys = target.with_name(f"{target.name}.keys")
    write_private(keys, source.read_bytes())
    return keys


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    draft = path.with_name(f"{path.name}.partial")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _notes(*, with_keys: bool, keys: Path | None) -> tuple[str, ...]:
    notes = []
    if keys:
        notes.append(f"{keys.name} opens every stored secret: keep it apart from the backup.")
    elif with_keys:
        notes.append("There is no secret key file yet: nothing was sealed.")
    else:
        notes.append("Without the secret keys, credentials have to be entered anew on restore.")
    if options().files_url.startswith("s3://"):
        notes.append(f"Files in {options().files_url} are not part of it.")
    return tuple(notes)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _flush(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())
