"""Which marketplaces this installation can speak to: packages found through entry points.

A stranger ships a connector as a package with an entry point in the group `torgpred.connectors`;
its name is the family's code, its value an object that fulfils `channels.core.contract.Family`.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from torgpred.channels.core.contract import Family
from torgpred.channels.core.shops import UnknownFamilyError
from torgpred.kernel import shapes
from torgpred.runtime.observability import logger

GROUP = "torgpred.connectors"

_log = logger(__name__)


def _offered() -> Sequence[EntryPoint]:
    return tuple(entry_points(group=GROUP))


@lru_cache(maxsize=1)
def families() -> Mapping[str, Family]:
    """Return the installed marketplace families by code. One that fails to load is left out."""
    found: dict[str, Family] = {}
    for point in sorted(_offered(), key=lambda one: one.name):
        try:
            found[point.name] = cast("Family", point.load())
        except (ImportError, AttributeError):
            _log.exception("connector does not load", family=point.name, value=point.value)
    shapes.make_ready()
    return found


def family(code: str) -> Family:
    """Return one family.

    Raises UnknownFamilyError.
    """
    known = families()
    if code not in known:
        raise UnknownFamilyError(family=code, known=", ".join(known) or "none")
    return known[code]


def main_locale(of: Family) -> str:
    """Return the language in which a family's rules are learnt: its texts' main one."""
    return next(iter(of.rules.texts), "")
