"""Holds grouped for people: those whose answer frees most first, then by how many they hold."""

from collections.abc import Iterable

import msgspec

from torgpred.channels.core.contract import Problem
from torgpred.kernel.findings import Finding
from torgpred.listings.core.answers import Need, Waiting, need_of
from torgpred.listings.core.pricing.holds import BY_RULES, TOGETHER
from torgpred.listings.core.remarks import Remark, hold

EXAMPLES = 5
EACH = "…"
"""Stands where each offer of a group has a figure of its own."""
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
        self.alone = True
        """Each product that it holds has one offer."""
        self.examples: list[str] = []
        self._alike = {"value", *remark.finding.data}
        """Names whose values were the same for all so far."""

    def add(self, remark: Remark, key: str, offers: int) -> None:
        self.offers += offers
        self._compare(remark.finding)
        if len(self.examples) < EXAMPLES and key not in self.examples:
            self.examples.append(key)

    def _compare(self, finding: Finding) -> None:
        first = self.remark.finding
        if finding is first or (finding.value, finding.data) == (first.value, first.data):
            return
        mine, others = _said_with(first), _said_with(finding)
        self._alike = {name for name in self._alike if mine[name] == others.get(name)}

    def finding(self) -> Finding:
        """Return what holds all of them, without the figures that are of one alone."""
        first = self.remark.finding
        if len(self._alike) == len(first.data) + 1:
            return first
        kept = {name: text if name in self._alike else EACH for name, text in first.data.items()}
        value = first.value if "value" in self._alike else EACH
        kind = TOGETHER.get(first.code)
        template = kind.template if kind else first.template
        return msgspec.structs.replace(first, value=value, data=kept, template=template)


def _said_with(finding: Finding) -> dict[str, str]:
    return {"value": finding.value, **finding.data}


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
    reasons is counted in both. A group says what is the same for all in it.
    """
    groups: dict[tuple[str, str, str], _Growing] = {}
    waiting = Waiting()
    for key, offers, remarks in products:
        waiting.add(remarks, offers)
        for remark in remarks:
            if not remark.holds:
                continue
            group = "" if remark.code in BY_RULES else remark.group
            place = (remark.code, remark.fact, group)
            growing = groups.get(place)
            if growing is None:
                growing = groups[place] = _Growing(msgspec.structs.replace(remark, group=group))
            growing.add(remark, remark.sku or key, 1 if remark.sku else offers)
            growing.alone &= offers == 1
    answers = waiting.ranked(RANKED)
    place_of: dict[Need, int] = {(one.fact, one.group): at for at, one in enumerate(answers)}
    ranked = sorted(
        (
            (place_of.get(need_of(one.remark, alone=one.alone), RANKED), one)
            for one in groups.values()
        ),
        key=lambda pair: (pair[0], -pair[1].offers, pair[1].remark.code, pair[1].remark.group),
    )
    return tuple(
        _group(growing, answers[at].frees if at < len(answers) else 0) for at, growing in ranked
    )


def _group(growing: _Growing, frees: int) -> HoldGroup:
    remark, finding = growing.remark, growing.finding()
    return HoldGroup(
        code=remark.code,
        fact=remark.fact,
        group=remark.group,
        offers=growing.offers,
        message=finding.message,
        mend=finding.mend,
        examples=tuple(growing.examples),
        frees=frees,
        finding=finding,
    )
