"""What was taken back of a plan and what was not, in plain sentences."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext_noop as _

from torgpred.listings import selectors as listings
from torgpred.listings.core.pricing import Basis, Logistics
from torgpred.listings.selectors import PlanCard, Receipt
from torgpred.listings.selectors.past import former_pricing
from torgpred.web import formats, words

_FORMER: Final = _(
    "Before, the rules were: {basis}; commission {commission} %, margin {margin} %, delivery"
    " {per_parcel} a parcel and {per_kg} a kilogram."
)
_FORMER_BOUNDED: Final = _(
    "Before, the rules were: {basis}; commission {commission} %, margin {margin} %, delivery"
    " {per_parcel} a parcel and {per_kg} a kilogram, never below {least_price}."
)


@dataclass(frozen=True, slots=True)
class Undoing:
    """How far the taking back of a plan is.

    `state` is asked, failed, nothing (nothing was left to take back) or the undoing plan's own:
    made, applying, applied. `plan` is the undoing plan's code, `sentences` say what it does or did,
    and what stays.
    """

    state: str
    plan: str
    sentences: tuple[str, ...]
    whole: bool = True
    """All that was carried out is taken back, or will be, and all is as it was before."""
    every: bool = True
    """Every change is taken back, or will be; what came with one may stay, such as lost reviews."""
    reasons: tuple[tuple[str, int], ...] = ()
    """(why something stays as it is, of how many products), the most frequent first."""
    more: int = 0
    """Things that stay beyond those whose reasons are kept."""
    rules: int = 0
    """The shop whose price rules still ask for the prices that are taken back; 0: prices stay."""
    former: str = ""
    """What those rules were before, in a sentence; empty where that is not known."""
    former_query: str = ""
    """The rules of before as the page of price rules takes them, to be looked at and kept."""

    @property
    def again(self) -> bool:
        """Tell whether the plan may be taken back once more."""
        return self.state in {"failed", "nothing"}


def undoings(seller_id: int, card: PlanCard) -> list[Undoing]:
    """Return what was undertaken to take a plan back, the newest first."""
    found = []
    for one in listings.plan_requests(seller_id):
        if one.undoes == card.code:
            trouble = (words.say(one.template, **one.data),) if one.template else ()
            found.append(Undoing("failed" if one.ended_at else "asked", "", trouble, whole=False))
    made = listings.plans_undoing(seller_id, card.id)
    carried_out = _outcome(listings.receipt(seller_id, card.id))[0] if made else 0
    found += [_undoing(seller_id, one, carried_out) for one in made if one.steps or one is made[0]]
    return found


def ended_as(taken_back: Sequence[Undoing], state: str) -> str:
    """Return a plan's state for people: an applied one that was taken back says so."""
    done = [one for one in taken_back if one.state == "applied"]
    if not done or state != "applied":
        return state
    return "undone" if any(one.every for one in done) else "undone_in_part"


def undoing(seller_id: int, card: PlanCard) -> Undoing:
    """Return what an undoing plan takes back, or took, and what it leaves."""
    undone = listings.receipt(seller_id, listings.plan(card.undoes).id)
    return _undoing(seller_id, card, _outcome(undone)[0])


def _undoing(seller_id: int, card: PlanCard, carried_out: int) -> Undoing:
    """Hold an undoing plan against the steps that the undone plan carried out.

    A step that is taken back may leave something as it is too: a product that was created is
    removed, and its reviews are gone. So things that stay are no measure of changes that do.
    """
    stays = card.counts.get("cannot", 0)
    untouched = max(carried_out - card.steps, 0)
    left = [
        words.say_many(
            "{n} change of {all} is left as it stands.",
            "{n} changes of {all} are left as they stand.", untouched, all=carried_out,
        )
    ] if untouched and card.steps else []  # fmt: skip
    found = Undoing(
        card.state, card.code, (), not stays, not untouched,
        reasons=reasons(card), more=max(stays - len(card.cannot), 0),
    )  # fmt: skip
    if not card.steps:
        told = words.word("Nothing is left to take back")
        return replace(found, state="nothing", sentences=(f"{told}.",))
    rules = card.shop_id if card.counts.get("price") else 0
    if rules and (before := _former(seller_id, card)):
        found = replace(found, former=before[0], former_query=before[1])
    if card.state == "made":
        told = words.say_many(
            "It takes back {n} change. Nothing is sent until you apply it.",
            "It takes back {n} changes. Nothing is sent until you apply it.", card.steps,
        )  # fmt: skip
        return replace(found, sentences=(told, *left, _stock(), _wanted(found.former)), rules=rules)
    done, failed = _outcome(listings.receipt(seller_id, card.id))
    told = words.say_many(
        "{n} change of {all} was taken back.", "{n} changes of {all} were taken back.",
        done, all=max(carried_out, card.steps),
    )  # fmt: skip
    if failed:
        missed = words.say_many(
            "{n} was not: the marketplace refused it, or the shop had changed since.",
            "{n} were not: the marketplace refused them, or the shop had changed since.", failed,
        )  # fmt: skip
        left.insert(0, missed)
    return replace(
        found, sentences=(told, *left, _stock(), _wanted(found.former)),
        whole=found.whole and not failed, every=found.every and not failed, rules=rules,
    )  # fmt: skip


def _former(seller_id: int, card: PlanCard) -> tuple[str, str] | None:
    """Return the price rules before the undone plan's, told and as a query.

    None where they are not known, or were the same for the plan before: then it was the file that
    brought other prices.
    """
    undone = listings.plan(card.undoes)
    before = [one for one in listings.plans(seller_id, ordinary=True, before=undone.id)
              if one.shop_id == card.shop_id]  # fmt: skip
    if not before:
        return None
    policy = former_pricing(seller_id, card.shop_id, since=before[0].made_at, until=undone.made_at)
    if policy is None:
        return None
    logistics = policy.route.logistics or Logistics("")
    figures = {
        "commission": policy.commission,
        "margin": policy.margin,
        "per_parcel": logistics.per_parcel,
        "per_kg": logistics.per_kg,
        "least_price": policy.least_price,
    }
    told = {name: formats.typed(value) or "—" for name, value in figures.items()}
    template = _FORMER if policy.least_price is None else _FORMER_BOUNDED
    sentence = words.say(template, basis=words.label("basis", policy.basis.value), **told)
    query = {"shop": card.shop_id, "basis": policy.basis.value}
    if policy.basis is Basis.SHELF:
        figures["margin"] = Decimal(0)  # It changes nothing there, and the form refuses another.
    typed = {name: formats.typed(value) for name, value in figures.items()}
    return sentence, urlencode(query | typed)


def reasons(card: PlanCard) -> tuple[tuple[str, int], ...]:
    """Return why things stay as they are, each with its number of products, the most first."""
    each = {(one.why, one.product_key) for one in card.cannot}
    counted = Counter(why for why, key in each)
    return tuple(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _stock() -> str:
    return words.word("Stock is never taken back: it stays what it is now.")


def _wanted(former: str) -> str:
    """Say that a plan is the difference from what is wanted, which taking one back leaves.

    Where the former price rules are known the way to them stands beside it.
    """
    same = words.word(
        "Taking it back changes neither the price rules nor the file: as long as these stay as they"
        " are, the next plan would make the same changes again."
    )
    if not former:
        return same
    prevent = words.word("To prevent it, give the former price rules back.")
    return f"{same} {prevent}"


def _outcome(receipt: Receipt) -> tuple[int, int]:
    """Return how many steps were done, and how many ended otherwise."""
    states: Counter[str] = Counter()
    for name, count in receipt.steps.items():
        states[name.partition(".")[2]] += count
    return states["done"], states["refused"] + states["skipped"]
