"""Files beside the exchange's in its archive, found by the paths that the exchange has for them."""

from collections.abc import Iterable


class Members:
    """Members of an archive by path, whichever way slashes lean and however letters are written.

    `files` are those members that are the exchange's own.
    """

    def __init__(self, names: Iterable[str], files: Iterable[str]) -> None:
        self._names = {_folded(name): name for name in names}
        # 1C writes paths from where its file lies; some exports, from the archive's root.
        self._folders = [*dict.fromkeys(file.rpartition("/")[0] for file in files), ""]

    def find(self, path: str) -> str:
        """Return the member that the exchange means by a path; empty where there is none."""
        beside = (self._names.get(_folded(f"{folder}/{path}")) for folder in self._folders)
        return next(filter(None, beside), "")


def _folded(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in {"", "."}).casefold()
