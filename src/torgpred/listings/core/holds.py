"""Holds grouped for people: those whose answer frees most first, then by how many they hold."""

from collections.abc import Iterable

import msgspec

from torgpred.channels.core.contract import Problem
from torgpred.kernel.findings import Finding
from torgpred.listings.core.answers import Need, Waiting, need_of
from torgpred.listings.core.remarks import Remark, hold

EXAMPLES = 5
RANKED = 50
"""So many groups stand in the order of what their answers free."""


class HoldGroup(msgspec.Struct, frozen=True):
    """Why offers are held: how many, what is wrong, how to mend it, and some of their keys."""

    code: str
    fact: str
    group: str
    """Key of the seller's category; empty where the reason is of no one category."""
    offers: int
    message: str
    mend: str
    examples: tuple[str, ...]
    frees: int = 0
    """Offers that go once its answer is given, after the answers of the groups before it."""
    finding: Finding | None = None
    """What `message` and `mend` say, to be said in other languages; None in plans of before."""


class _Growing:
    """A group being counted."""

    def __init__(self, remark: Remark) -> None:
        self.remark = remark
        self.offers = 0
        self.examples: list[str] = []

    def add(self, key: str, offers: int) -> None:
        self.offers += offers
        if len(self.examples) < EXAMPLES and key not in self.examples:
            self.examples.append(key)


REFUSED = hold(
    "marketplace.refused",
    "The marketplace refused it: {reason}",
    "{mend}",
)


def refusal(problems: Iterable[Problem], group: str = "") -> Remark:
    """Return what the marketplace said of a refused draft as a hold."""
    told = list(problems)
    mends = dict.fromkeys(one.mend for one in told if one.mend)
    finding = REFUSED.at(
        "",
        reason="; ".join(dict.fromkeys(one.message for one in told)),
        mend=" ".join(mends) or "Mend it there or here, then: torgpred plan SELLER --retry",
    )
    return Remark(finding=finding, group=group)


def grouped(
    products: Iterable[tuple[str, int, tuple[Remark, ...]]],
) -> tuple[HoldGroup, ...]:
    """Group the holds of (product key, offers, remarks).

    A hold on a product counts all its offers, one on a variant counts one. An offer held for two
    reasons is counted in both.
    """
    groups: dict[tuple[str, str, str], _Growing] = {}
    waiting = Waiting()
    for key, offers, remarks in products:
        waiting.add(remarks, offers)
        for remark in remarks:
            if not remark.holds:
                continue
            place = (remark.code, remark.fact, remark.group)
            growing = groups.get(place)
            if growing is None:
                growing = groups[place] = _Growing(remark)
            growing.add(remark.sku or key, 1 if remark.sku else offers)
    answers = waiting.ranked(RANKED)
    place_of: dict[Need, int] = {(one.fact, one.group): at for at, one in enumerate(answers)}
    ranked = sorted(
        ((place_of.get(need_of(one.remark), RANKED), one) for one in groups.values()),
        key=lambda pair: (pair[0], -pair[1].offers, pair[1].remark.code, pair[1].remark.group),
    )
    return tuple(
        HoldGroup(
            code=growing.remark.code,
            fact=growing.remark.fact,
            group=growing.remark.group,
            offers=growing.offers,
            message=growing.remark.finding.message,
            mend=growing.remark.finding.mend,
            examples=tuple(growing.examples),
            frees=answers[at].frees if at < len(answers) else 0,
            finding=growing.remark.finding,
        )
        for at, growing in ranked
    )
