"""The built-in library of programmes: TOML files beside this module, read once.

It holds what public sources say, each condition with its source. What the operator keeps goes
before it.
"""

from functools import lru_cache
from importlib.resources import files

from torgpred.programmes.core.reading import read
from torgpred.programmes.core.values import Programme


@lru_cache(maxsize=1)
def library() -> tuple[Programme, ...]:
    """Return the programmes of the library by key; each file holds one."""
    texts = (one for one in files(__package__).iterdir() if one.name.endswith(".toml"))
    found = [read(one.read_text(encoding="utf-8")) for one in texts]
    return tuple(sorted(found, key=lambda one: one.key))
