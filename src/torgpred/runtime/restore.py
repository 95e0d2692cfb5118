"""Putting a backup back, and taking an installation to a newer version.

A new data folder is built aside, whole, and exchanged for the old one by renaming; what was there
before is kept in a folder `replaced-...` of the home folder. Killed at any moment, either the old
or the new one is in place, or the next start says that the work has to be run again.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from torgpred.kernel.errors import TorgpredError
from torgpred.runtime import backup, database, secrets
from torgpred.runtime.backup import Tell
from torgpred.runtime.database import cluster, conf, package
from torgpred.runtime.database.address import DATABASE, embedded
from torgpred.runtime.database.locks import only_one
from torgpred.runtime.options import options


class NotEmptyError(TorgpredError):
    """A restore would replace something."""

    code = "restore.not_empty"
    template = "{where} is not empty: {what}. {mend}"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore or an upgrade did."""

    replaced: Path | None
    """Folder that now holds what was there before."""
    notes: tuple[str, ...] = ()


def what_is_there() -> list[str]:
    """Return what a restore into this installation would replace, in plain words."""
    home = options().home.expanduser()
    found = []
    if database.is_embedded():
        if (database.data_folder(home) / "PG_VERSION").exists():
            found.append(f"a database in {home / 'database'}")
    else:
        with database.connect(database.address("owner")) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            ).fetchone()
        if row and row[0]:
            found.append(f"{row[0]} tables in the database {database.address('owner').dbname}")
    if any((home / "files").glob("*")):
        found.append(f"files in {home / 'files'}")
    return found


def restore(
    path: Path, *, keys: Path | None = None, force: bool = False, tell: Tell = lambda _: None
) -> Restored:
    """Put a backup in place of an empty installation; with `force`, of any embedded one.

    Nothing is deleted: what was there moves into a folder of the home folder. Raises
    NotEmptyError, BrokenBackupError.
    """
    with backup.opened(path) as (_, manifest):
        sealed_with = set(manifest.get("keys", ()))
    there = what_is_there()
    if there and not (force and database.is_embedded()):
        mend = "Restore with --force moves it aside; it is not deleted."
        if not database.is_embedded():
            mend = "Give an empty database; one of your own is never replaced."
        raise NotEmptyError(where="The installation", what="; ".join(there), mend=mend)
    keys = keys or _keys_beside(path)
    with _staging() as staging:
        tell("Unpacking and checking every content")
        dump = backup.unpack(path, staging)
        tell("Loading the database")
        if database.is_embedded():
            _build(staging, dump)
        else:
            owner, app = database.address("owner"), database.address("app")
            backup.load_database(owner, app.user, dump)
        tell("Putting it in place")
        replaced = _exchange(staging, with_files=True)
        notes = (*_place_keys(keys, replaced), *_warn_of_keys(sealed_with))
    database.ensure()
    return Restored(replaced, notes)


def build_copy(dump: Path) -> None:
    """Make this process's installation, which must not be there yet, out of a dump; it then runs.

    For a home that is thrown away: a copy of the database without files and keys. Raises
    NotEmptyError, BrokenBackupError.
    """
    there = what_is_there()
    if there or not database.is_embedded():
        mend = "A copy is made in a new home only."
        raise NotEmptyError(where="The installation", what="; ".join(there), mend=mend)
    data = database.data_folder(options().home)
    cluster.start(data)
    owner = embedded("owner", data, DATABASE)
    backup.load_database(owner, embedded("app", data).user, dump)


def upgrade(*, target: Path, tell: Tell = lambda _: None) -> Restored:
    """Back up to `target`, move to the PostgreSQL of this version if need be, then migrate."""
    replaced = None
    if database.is_embedded():
        data = database.data_folder(options().home)
        if (data / "PG_VERSION").exists():
            found = cluster.data_version(data)
            cluster.start(data, version=found)
            backup.back_up(target, tell=tell)
            if found != package.postgres_version():
                tell(f"Moving from PostgreSQL {found} to {package.postgres_version()}")
                replaced = _rebuild(data)
        cluster.start(data)
    else:
        backup.back_up(target, tell=tell)
    tell("Migrating")
    done = database.migrate()
    return Restored(replaced, tuple(f"migrated {name}" for name in done))


def _rebuild(data: Path) -> Path | None:
    """Take an older version's data folder over by dump and load, nobody else being connected."""
    with _staging() as staging, only_one(cluster.lock(data)):
        found = cluster.data_version(data)
        # Whoever still writes would write into the old one: it comes up again for us alone.
        cluster.stop(data)
        cluster.start(data, version=found)
        dump = staging / "upgrade.dump"
        backup.dump_database(embedded("owner", data), dump)
        cluster.stop(data)
        _build(staging, dump)
        return _exchange(staging, with_files=False)


def _build(staging: Path, dump: Path) -> None:
    """Make a whole data folder in staging out of a dump, and stop its server again."""
    data = database.data_folder(staging)
    try:
        cluster.start(data)
        owner = embedded("owner", data, DATABASE)
        backup.load_database(owner, embedded("app", data).user, dump)
    finally:
        cluster.stop(data)


@contextmanager
def _staging() -> Iterator[Path]:
    """Give an empty folder in the home folder, on the same disk so that renaming works."""
    home = options().home.expanduser().resolve()
    staging = home / "restoring"
    home.mkdir(parents=True, exist_ok=True)
    _clear(staging)
    staging.mkdir()
    try:
        yield staging
    finally:
        _clear(staging)


def _clear(staging: Path) -> None:
    # A killed restore may have left a server running in there.
    cluster.stop(database.data_folder(staging))
    shutil.rmtree(staging, ignore_errors=True)


def _exchange(staging: Path, *, with_files: bool) -> Path | None:
    home = options().home.expanduser().resolve()
    aside = home / f"replaced-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    if with_files and (staging / "files").exists():
        _swap(home / "files", staging / "files", aside)
    if database.is_embedded():
        data = database.data_folder(home)
        data.parent.mkdir(parents=True, exist_ok=True)
        with only_one(cluster.lock(data)):
            cluster.stop(data)
            new = database.data_folder(staging)
            if (data / conf.LOCAL).exists():
                # The engineer's own settings belong to the machine, not to what is restored.
                shutil.copyfile(data / conf.LOCAL, new / conf.LOCAL)
            _while_marked(data, lambda: _swap(data, new, aside))
    return aside if aside.exists() else None


def _while_marked(data: Path, work: Callable[[], None]) -> None:
    marker = cluster.replacing(data)
    marker.touch()
    work()
    marker.unlink()


def _swap(place: Path, new: Path, aside: Path) -> None:
    if place.exists():
        aside.mkdir(exist_ok=True)
        place.rename(aside / place.name)
    new.rename(place)


def _keys_beside(path: Path) -> Path | None:
    beside = path.with_name(f"{path.name}.keys")
    return beside if beside.exists() else None


def _place_keys(keys: Path | None, replaced: Path | None) -> tuple[str, ...]:
    """Put the key file in place; one that differs is kept aside, never overwritten."""
    place = options().keys_file
    if keys is None:
        if place.exists():
            return (f"No keys were given; {place} stays as it is.",)
        return ("No keys were given: stored credentials cannot be opened; enter them anew.",)
    content = keys.read_bytes()
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.exists() and place.read_bytes() != content:
        aside = replaced or place.parent
        place.rename(aside / f"{place.name}.before-{datetime.now(UTC):%Y%m%d-%H%M%S}")
    backup.write_private(place, content)
    return (f"The secret keys were taken from {keys}.",)


def _warn_of_keys(sealed_with: set[str]) -> tuple[str, ...]:
    if not sealed_with or not options().keys_file.exists():
        return ()
    if sealed_with & set(secrets.box().fingerprints()):
        return ()
    return (f"{options().keys_file} is not the key file of this backup: enter credentials anew.",)
