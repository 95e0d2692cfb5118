"""Files beside the exchange's in its archive, found by the paths that the exchange has for them."""

from collections.abc import Iterable


class Members:
    """Members of an archive by path, whichever way slashes lean and however letters are written."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {_folded(name): name for name in names}

    def find(self, folder: str, path: str) -> str:
        """Return the member that a file in `folder` means by `path`; empty where there is none.

        1C writes paths from where the file lies; some exports write them from the archive's root.
        """
        beside = self._names.get(_folded(f"{folder}/{path}"))
        return beside or self._names.get(_folded(path), "")


def _folded(path: str) -> str:
    parts = path.replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in {"", "."}).casefold()
