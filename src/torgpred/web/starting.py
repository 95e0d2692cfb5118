"""First steps: from a raw file to live listings, and how far a seller is.

How far somebody is, is read out of what there is (a catalogue, a shop, answers, a policy, plans),
so that it can be left at any step, gone on with elsewhere, and never says what is not so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.selectors import OfferCounts, StatementCard
from torgpred.catalogue.selectors.arrivals import last_arrival
from torgpred.catalogue.services.requesting import ReadingCard, last_reading
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard, ShopTrial
from torgpred.listings import selectors as listings
from torgpred.listings.core.answers import PARCEL
from torgpred.listings.core.facts import attribute_key
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing import PricingPolicy
from torgpred.listings.selectors import Behind, PlanCard
from torgpred.listings.services import contexts, decisions, working_out
from torgpred.listings.services.statements import ATTRIBUTE
from torgpred.listings.services.working_out import WorkedOut
from torgpred.web import showing
from torgpred.web.desks import Desk

STEPS: Final = (
    ("file", _("File")),
    ("found", _("What is in it")),
    ("shop", _("Shop")),
    ("questions", _("Questions")),
    ("price", _("Price")),
    ("plan", _("Go live")),
)


@dataclass(frozen=True, slots=True)
class StepMark:
    """A step as the line of steps shows it."""

    key: str
    title: str
    number: int
    address: str
    here: bool
    done: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a seller is. `shop` is the one that the steps are about: None before there is one."""

    counts: OfferCounts
    reading: ReadingCard | None
    shop: ShopCard | None
    tried: bool
    policy: ShopPolicy
    worked: WorkedOut | None
    plan: PlanCard | None
    decisions: int

    @property
    def offers(self) -> int:
        """Return how many offers the catalogue holds."""
        return self.counts.present

    @property
    def done(self) -> dict[str, bool]:
        """Tell which steps are behind."""
        applied = self.plan is not None and self.plan.state in {"applying", "applied"}
        priced = self.policy.pricing != PricingPolicy()
        return {
            "file": self.offers > 0,
            "found": self.offers > 0 and (self.shop is not None or applied),
            "shop": self.tried,
            "questions": priced or applied,
            "price": priced,
            "plan": applied,
        }

    @property
    def answered(self) -> bool:
        """Tell whether no question is open: all offers are ready."""
        worked = self.worked
        return worked is not None and 0 < worked.offers <= worked.ready

    @property
    def next(self) -> str:
        """Return the first step that is not behind; the last one where all are."""
        done = self.done
        return next((key for key, _title in STEPS if not done[key]), STEPS[-1][0])

    @property
    def over(self) -> bool:
        """Tell whether goods were sent to a shop."""
        return self.done["plan"]


def progress_of(desk: Desk, wanted_shop: str = "") -> Progress:
    """Return how far a seller is; with several shops, in the one wanted or the first."""
    seller_id = desk.tenant.id
    shops = channels.shops_of(seller_id)
    # A shop whose token was refused is no dead end: one that works goes before it.
    tries = {one.id: channels.trial(one.id) for one in shops}
    shops = sorted(shops, key=lambda one: not _works(one, tries[one.id]))
    shop = next((one for one in shops if str(one.id) == wanted_shop), shops[0] if shops else None)
    policy = contexts.shop_policy(seller_id, shop.id) if shop else ShopPolicy()
    plans = [
        one for one in listings.plans(seller_id, ordinary=True) if shop and one.shop_id == shop.id
    ]
    applied = next((one for one in plans if one.state in {"applying", "applied"}), None)
    return Progress(
        counts=catalogue.offer_counts(seller_id),
        reading=last_reading(seller_id),
        shop=shop,
        tried=shop is not None and _works(shop, tries[shop.id]),
        policy=policy,
        worked=working_out.worked_out(seller_id, shop.id) if shop else None,
        plan=applied or (plans[0] if plans else None),
        decisions=_decisions(seller_id, shop, policy),
    )


def worked_on(desk: Desk, shop: ShopCard | None) -> WorkedOut | None:
    """Return how far it is worked out what could go live: anew where something came in since."""
    if shop is None:
        return None
    worked, came = working_out.worked_out(desk.tenant.id, shop.id), last_arrival(desk.tenant.id)
    old = worked is None or (came is not None and came > worked.asked_at)
    if not (old and desk.may_act):
        return worked
    working_out.ask_anew(seller_id=desk.tenant.id, shop_id=shop.id)
    return working_out.worked_out(desk.tenant.id, shop.id)


def ask_for_news(desk: Desk, shops: Sequence[ShopCard]) -> None:
    """Have it worked out what came in for shops that are known so far, where it is not yet."""
    for shop in shops:
        if working_out.worked_out(desk.tenant.id, shop.id) is not None:
            worked_on(desk, shop)


def plans_behind(desk: Desk, shops: Sequence[ShopCard]) -> list[tuple[Behind, str]]:
    """Return the newest plans after which a shop stands otherwise than is wanted, with its name.

    What came in last is worked out first where nobody has asked for it; that takes a moment, and
    until then its plan is not among them.
    """
    ask_for_news(desk, shops)
    found = listings.plans_behind(desk.tenant.id)
    return [(found[one.id], showing.shop_name(one)) for one in shops if one.id in found]


def _works(shop: ShopCard, trial: ShopTrial | None) -> bool:
    return trial is None or trial.ok or shop.joint


def _decisions(seller_id: int, shop: ShopCard | None, policy: ShopPolicy) -> int:
    """Count what a person decided: categories, answers given at once, terms, prices."""
    if shop is None:
        return 0
    mapped = decisions.mappings(seller_id, shop.family).values()
    # What one answer states of several goods or sides is one decision; a filled workbook is many.
    stated = {(one.given_at, _decided(one)) for one in catalogue.statements(seller_id)}
    terms = bool(policy.delivery_template_id or policy.lead_time_days)
    return (
        sum(one.how == "hand" for one in mapped)
        + len(stated)
        + int(terms)
        + int(policy.pricing != PricingPolicy())
    )


def _decided(card: StatementCard) -> str:
    """Name what a statement decides: weight and package are one question."""
    if card.kind == ATTRIBUTE:
        return attribute_key(card.value["attribute_id"])
    return PARCEL if card.kind in {"weight_kg", "package"} else card.kind


def marks(desk: Desk, progress: Progress, here: str) -> list[StepMark]:
    """Return the line of steps; one may go to any step that is behind, or to the next."""
    done = progress.done
    places = [key for key, _title in STEPS]
    # A step may be behind and yet not done: what was found is seen by whoever went on from it,
    # and questions may be left open.
    ticked = {
        **done,
        "found": done["file"] and (done["found"] or places.index(here) > places.index("found")),
        "questions": progress.answered,
    }
    return [
        StepMark(
            key=key,
            title=title,
            number=number,
            address=reverse(f"seller-start-{key}", kwargs={"code": desk.tenant.code}),
            here=key == here,
            done=ticked[key],
            open=done[key]
            or key == progress.next
            or all(done[one] for one, _t in STEPS[: number - 1]),
        )
        for number, (key, title) in enumerate(STEPS, 1)
    ]
