"""The secret box: what is sealed here can be opened with the installation's key file only.

The file holds one Fernet key a line, the newest first; it is created at first use, readable by
its owner alone, and must be kept apart from database backups: either is worthless without the
other. A sealed text carries the context it was sealed for, so that a value copied into another
row does not open there.
"""

import json
import os
import secrets as random_source
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import connection
from typing_extensions import override

from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.runtime.options import options

KEPT_KEYS: Final = 2
"""Keys that stay in the file after a rotation: a process that still sealed with the previous
key while the rotation ran must not lose what it wrote."""

_ROTATION: Final = 0x746F7267
"""Number of the advisory lock."""

Reseal = Callable[[str, str], str]
"""Takes (sealed text, context) and returns it sealed with the newest key."""
ReEncryptor = Callable[[Reseal], int]
"""Reseals everything one area has stored and returns how many values that were."""


class WrongKeyError(TorgpredError):
    """The key file at hand did not seal this."""

    code = "secrets.wrong_key"
    template = (
        "The secret key file {path} does not open what is stored ({context}). Put back the key"
        " file that was in use when it was stored (it is kept apart from the database backup), or"
        " enter the secret again."
    )


class KeyFileError(TorgpredError):
    """The key file cannot be used."""

    code = "secrets.key_file"
    template = "The secret key file {path} cannot be used: {reason}"


class RotationRunsError(TorgpredError):
    """Somebody else is making a new key at this moment."""

    code = "secrets.rotation_runs"
    template = "Another rotation of the secret keys is running. Wait for its end."


class Secrets(Mapping[str, str]):
    """Secret values by name that never show in a repr, a log or a traceback's locals."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)

    @override
    def __getitem__(self, name: str) -> str:
        return self._values[name]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    @override
    def __len__(self) -> int:
        return len(self._values)

    @override
    def __repr__(self) -> str:
        return f"<secrets: {', '.join(sorted(self._values))}>"


class SecretBox:
    """Seals and opens texts with the keys of one file, which is read anew when it changes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._guard = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._fernet: MultiFernet | None = None

    def seal(self, text: str, context: str) -> str:
        """Return the text encrypted with the newest key, bound to a context such as "shop 7"."""
        payload = json.dumps([context, text], ensure_ascii=False, separators=(",", ":"))
        return self._keys().encrypt(payload.encode()).decode("ascii")

    def open(self, sealed: str, context: str) -> str:
        """Return the text that was sealed.

        Raises WrongKeyError where none of the keys fits, or it was sealed for another context.
        """
        try:
            payload = self._keys().decrypt(sealed.encode("ascii"))
            sealed_for, text = json.loads(payload)
        except (InvalidToken, ValueError) as error:
            raise WrongKeyError(path=self.path, context=context) from error
        if sealed_for != context:
            raise WrongKeyError(path=self.path, context=context)
        return str(text)

    def reseal(self, sealed: str, context: str) -> str:
        """Return the same secret, sealed with the newest key."""
        return self.seal(self.open(sealed, context), context)

    def fingerprints(self) -> tuple[str, ...]:
        """Return a short public name of each key, newest first: to tell key files apart."""
        self._keys()
        return tuple(sha256(key).hexdigest()[:12] for key in _read(self.path))

    def signing_material(self) -> tuple[bytes, ...]:
        """Return the keys, newest first, to derive others from: never to be shown or used as is."""
        self._keys()
        return tuple(_read(self.path))

    def add_key(self) -> None:
        """Put a new key in front: from now on it seals; the older ones still open."""
        self._keys()
        _write(self.path, [Fernet.generate_key(), *_read(self.path)])

    def drop_old_keys(self) -> None:
        """Forget the keys that a finished rotation has made useless."""
        _write(self.path, _read(self.path)[:KEPT_KEYS])

    def _keys(self) -> MultiFernet:
        with self._guard:
            stamp = _stamp(self.path)
            if stamp is None:
                _create(self.path)
                stamp = _stamp(self.path)
            if self._fernet is None or stamp != self._stamp:
                self._fernet = MultiFernet([Fernet(key) for key in _read(self.path)])
                self._stamp = stamp
            return self._fernet


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino


def _create(path: Path) -> None:
    """Create the key file; of several processes that try at once, one wins and all use its key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path, [Fernet.generate_key()])
    try:
        # A hard link fails where the name exists, and never shows a half-written file.
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            draft.replace(path)
            return
    finally:
        draft.unlink(missing_ok=True)


def _write(path: Path, keys: list[bytes]) -> None:
    _draft(path, keys).replace(path)


def _draft(path: Path, keys: list[bytes]) -> Path:
    draft = path.with_name(f".{path.name}.{os.getpid()}.{random_source.token_hex(4)}")
    head = (
        "# Torgpred's secret keys, newest first. Keep this file apart from database backups.\n"
        f"# written {now():%Y-%m-%d %H:%M} UTC\n"
    )
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(head.encode() + b"".join(key + b"\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    return draft


def _read(path: Path) -> list[bytes]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise KeyFileError(path=path, reason=error.strerror or str(error)) from error
    keys = [line.strip() for line in lines if line.strip() and not line.startswith(b"#")]
    try:
        for key in keys:
            Fernet(key)
    except ValueError as error:
        raise KeyFileError(path=path, reason="a line is no key.") from error
    if not keys:
        raise KeyFileError(path=path, reason="it holds no key.")
    return keys


@lru_cache(maxsize=4)
def _box(path: Path) -> SecretBox:
    return SecretBox(path)


def box() -> SecretBox:
    """Return the box of this installation's key file."""
    return _box(options().keys_file)


def seal(text: str, context: str) -> str:
    """Seal a text with this installation's newest key, bound to a context."""
    return box().seal(text, context)


def unseal(sealed: str, context: str) -> str:
    """Open what `seal` returned for the same context.

    Raises WrongKeyError.
    """
    return box().open(sealed, context)


_RE_ENCRYPTORS: dict[str, ReEncryptor] = {}


def re_encrypts(name: str, work: ReEncryptor) -> None:
    """Register who reseals an area's stored secrets at a rotation; called from `apps.py`."""
    _RE_ENCRYPTORS[name] = work


def rotate() -> dict[str, int]:
    """Make a new key and reseal every stored secret with it; return how many, by area.

    It may be cut off at any moment and run again: old keys go only after all was resealed. Of two
    that run at once the second one raises RotationRunsError, since it would drop the other's key.
    """
    with_box = box()
    with _alone():
        with_box.add_key()
        done = {name: work(with_box.reseal) for name, work in sorted(_RE_ENCRYPTORS.items())}
        with_box.drop_old_keys()
    return done


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the database's lock for rotations, as all who share the key file share the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ROTATION])
        if not cursor.fetchone()[0]:
            raise RotationRunsError
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ROTATION])
