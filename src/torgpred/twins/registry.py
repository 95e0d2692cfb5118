"""Which twins there are, and how to reach them."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec
from starlette.applications import Starlette

from torgpred.twins.aliexpress_ru.accounts import seeds
from torgpred.twins.aliexpress_ru.app import build as build_aliexpress_ru
from torgpred.twins.aliexpress_ru.tree import load
from torgpred.twins.aliexpress_ru.tree_types import Tree

DEFAULT_PORT = 8810


class TwinAccount(msgspec.Struct, frozen=True, kw_only=True):
    """A seller's account that a fresh twin has."""

    code: str
    name: str
    token: str


class TwinInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A twin and how a client reaches it: base address, and the token of its first account."""

    code: str
    name: str
    port: int
    base_url: str
    token: str
    accounts: list[TwinAccount]


class Closable(Protocol):
    """A twin's memory."""

    def close(self) -> None:
        """Let go of the state file."""


Builder = Callable[[Path, Path | None], tuple[Starlette, Closable]]


def _tree(file: Path | None) -> Tree:
    if file is not None:
        return msgspec.json.decode(file.read_bytes(), type=Tree)
    return load()


def _aliexpress_ru(folder: Path, tree: Path | None) -> tuple[Starlette, Closable]:
    return build_aliexpress_ru(folder / "aliexpress_ru.sqlite3", _tree(tree))


BUILDERS: dict[str, Builder] = {"aliexpress_ru": _aliexpress_ru}
_NAMES = {"aliexpress_ru": "AliExpress Russia"}


def twins(port: int = DEFAULT_PORT) -> list[TwinInfo]:
    """Return all twins as they stand when served from a port on, each on a port of its own."""
    accounts = [TwinAccount(code=each.code, name=each.name, token=each.token) for each in seeds()]
    return [
        TwinInfo(
            code=code,
            name=_NAMES[code],
            port=port + place,
            base_url=f"http://127.0.0.1:{port + place}",
            token=accounts[0].token,
            accounts=accounts,
        )
        for place, code in enumerate(BUILDERS)
    ]
