"""Advice grouped for people: what is told of goods that go live all the same."""

from collections.abc import Collection, Iterable

import msgspec

from torgpred.listings.core.remarks import Remark

EXAMPLES = 5


class AdviceGroup(msgspec.Struct, frozen=True):
    """One thing told of goods of one category: of how many ready offers, and some of their keys."""

    remark: Remark
    offers: int
    examples: tuple[str, ...]


def advised(
    told: Iterable[tuple[tuple[str, ...], int, int, tuple[Remark, ...]]], codes: Collection[str]
) -> tuple[AdviceGroup, ...]:
    """Group the advice of some codes, the largest first.

    It is told as (keys of some products, products, their ready offers, remarks). Advice on a
    product counts its ready offers, one on a variant counts one a product.
    """
    offers: dict[tuple[str, str, str], int] = {}
    examples: dict[tuple[str, str, str], list[str]] = {}
    first: dict[tuple[str, str, str], Remark] = {}
    for keys, products, ready, remarks in told:
        for one in remarks:
            if one.holds or one.code not in codes:
                continue
            place = (one.code, one.finding.value, one.group)
            first.setdefault(place, one)
            offers[place] = offers.get(place, 0) + (min(products, ready) if one.sku else ready)
            some = examples.setdefault(place, [])
            some += [key for key in keys if key not in some][: EXAMPLES - len(some)]
    ranked = sorted(first, key=lambda place: (-offers[place], place))
    return tuple(
        AdviceGroup(first[place], offers[place], tuple(examples[place])) for place in ranked
    )
