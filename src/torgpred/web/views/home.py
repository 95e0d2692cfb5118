"""A seller's home: what needs somebody today, each a click from its mend."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.clock import now
from torgpred.listings import selectors as listings
from torgpred.listings.selectors import PlanCard, ReadinessCounts
from torgpred.orders.selectors import paging
from torgpred.web import campaign_tasks, order_tasks, showing, ways, words
from torgpred.web.desks import Desk, seller_desk
from torgpred.web.showing import Said
from torgpred.web.starting import STEPS, plans_behind, progress_of
from torgpred.web.views import papers
from torgpred.web.views.stock import UNKNOWN

_HOLDS = 6
_NEXT = 6
_REASONS = 3


@seller_desk()
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what needs somebody today: orders first, then shops, then held offers."""
    shops = channels.shops_of(desk.tenant.id)
    newest = _newest_plans(desk, shops)
    counts = paging.counts(desk.tenant.id)
    # Over several shops a product counts as on sale here and as held there: each for itself.
    by_shop = [(one, listings.readiness_counts(desk.tenant.id, [one.id])) for one in shops]
    urgent = [
        *order_tasks.tasks(desk, counts),
        *_papers(desk),
        *campaign_tasks.of_seller(desk),
        *_shops(desk, shops),
        *_behind(desk, shops),
        *_plans(desk, shops),
        *_refused(desk, by_shop),
    ]
    first_steps = progress_of(desk)
    given = {
        "steps_next": "" if first_steps.over else words.word(dict(STEPS)[first_steps.next]),
        # The steps are walked for one shop; where there are several, it is said for which.
        "steps_shop": (
            showing.shop_name(first_steps.shop) if first_steps.shop and len(shops) > 1 else ""
        ),
        "urgent": urgent,
        "holds": list(_holds(desk, newest)),
        "counts": first_steps.counts,
        "by_shop": [(showing.shop_name(one), stands) for one, stands in by_shop],
        "to_ship": counts.views["to_ship"],
        "soon": counts.day,
        "next": paging.page(desk.tenant.id, "to_ship", limit=_NEXT),
        "shops": shops,
        "feeds": catalogue.feeds(desk.tenant.id),
    }
    return render(request, "web/home.html", given)


def _newest_plans(desk: Desk, shops: list[ShopCard]) -> dict[int, PlanCard]:
    """Return the newest ordinary plan of each shop: what its holds are as of."""
    found: dict[int, PlanCard] = {}
    for plan in listings.plans(desk.tenant.id, ordinary=True):
        found.setdefault(plan.shop_id, plan)
    open_shops = {shop.id for shop in shops}
    return {shop: plan for shop, plan in found.items() if shop in open_shops}


def _refused(desk: Desk, by_shop: list[tuple[ShopCard, ReadinessCounts]]) -> Iterator[Said]:
    here = reverse("seller-catalogue", kwargs={"code": desk.tenant.code})
    for shop, stands in by_shop:
        if not stands.refused:
            continue
        reasons = listings.refusal_reasons(desk.tenant.id, shop.id)[:_REASONS]
        yield Said(
            stands.refused,
            words.say("The marketplace refused products: {n}", n=stands.refused),
            " ".join(words.stored(reason) for reason, _count in reasons),
            where=showing.shop_name(shop), button=_("See them"), level="bad",
            address=f"{here}?view=refused",
        )  # fmt: skip


def _papers(desk: Desk) -> Iterator[Said]:
    worn = papers.ending(desk, now().date())
    if worn:
        kind = words.label("paper", worn[0].kind.value)
        yield Said(
            len(worn),
            words.say_many("{n} paper has ended or ends within 30 days",
                           "{n} papers have ended or end within 30 days", len(worn)),
            _("Have it renewed and add the new one; goods that need it are held once it has"
              " ended."),
            where=f"{kind} {worn[0].number}".strip(), button=_("To the papers"),
            address=reverse("seller-papers", kwargs={"code": desk.tenant.code}),
        )  # fmt: skip


def _shops(desk: Desk, shops: list[ShopCard]) -> Iterator[Said]:
    names = {one.id: showing.shop_name(one) for one in shops}
    for card in listings.stock_to_tell(desk.tenant.id):
        if card.shop_id in names and card.needs_person:
            yield Said(
                card.waiting,
                words.say("{shop} is told no stock", shop=names[card.shop_id]),
                words.stored(card.reason),
                level="bad",
                until=card.resting_until,
            )
        if card.shop_id in names and card.unknown:
            yield Said(
                card.unknown,
                words.say_many("{n} listing has no stock here", "{n} listings have no stock here",
                               card.unknown),
                _("Nobody told how many pieces there are: what is newly listed begins with 0, and"
                  " what was there before keeps the shop's number. Write how many you have."),
                where=names[card.shop_id], button=_("Write the stock"), level="info",
                address=reverse("seller-stock", kwargs={"code": desk.tenant.code})
                + f"?view={UNKNOWN}",
            )  # fmt: skip


def _open_plans(desk: Desk, shops: list[ShopCard]) -> list[PlanCard]:
    """Return the newest ordinary plan of each shop, and the newest that takes each back.

    Switches of prices are left out: they are applied by themselves.
    """
    found: dict[tuple[int, str], PlanCard] = {}
    for plan in listings.plans(desk.tenant.id):
        if plan.due_at is None:
            found.setdefault((plan.shop_id, plan.undoes), plan)
    open_shops = {shop.id for shop in shops}
    return [plan for (shop, _undone), plan in found.items() if shop in open_shops]


def _plans(desk: Desk, shops: list[ShopCard]) -> Iterator[Said]:
    for plan in _open_plans(desk, shops):
        undone = words.say("takes back {plan}", plan=plan.undoes) if plan.undoes else ""
        address = reverse("seller-plan", kwargs={"code": desk.tenant.code, "plan": plan.code})
        if plan.state == "made" and plan.steps:
            yield Said(
                plan.steps,
                words.say_many("Plan {plan} waits with {n} change",
                               "Plan {plan} waits with {n} changes", plan.steps, plan=plan.code),
                _("Look at what would change in the shop, then apply it."),
                where=undone, address=address, button=_("Look"), level="info",
            )  # fmt: skip
        if plan.state == "applying":
            yield Said(
                plan.steps,
                words.say("Plan {plan} is being applied", plan=plan.code),
                words.stored(plan.trouble),
                where=undone, address=address, button=_("Look"),
                level="warn" if plan.trouble else "info",
            )  # fmt: skip


def _behind(desk: Desk, shops: list[ShopCard]) -> Iterator[Said]:
    behind = plans_behind(desk, shops)
    moved = [name for one, name in behind if one.moved]
    back = [name for one, name in behind if not one.moved]
    told = (
        (
            back,
            words.say_many("A plan was taken back: the shop differs from your file",
                           "Plans were taken back: the shops differ from your file", len(back)),
            _("As long as your file and your rules stay as they are, a new plan would make the same"
              " changes again."),
        ),
        (
            moved,
            words.say_many("Your goods have changed since the newest plan was made",
                           "Your goods have changed since the newest plans were made", len(moved)),
            _("A file, pictures or answers came in, and what they change is not in the shop yet."
              " Make a new plan to see it."),
        ),
    )  # fmt: skip
    for names, message, mend in told:
        if names:
            yield Said(
                len(names),
                message,
                mend,
                where=", ".join(names) if len(shops) > 1 else "",
                level="info",
                address=reverse("seller-plans", kwargs={"code": desk.tenant.code}),
                button=_("To the plans"),
            )


def _holds(desk: Desk, newest: dict[int, PlanCard]) -> Iterator[Said]:
    here = reverse("seller-catalogue", kwargs={"code": desk.tenant.code})
    several = len(newest) > 1
    for plan in newest.values():
        shop = channels.shop(plan.shop_id)
        for group, said in ways.reasons(desk, shop, plan.holds, most=_HOLDS):
            query = urlencode({"view": "held", "q": group.examples[0] if group.examples else ""})
            where = [showing.shop_name(shop), said.where] if several else [said.where]
            yield replace(
                said,
                where=" · ".join(filter(None, where)),
                examples=said.examples[:2],
                address=f"{here}?{query}",
                button=_("See one"),
            )
