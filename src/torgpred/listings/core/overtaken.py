"""What of a step still stands: places that later plans changed are theirs, whatever they hold now.

A value alone does not tell: a later plan may have brought the very same one.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft
from torgpred.kernel.ids import encode
from torgpred.listings.core.diff import FieldChange

Place = tuple[str, str]
"""(SKU, or empty for the product; field). A field of many parts is one place."""
STATUS: Final = "status"
VARIANT: Final = "variant"
SWITCHES: Final = (Action.PAUSE, Action.RESUME)


class Later(msgspec.Struct, frozen=True):
    """A step of a later plan that was carried out for the same product."""

    plan_id: int
    undoes_id: int | None
    action: Action
    changes: tuple[FieldChange, ...]

    def said(self, plan_id: int) -> str:
        """Return why what it changed is left by an undo of this plan."""
        if self.undoes_id == plan_id:
            return f"Plan {encode(self.plan_id)} took it back already."
        return f"Plan {encode(self.plan_id)} changed it since."


def places(changes: Sequence[FieldChange]) -> tuple[Place, ...]:
    """Return which places of a product's content these lines change, each once."""
    found = ((one.place, one.field.partition(".")[0]) for one in changes)
    return tuple(dict.fromkeys(place for place in found if place != ("", STATUS)))


def switched_since(later: Sequence[Later], undone: int) -> Later | None:
    """Return the later step by which the product is on or off sale now; None where there is none.

    `later` goes from the newest to the oldest, `undone` is the plan to take back.
    """
    return _over([one for one in later if one.action in SWITCHES], undone)


def changed_since(mine: Sequence[Place], later: Sequence[Later], undone: int) -> dict[Place, Later]:
    """Return which of these places are later plans' by now, and by which step.

    `later` goes from the newest to the oldest, `undone` is the plan to take back.
    """
    content = [(one, places(one.changes)) for one in later if one.action not in SWITCHES]
    found = {}
    for place in mine:
        theirs = [one for one, other in content if any(_meet(place, each) for each in other)]
        if last := _over(theirs, undone):
            found[place] = last
    return found


def _over(later: Sequence[Later], undone: int) -> Later | None:
    """Return the newest of these steps that still counts.

    A later plan that was itself taken back leaves nothing behind, so that plans can be undone one
    after the other, the last one first. What took back the undone plan always counts.
    """
    stack: list[Later] = []
    for one in reversed(later):
        last = stack[-1] if stack else None
        if last is not None and one.undoes_id == last.plan_id and last.undoes_id != undone:
            stack.pop()
        else:
            stack.append(one)
    return stack[-1] if stack else None


def _meet(mine: Place, theirs: Place) -> bool:
    """Tell whether two places lie in one another: a variant holds all of its fields."""
    if mine[0] != theirs[0]:
        return False
    return mine[1] == theirs[1] or (mine[0] != "" and VARIANT in (mine[1], theirs[1]))


def keeping(target: Draft, standing: Draft, kept: Sequence[Place]) -> Draft:
    """Return the target with these places as they stand."""
    fields = {field: getattr(standing, field) for sku, field in kept if not sku}
    there = {one.sku: one for one in standing.variants}
    variants = {one.sku: one for one in target.variants}
    for sku, field in kept:
        if not sku:
            continue
        if sku not in there:
            variants.pop(sku, None)
        elif field == VARIANT or sku not in variants:
            variants[sku] = there[sku]
        else:
            value = {field: getattr(there[sku], field)}
            variants[sku] = msgspec.structs.replace(variants[sku], **value)
    return msgspec.structs.replace(target, variants=tuple(variants.values()), **fields)
