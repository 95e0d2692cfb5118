"""What may be told outside: sums over sellers, none of which rests on fewer than a chosen number.

Everything that is published is a sum over atoms (a seller's sales in one group of each breakdown).
A breakdown is published as a partition: groups that rest on too few sellers are told together, and
the smallest others join them until what is told together passes as well; so no difference of the
whole and its groups, nor any other sum of them, rests on fewer. Two breakdowns could tell on one
another where a group of one lies within a group of the other: what lies between is held to the
same, and groups that fail it are told together too.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import msgspec

LEAST: Final = 5
"""Sellers that a figure rests on at least, where a campaign does not say more."""
FEWEST: Final = 3
"""Less would let two that know their own figures work out the third's."""


class Atom(msgspec.Struct, frozen=True):
    """What one seller sold in one place of every breakdown; `groups` by breakdown, in order."""

    seller: int
    groups: tuple[str, ...]
    amounts: dict[str, Decimal]
    """By unit: orders, pieces, or a currency."""


class Told(msgspec.Struct, frozen=True):
    """A published sum. `names` are its groups: several where they are told together."""

    names: tuple[str, ...]
    sellers: int
    amounts: dict[str, Decimal]


class Breakdown(msgspec.Struct, frozen=True):
    """A breakdown: groups shown, the largest first, and those told together at the end."""

    name: str
    shown: tuple[Told, ...]
    together: Told | None


class Pooled(msgspec.Struct, frozen=True):
    """What may be published; None as `whole`: too few sellers altogether."""

    least: int
    whole: Told | None
    breakdowns: tuple[Breakdown, ...]


def pool(atoms: Sequence[Atom], names: Sequence[str], least: int) -> Pooled:
    """Return what may be published of atoms, with a breakdown for each name."""
    sold = [one for one in atoms if any(one.amounts.values())]
    if len(_sellers(sold)) < max(least, 1):
        return Pooled(least, None, ())
    partitions: list[list[set[str]]] = []
    for place in range(len(names)):
        partitions.append(_partition(sold, place, least, partitions))
    breakdowns = []
    for place, (name, parts) in enumerate(zip(names, partitions, strict=True)):
        if len(parts) < 2:  # one part alone is the whole again
            breakdowns.append(Breakdown(name, (), None))
            continue
        told = [_told(sold, place, part) for part in parts]
        shown = sorted(told[1:], key=lambda one: (-one.sellers, one.names))
        first = told[0]
        if len(first.names) == 1:
            shown = sorted([first, *shown], key=lambda one: (-one.sellers, one.names))
        breakdowns.append(Breakdown(name, tuple(shown), None if len(first.names) == 1 else first))
    whole = Told((), len(_sellers(sold)), _sum(sold))
    return Pooled(least, whole, tuple(breakdowns))


def _partition(
    atoms: Sequence[Atom], place: int, least: int, earlier: Sequence[Sequence[set[str]]]
) -> list[set[str]]:
    """Return a breakdown's groups, each alone but those in the first part, told together."""
    groups: dict[str, set[int]] = {}
    for one in atoms:
        groups.setdefault(one.groups[place], set()).add(one.seller)
    order = sorted(groups, key=lambda name: (len(groups[name]), name))
    together = {name for name in order if len(groups[name]) < least}
    left = [name for name in order if name not in together]
    while True:
        passed = not together or (
            len(set[int]().union(*(groups[name] for name in together))) >= least
        )
        if passed:
            parts = ([together] if together else []) + [{name} for name in left]
            if not _tells(atoms, place, parts, least, earlier):
                return parts
        if not left:
            return [set(groups)]
        together.add(left.pop(0))


def _tells(
    atoms: Sequence[Atom],
    place: int,
    parts: Sequence[set[str]],
    least: int,
    earlier: Sequence[Sequence[set[str]]],
) -> bool:
    """Tell whether a breakdown beside the earlier ones would tell of too few sellers."""
    for other, theirs in enumerate(earlier):
        for part in parts:
            mine = {at for at, one in enumerate(atoms) if one.groups[place] in part}
            for their in theirs:
                them = {at for at, one in enumerate(atoms) if one.groups[other] in their}
                for wider, within in ((mine, them), (them, mine)):
                    between = wider - within
                    if within <= wider and between and _few(atoms, between, least):
                        return True
    return False


def _few(atoms: Sequence[Atom], places: Iterable[int], least: int) -> bool:
    return len({atoms[at].seller for at in places}) < least


def _told(atoms: Sequence[Atom], place: int, part: set[str]) -> Told:
    mine = [one for one in atoms if one.groups[place] in part]
    return Told(tuple(sorted(part)), len(_sellers(mine)), _sum(mine))


def _sellers(atoms: Iterable[Atom]) -> set[int]:
    return {one.seller for one in atoms}


def _sum(atoms: Iterable[Atom]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for one in atoms:
        for unit, amount in one.amounts.items():
            found[unit] = found.get(unit, Decimal(0)) + amount
    return dict(sorted(found.items()))
