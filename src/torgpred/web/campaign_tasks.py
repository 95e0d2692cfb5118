"""What campaigns and asks need of somebody today, at either desk, each a click from its mend."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from torgpred.asks import selectors as asks
from torgpred.asks.core.clocks import Timeliness
from torgpred.campaigns import selectors as campaigns
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.reminding import Thing
from torgpred.campaigns.selectors.clocks import Due, due
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.web import formats, showing, words
from torgpred.web.desks import Desk
from torgpred.web.showing import Said


class _Task(NamedTuple):
    """How a clock is said in a list beside its count: its title, how to mend it, the button."""

    title: str
    mend: str
    button: str = gettext_noop("To the campaign")
    level: str = "warn"


_TASKS: Final = {
    Thing.ANSWER: _Task(
        gettext_noop("Offers wait for your yes or no: {campaign}"),
        gettext_noop("Look at price and worst case. Without your yes nothing takes part."),
    ),
    Thing.ENROLMENT: _Task(
        gettext_noop("Offers have no answer of their sellers: {campaign}"),
        gettext_noop("Remind the sellers: what has no yes will not take part."),
    ),
    Thing.FREEZE: _Task(
        gettext_noop("What takes part has to be settled: {campaign}"),
        gettext_noop("Settle what takes part before prices fall, or cancel it."),
        level="bad",
    ),
    Thing.PROOF: _Task(
        gettext_noop("Shops lack the proof of enrolment: {campaign}"),
        gettext_noop("Enter your offers in the cabinet by the workbook, then keep what it said."),
    ),
    Thing.PROOFS: _Task(
        gettext_noop("Shops lack the proof of enrolment: {campaign}"),
        gettext_noop(
            "Without it nobody knows whether the marketplace has the enrolment. Sellers keep it at"
            " their campaign's page: remind them, or act for them."
        ),
    ),
    Thing.SHIP_BY: _Task(
        gettext_noop("Orders have to be shipped: {campaign}"),
        gettext_noop("The campaign's rules set this time; late orders cost rating."),
        button=gettext_noop("Ship"),
        level="bad",
    ),
    Thing.RETURN_FAILED: _Task(
        gettext_noop("Prices did not come back: {campaign}"),
        gettext_noop("Look at the shop, and set them by a plan or in the cabinet."),
        level="bad",
    ),
}


def of_seller(desk: Desk) -> Iterator[Said]:
    """Yield what campaigns need of a seller."""
    for one in due(now(), seller_id=desk.tenant.id):
        address = reverse(
            "seller-campaign", kwargs={"code": desk.tenant.code, "campaign": one.campaign}
        )
        if one.thing is Thing.SHIP_BY:
            address = reverse("seller-orders", kwargs={"code": desk.tenant.code})
        yield _said(one, address)


def of_operator() -> Iterator[Said]:
    """Yield what campaigns and asks need of the manager: clocks, pauses, deadlines."""
    for card in campaigns.campaigns():
        if card.state is State.PAUSED:
            yield Said(
                1, words.say(_("{campaign} is paused"), campaign=card.name), card.reason,
                address=reverse("manager-campaign", kwargs={"campaign": card.code}),
                button=_("To the campaign"), level="bad",
            )  # fmt: skip
    for one in due(now()):
        # That prices come back is nobody's to do; where they did not, that is.
        if one.seller_id is None and one.thing is not Thing.END:
            address = reverse("manager-campaign", kwargs={"campaign": one.campaign})
            yield _said(one, address)
    for clock in asks.due_soon(limit=20):
        late = clock.stands is Timeliness.OVERDUE
        template = _("{what} is overdue") if late else _("{what} ends on {day}")
        yield Said(
            1, words.say(template, what=words.stored(clock.title), day=formats.day(clock.due)),
            words.stored(clock.source),
            address=reverse("manager-ask", kwargs={"ask": clock.ask}), button=_("To the ask"),
            level="bad" if late else "warn",
        )  # fmt: skip


def _said(one: Due, address: str) -> Said:
    task = _TASKS[one.thing]
    title = words.say(task.title, campaign=one.name)
    where = showing.shop_name(channels.shop(one.shop_id)) if one.shop_id else ""
    return Said(
        one.count, title, _(task.mend), where=where, address=address, button=_(task.button),
        level=task.level, until=one.ends,
    )  # fmt: skip
