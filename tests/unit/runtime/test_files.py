import hashlib
import io
from pathlib import Path

import pytest

from torgpred.runtime import files
from torgpred.runtime.files import BucketStore, FileMissingError, FileTooLargeError, FolderStore
from torgpred.runtime.options import Options, WrongSettingError


class Bucket:
    """The four calls of an S3 client that the store makes, over a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}

    def upload_fileobj(self, file: io.BufferedIOBase, bucket: str, key: str) -> None:
        self.kept[bucket, key] = file.read()

    def download_fileobj(self, bucket: str, key: str, file: io.BufferedIOBase) -> None:
        file.write(self.kept[bucket, key])

    def list_objects_v2(self, **asked: object) -> dict[str, list[dict[str, int]]]:
        found = self.kept.get((str(asked["Bucket"]), str(asked["Prefix"])))
        return {} if found is None else {"Contents": [{"Size": len(found)}]}

    def delete_object(self, **asked: object) -> None:
        self.kept.pop((str(asked["Bucket"]), str(asked["Key"])), None)


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> files.FileStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "files")
    return BucketStore("s3://pictures/torgpred", client=Bucket())


def test_a_file_comes_back_by_the_digest_of_its_content(store: files.FileStore) -> None:
    content = b"picture" * 300_000

    ref = store.put(io.BytesIO(content))

    assert ref == hashlib.sha256(content).hexdigest()
    assert store.size(ref) == len(content)
    with store.open(ref) as file:
        assert file.read() == content


def test_the_same_content_is_kept_once(store: files.FileStore) -> None:
    assert store.put(io.BytesIO(b"a")) == store.put(io.BytesIO(b"a"))


def test_a_file_over_the_limit_leaves_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")

    with pytest.raises(FileTooLargeError):
        store.put(io.BytesIO(b"x" * 11), limit=10)
    assert list((tmp_path / "files").iterdir()) == []


@pytest.mark.parametrize("ref", ["../../etc/passwd", "", "0" * 63, "Z" * 64, "0" * 64])
def test_an_unknown_or_crooked_reference_is_missing(store: files.FileStore, ref: str) -> None:
    with pytest.raises(FileMissingError):
        store.open(ref)
    assert store.size(ref) is None


def test_a_removed_file_is_gone(store: files.FileStore) -> None:
    ref = store.put(io.BytesIO(b"a"))

    store.remove(ref)
    store.remove(ref)

    assert store.size(ref) is None


def test_the_public_address_needs_a_public_url(monkeypatch: pytest.MonkeyPatch) -> None:
    ref = hashlib.sha256(b"a").hexdigest()

    monkeypatch.setattr(files, "options", lambda: Options(public_url="https://shop.example/"))
    assert files.public_address(ref, "a/вид спереди.jpg") == (
        f"https://shop.example/files/{ref}/"
        "%D0%B2%D0%B8%D0%B4%20%D1%81%D0%BF%D0%B5%D1%80%D0%B5%D0%B4%D0%B8.jpg"
    )
    monkeypatch.setattr(files, "options", lambda: Options(public_url=""))
    assert files.public_address(ref, "a.jpg") is None


def test_an_address_that_is_no_bucket_is_not_taken_for_a_folder(tmp_path: Path) -> None:
    with pytest.raises(WrongSettingError, match="TORGPRED_FILES_URL"):
        files._store("https://bucket.example/prefix", tmp_path)
