"""What a catalogue could do at a marketplace today: the answer a seller gets before any account.

Desired states are added one by one and only counted, so that memory stays flat.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.kernel.findings import Finding
from torgpred.listings.core.answers import (
    TELLING,
    Answer,
    Need,
    beyond_answers,
    needs_of,
    ranked_answers,
)
from torgpred.listings.core.desired import Desired, Figures
from torgpred.listings.core.pricing import Waterfall
from torgpred.listings.core.remarks import Remark

_SAMPLE: Final = 20_001
"""Figures kept for the example; beyond it every second one is dropped, again and again."""


class Reason(msgspec.Struct, frozen=True):
    """Why offers are held or advised: how many, with one of them as an example."""

    code: str
    offers: int
    example: Finding


class Example(msgspec.Struct, frozen=True):
    """The offer in the middle of all prices: what it costs on the shelf and what is kept.

    Held offers count too where they have a price: what holds them seldom changes it.
    """

    sku: str
    price: Decimal
    keeps: Decimal
    waterfall: Waterfall


class Assessment(msgspec.Struct, frozen=True):
    """A catalogue measured against a marketplace. Counts are of offers."""

    offers: int
    ready: int
    held: tuple[Reason, ...]
    """Most offers first. An offer held for two reasons is counted in both."""
    advice: tuple[Reason, ...]
    answers: tuple[Answer, ...]
    example: Example | None
    beyond_answers: int
    """Held offers that no statement frees: their file must be mended."""
    missing: tuple[tuple[str, int], ...] = ()
    """Facts that are missing, or codes of holds that no fact lifts, with how many offers; most
    first."""
    by_fact: Mapping[str, int] = {}
    """How many held offers need answers of this one fact only, be it for several categories."""


class Assessor:
    """Counts desired states; ask for the `summary` at any time."""

    def __init__(self) -> None:
        self._offers = 0
        self._ready = 0
        self._held: Counter[str] = Counter()
        self._advised: Counter[str] = Counter()
        self._examples: dict[str, Finding] = {}
        self._needs: Counter[frozenset[Need]] = Counter()
        self._missing: Counter[str] = Counter()
        self._figures: list[Figures] = []
        self._every = 1

    def add(self, desired: Desired) -> None:
        """Count the offers of one product."""
        size = len(desired.variants)
        self._offers += size
        if desired.draft is not None:
            self._ready += len(desired.draft.variants)
        if desired.remarks:
            self._count_remarks(desired.remarks, size)
        for number, variant in enumerate(desired.variants):
            if variant.held:
                self._needs[needs_of(desired.remarks, variant.sku, alone=size == 1)] += 1
                self._missing.update(_facts_of(desired.remarks, variant.sku))
            if variant.price is not None and (self._offers + number) % self._every == 0:
                self._figures.append(variant)
        if len(self._figures) > _SAMPLE:
            del self._figures[::2]
            self._every *= 2

    def summary(self, top: int = 3) -> Assessment:
        """Return the assessment, with the `top` answers that together free the most."""
        return Assessment(
            offers=self._offers,
            ready=self._ready,
            held=self._reasons(self._held),
            advice=self._reasons(self._advised),
            answers=tuple(ranked_answers(self._needs, top)),
            example=self._example(),
            beyond_answers=beyond_answers(self._needs),
            missing=tuple(sorted(self._missing.items(), key=lambda pair: (-pair[1], pair[0]))),
            by_fact=self._by_fact(),
        )

    def _by_fact(self) -> dict[str, int]:
        alone: Counter[str] = Counter()
        for needs, count in self._needs.items():
            facts = {fact for fact, _ in needs}
            if len(facts) == 1 and "" not in facts:
                alone[facts.pop()] += count
        return dict(alone)

    def _count_remarks(self, remarks: Iterable[Remark], size: int) -> None:
        seen: set[tuple[str, str]] = set()
        for one in remarks:
            if (one.code, one.sku) in seen:
                continue
            seen.add((one.code, one.sku))
            counter = self._held if one.holds else self._advised
            counter[one.code] += 1 if one.sku else size
            self._examples.setdefault(one.code, one.finding)

    def _reasons(self, counted: Counter[str]) -> tuple[Reason, ...]:
        ranked = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(Reason(code, count, self._examples[code]) for code, count in ranked)

    def _example(self) -> Example | None:
        priced = [
            (one.price, one.sku, one)
            for one in self._figures
            if one.price is not None and one.keeps is not None
        ]
        if not priced:
            return None
        priced.sort(key=lambda row: (row[0], row[1]))
        price, sku, one = priced[(len(priced) - 1) // 2]
        return Example(sku, price, one.keeps or Decimal(0), one.waterfall)


def _facts_of(remarks: Iterable[Remark], sku: str) -> set[str]:
    """Return what an offer lacks: facts, or codes of holds that no fact lifts for a group."""
    return {
        one.code if one.code in TELLING else one.fact or one.code
        for one in remarks
        if one.holds and one.sku in ("", sku)
    }
