"""Files kept by the digest of what they hold: a folder, or a bucket behind the same port.

A reference is the SHA-256 of the content in hex; the same content is kept once. Nothing is ever
changed in place, so a reader never sees half a file.
"""

import hashlib
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Any, Protocol, cast
from urllib.parse import quote, urlsplit

from typing_extensions import override

from torgpred.kernel.errors import TorgpredError
from torgpred.runtime.options import WrongSettingError, options

CHUNK = 1 << 20
LARGEST = 512 << 20
_SALT = 32
_REF = re.compile(r"[0-9a-f]{64}")
_UNFIT_IN_NAMES = re.compile(r"[^\w.\- ()]+")


class FileMissingError(TorgpredError):
    """No file with this reference is kept."""

    code = "files.missing"
    template = "No file {ref} is kept here."


class FileTooLargeError(TorgpredError):
    """More bytes than allowed."""

    code = "files.too_large"
    template = "The file is larger than {limit} bytes."


class FileStore(Protocol):
    """Where files are kept."""

    def put(self, stream: IO[bytes], *, limit: int = LARGEST) -> str:
        """Keep everything the stream still holds and return its reference.

        Raises FileTooLargeError after `limit` bytes; then nothing is kept.
        """

    def open(self, ref: str) -> IO[bytes]:
        """Return the file opened for reading; the caller closes it.

        Raises FileMissingError.
        """

    def size(self, ref: str) -> int | None:
        """Return the size in bytes; None where it is not kept."""

    def remove(self, ref: str) -> None:
        """Forget a file; no error where it is not kept."""


def _checked(ref: str) -> str:
    if not _REF.fullmatch(ref):
        raise FileMissingError(ref=ref[:80])
    return ref


def _pour(stream: IO[bytes], target: IO[bytes], limit: int) -> str:
    """Copy a stream and return the digest of what was copied."""
    digest = hashlib.sha256()
    left = limit
    while piece := stream.read(CHUNK):
        left -= len(piece)
        if left < 0:
            raise FileTooLargeError(limit=limit)
        digest.update(piece)
        target.write(piece)
    return digest.hexdigest()


class FolderStore(FileStore):
    """Files in a folder, spread over 256 sub-folders by the first letters of the digest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @override
    def put(self, stream: IO[bytes], *, limit: int = LARGEST) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._draft() as draft:
            with draft.open("wb") as target:
                ref = _pour(stream, target, limit)
                target.flush()
                os.fsync(target.fileno())
            path = self._path(ref)
            if not path.exists():
                path.parent.mkdir(exist_ok=True)
                draft.replace(path)
        return ref

    @override
    def open(self, ref: str) -> IO[bytes]:
        try:
            return self._path(_checked(ref)).open("rb")
        except FileNotFoundError as error:
            raise FileMissingError(ref=ref) from error

    @override
    def size(self, ref: str) -> int | None:
        try:
            return self._path(_checked(ref)).stat().st_size
        except (FileNotFoundError, FileMissingError):
            return None

    @override
    def remove(self, ref: str) -> None:
        self._path(_checked(ref)).unlink(missing_ok=True)

    def _path(self, ref: str) -> Path:
        return self.folder / ref[:2] / ref

    @contextmanager
    def _draft(self) -> Iterator[Path]:
        draft = self.folder / f".draft-{os.getpid()}-{secrets.token_hex(8)}"
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)


class BucketStore(FileStore):
    """Files in an S3-compatible bucket: `s3://bucket/prefix`. Needs the extra `torgpred[s3]`.

    Keys, region and endpoint come from the usual AWS_* variables (AWS_ENDPOINT_URL for others).
    """

    def __init__(self, url: str, client: Any = None) -> None:  # noqa: ANN401 - boto3 has no types
        parts = urlsplit(url)
        self.bucket = parts.netloc
        self.prefix = parts.path.strip("/")
        self._client = client if client is not None else _s3_client()

    @override
    def put(self, stream: IO[bytes], *, limit: int = LARGEST) -> str:
        with tempfile.TemporaryFile() as draft:
            ref = _pour(stream, draft, limit)
            if self.size(ref) is None:
                draft.seek(0)
                self._client.upload_fileobj(draft, self.bucket, self._key(ref))
        return ref

    @override
    def open(self, ref: str) -> IO[bytes]:
        if self.size(ref) is None:
            raise FileMissingError(ref=ref[:80])
        with ExitStack() as unless_done:
            file: IO[bytes] = unless_done.enter_context(tempfile.TemporaryFile())
            self._client.download_fileobj(self.bucket, self._key(ref), file)
            file.seek(0)
            unless_done.pop_all()  # from here on the caller closes it
            return file

    @override
    def size(self, ref: str) -> int | None:
        if not _REF.fullmatch(ref):
            return None
        found = self._client.list_objects_v2(Bucket=self.bucket, Prefix=self._key(ref), MaxKeys=1)
        for one in found.get("Contents", ()):
            return int(one["Size"])
        return None

    @override
    def remove(self, ref: str) -> None:
        self._client.delete_object(Bucket=self.bucket, Key=self._key(_checked(ref)))

    def _key(self, ref: str) -> str:
        return f"{self.prefix}/{ref}" if self.prefix else ref


def _s3_client() -> Any:  # noqa: ANN401 - boto3 has no types
    import boto3  # noqa: PLC0415 - an extra, loaded only where a bucket is configured

    return boto3.client("s3")


@lru_cache(maxsize=4)
def _store(files_url: str, home: Path) -> FileStore:
    if not files_url:
        return FolderStore(home / "files")
    if not files_url.startswith("s3://"):
        raise WrongSettingError(name="TORGPRED_FILES_URL", why="give s3://bucket/prefix")
    return BucketStore(files_url)


def store() -> FileStore:
    """Return this installation's file store (TORGPRED_FILES_URL, else a folder of its home)."""
    return _store(options().files_url, options().home)


def read(ref: str, *, limit: int) -> bytes:
    """Return a whole file of at most `limit` bytes.

    Raises FileMissingError and FileTooLargeError.
    """
    with store().open(ref) as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise FileTooLargeError(limit=limit)
    return content


def put_own(stream: IO[bytes], *, limit: int) -> str:
    """Keep a file that nobody else shares, whatever it holds, so that it can be removed again.

    Read it by `copy_own`. Raises FileTooLargeError after `limit` bytes; then nothing is kept.
    """
    salted = cast("IO[bytes]", _Salted(stream))
    return store().put(salted, limit=limit + _SALT)


def copy_own(ref: str, target: Path) -> None:
    """Write a file that `put_own` keeps to a path. Raises FileMissingError."""
    with store().open(ref) as file, target.open("wb") as copy:
        file.read(_SALT)
        shutil.copyfileobj(file, copy, CHUNK)


def given_name(given: str) -> str:
    """Return a file's name as somebody gave it, without folders; to be shown, not to be opened."""
    return (PurePosixPath(given.replace("\\", "/")).name or "file")[-200:]


def safe_name(given: str) -> str:
    """Return a stranger's file name as one part of a path: letters, digits, few signs, ending kept.

    Never empty, at most 80 characters, so that no path and no message about one trips over it.
    """
    return _UNFIT_IN_NAMES.sub("_", given).strip(". ")[-80:] or "file"


class _Salted:
    """A stream behind some random bytes, which give its content a digest of its own."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._salt = secrets.token_bytes(_SALT)

    def read(self, size: int) -> bytes:
        salt, self._salt = self._salt, b""
        return salt or self._stream.read(size)


def public_address(ref: str, name: str) -> str | None:
    """Return where the outside finds a kept file; None without TORGPRED_PUBLIC_URL.

    `name` is the last part of the address, with the suffix that a marketplace looks at
    ("front.jpg"); the file is found by its reference alone.
    """
    base = options().public_url.rstrip("/")
    if not base:
        return None
    return base + served_path(ref, name)


def served_path(ref: str, name: str) -> str:
    """Return the path under which this installation's web process serves a kept picture."""
    return f"/files/{_checked(ref)}/{quote(Path(name).name or 'file', safe='.-_')}"
