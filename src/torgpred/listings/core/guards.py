"""Guards: what a plan does not do without an explicit yes, since it looks like an accident.

A file that lost half its rows, prices that lost two digits, kopecks taken for roubles, a price
rule that moves a whole shop, texts that were emptied: each is carried out like any change once a
person has said that it is meant.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.channels.core.drafts import Draft, Seen
from torgpred.listings.core.diff import Standing

EXAMPLES: Final = 5

REMOVALS: Final = "removals"
PRICES: Final = "prices"
MOVES: Final = "moves"
TEXTS: Final = "texts"

SAID: Final = {
    REMOVALS: (
        "{count} of the {of} offers that stand in the shop would go.",
        "Is the file complete? If they are really gone, say so.",
    ),
    PRICES: (
        "{count} prices would move beyond {limit} times up or down.",
        "Lost digits, kopecks for roubles, another currency? If the prices are right, say so.",
    ),
    MOVES: (
        "Prices that would rise or fall by more than {limit} %: {count}.",
        "Look at the furthest ones. If the prices are right, say so.",
    ),
    TEXTS: (
        "{count} products would lose most of their text or pictures.",
        "Did a column of the file come empty? If the shorter texts are meant, say so.",
    ),
}
"""English templates of message and mend, by code."""


class GuardLimits(msgspec.Struct, frozen=True, omit_defaults=True):
    """From when on a plan waits for a yes; a seller may choose them for a shop."""

    removal_percent: Decimal = Decimal(20)
    """Percent of the offers that stand in the shop that may go at once."""
    removal_few: int = 5
    """So many may always go."""
    price_times: Decimal = Decimal(3)
    """A price may rise to so many times itself, or fall to the part of it."""
    price_percent: Decimal = Decimal(30)
    """Percent of itself that a price in the shop may rise or fall; beyond `price_times` it counts
    there alone."""
    text_percent: Decimal = Decimal(20)
    """A text may shrink to so much of itself, if it was longer than `title_long` or `text_long`."""
    title_long: int = 30
    text_long: int = 200
    text_few: int = 2
    """So many products may always lose text or pictures."""


class Guard(msgspec.Struct, frozen=True):
    """One reason to wait: how many things, with examples (product or SKU: old -> new).

    Of prices the examples are those that move the furthest, the furthest first, each move once
    while there are others.
    """

    code: str
    count: int
    of: int
    message: str
    mend: str
    examples: tuple[str, ...] = ()
    limit: str = ""
    """The limit that `message` names, to be said in other languages (`SAID`)."""


class Watch:
    """Looks at the changes of a plan one by one and says in the end which guards wait."""

    def __init__(self, limits: GuardLimits) -> None:
        self.limits = limits
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}
        self._moved: dict[str, list[tuple[Decimal, str]]] = {PRICES: [], MOVES: []}
        self._alike: dict[str, list[str]] = {PRICES: [], MOVES: []}

    def update(self, draft: Draft, standing: Standing) -> None:
        """Look at a product that stands in the shop and would be changed to a draft."""
        before = _prices_before(standing)
        for variant in draft.variants:
            old = before.get(variant.sku)
            if old:
                new = variant.price if variant.discount_price is None else variant.discount_price
                self.price(variant.sku, old, new)
                self._moves(variant.sku, old, new)
        gone = before.keys() - {one.sku for one in draft.variants}
        if gone:
            self.removed(len(gone), sorted(gone))
        lost = self._lost(draft, standing)
        if lost:
            self._note(TEXTS, lost)

    def price(self, sku: str, old: Decimal, new: Decimal) -> None:
        """Look at a price that moves from a known one to another."""
        if self._jumps(old, new):
            self._far(PRICES, sku, old, new)

    def removed(self, offers: int, examples: Sequence[str]) -> None:
        """Count offers that would be paused, removed or left out."""
        self._counts[REMOVALS] = self._counts.get(REMOVALS, 0) + offers
        self._examples.setdefault(REMOVALS, []).extend(examples[:EXAMPLES])

    def guards(self, standing: int) -> tuple[Guard, ...]:
        """Return the guards that wait, of a shop in which so many offers stand."""
        said = []
        for code in (REMOVALS, PRICES, MOVES, TEXTS):
            count = self._counts.get(code, 0)
            if self._too_many(code, count, standing):
                message, mend = SAID[code]
                limits = self.limits
                moved = limits.price_percent if code == MOVES else limits.price_times
                limit = f"{moved.normalize():f}"
                text = message.format(count=count, of=standing, limit=limit)
                far = [example for _, example in self._moved.get(code, ())]
                examples = tuple([*far, *self._alike.get(code, ())][:EXAMPLES]) or tuple(
                    self._examples[code][:EXAMPLES]
                )
                said.append(Guard(code, count, standing, text, mend, examples, limit))
        return tuple(said)

    def _moves(self, sku: str, old: Decimal, new: Decimal) -> None:
        """Look at a price in the shop that moves far, though by no lost digits."""
        far = abs(new - old) * 100 > old * self.limits.price_percent
        if far and not self._jumps(old, new):
            self._far(MOVES, sku, old, new)

    def _jumps(self, old: Decimal, new: Decimal) -> bool:
        times = self.limits.price_times
        return old > 0 and (new > old * times or new * times < old)

    def _far(self, code: str, sku: str, old: Decimal, new: Decimal) -> None:
        self._counts[code] = self._counts.get(code, 0) + 1
        times = max(new / old, old / new) if new > 0 else Decimal("Infinity")
        moved, move = self._moved[code], f": {old} -> {new}"
        if any(known.endswith(move) for _, known in moved):
            # Sizes and colours that move alike: they fill up what others leave.
            alike = self._alike[code]
            if len(alike) < EXAMPLES:
                alike.append(f"{sku}{move}")
            return
        moved.append((times, f"{sku}{move}"))
        moved.sort(key=lambda one: -one[0])
        del moved[EXAMPLES:]

    def _too_many(self, code: str, count: int, standing: int) -> bool:
        limits = self.limits
        if code == REMOVALS:
            few = max(Decimal(limits.removal_few), standing * limits.removal_percent / 100)
            return count > few
        return count > (limits.text_few if code == TEXTS else 0)

    def _note(self, code: str, example: str) -> None:
        self._counts[code] = self._counts.get(code, 0) + 1
        examples = self._examples.setdefault(code, [])
        if len(examples) < EXAMPLES:
            examples.append(example)

    def _lost(self, draft: Draft, standing: Standing) -> str:
        """Return what a product would lose, as an example; empty where it keeps enough."""
        was = standing.seen or standing.last_applied
        if was is None:
            return ""
        for name, long in (
            ("titles", self.limits.title_long),
            ("descriptions", self.limits.text_long),
        ):
            for language, old in (getattr(was, name) or {}).items():
                new = getattr(draft, name).get(language, "")
                if len(old) > long and len(new) * 100 < len(old) * self.limits.text_percent:
                    return f"{draft.external_id}: {len(old)} -> {len(new)} characters"
        pictures = len(was.pictures or ())
        if len(draft.pictures) * 2 < pictures:
            return f"{draft.external_id}: {pictures} -> {len(draft.pictures)} pictures"
        return ""


def _prices_before(standing: Standing) -> dict[str, Decimal]:
    """Return what buyers paid so far, by SKU in the shop."""
    was: Seen | Draft | None = standing.seen or standing.last_applied
    found: dict[str, Decimal] = {}
    for variant in was.variants if was is not None else ():
        price = variant.price if variant.discount_price is None else variant.discount_price
        if price is not None:
            found[variant.sku] = price
    return found
