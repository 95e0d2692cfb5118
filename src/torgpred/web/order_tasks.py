"""What a seller's orders and buyers need of somebody today, each a click from its mend."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from torgpred.orders.selectors import fulfilment, messages
from torgpred.orders.selectors.paging import Counts
from torgpred.web import words
from torgpred.web.desks import Desk
from torgpred.web.showing import Said


def tasks(desk: Desk, counts: Counts) -> Iterator[Said]:
    """Yield what is urgent: short, late or due, cancellations, messages, what comes back."""
    here = reverse("seller-orders", kwargs={"code": desk.tenant.code})
    short, cancelling = counts.views["short"], counts.views["cancelling"]
    if counts.undecided:
        yield Said(
            counts.undecided,
            words.say_many("{n} order is short of goods", "{n} orders are short of goods",
                           counts.undecided),
            words.say_many("{n} piece was sold and is not there. Find it, wait for it, or cancel.",
                           "{n} pieces were sold and are not there. Find them, wait, or cancel.",
                           counts.undecided_pieces),
            address=f"{here}?view=short", button=_("See them"), level="bad",
        )  # fmt: skip
    if short > counts.undecided:
        waiting = short - counts.undecided
        yield Said(
            waiting,
            words.say("Orders that wait for goods, as was chosen: {n}", n=waiting),
            _("They are served by themselves as soon as pieces come. The ship-by clock goes on."),
            address=f"{here}?view=short", button=_("See them"), level="info",
        )  # fmt: skip
    if counts.day:
        yield Said(
            counts.day,
            words.say_many("{n} order is to be shipped within a day",
                           "{n} orders are to be shipped within a day", counts.day),
            _("Ship them by the marketplace's time, or the order is cancelled and the shop rated."),
            address=f"{here}?view=soon", button=_("Ship"), until=counts.first,
            level="bad" if counts.late else "warn",
        )  # fmt: skip
    if cancelling:
        yield Said(
            cancelling,
            words.say_many("{n} cancellation is awaited", "{n} cancellations are awaited",
                           cancelling),
            _("Cancel them in the marketplace's cabinet, or let them go on: until then nothing"
              " ships."),
            address=f"{here}?view=cancelling", button=_("See them"),
        )  # fmt: skip
    yield from _messages(desk)
    yield from _returns(desk)


def _messages(desk: Desk) -> Iterator[Said]:
    waiting = messages.waiting_dialogues(desk.tenant.id)
    if not waiting.dialogues:
        return
    address = reverse("seller-messages", kwargs={"code": desk.tenant.code})
    title = words.say_many(
        "{n} buyer waits for an answer", "{n} buyers wait for an answer", waiting.dialogues
    )
    mend = (
        words.say_many("{n} waits longer than the marketplace likes.",
                       "{n} wait longer than the marketplace likes.", waiting.late)
        if waiting.late
        else _("Answer before the clock runs out: shops are rated by it.")
    )  # fmt: skip
    yield Said(
        waiting.dialogues, title, mend, address=address, button=_("Answer"),
        until=waiting.answer_by, level="bad" if waiting.late else "warn",
    )  # fmt: skip


def _returns(desk: Desk) -> Iterator[Said]:
    expected = fulfilment.expected_back(desk.tenant.id)
    if expected:
        pieces = sum(one.sent - one.seen for one in expected)
        yield Said(
            pieces,
            words.say_many("{n} piece is expected back", "{n} pieces are expected back", pieces),
            _("When it is there, write down what you see: only then it is stock again."),
            address=reverse("seller-returns", kwargs={"code": desk.tenant.code}),
            button=_("See them"), level="info",
        )  # fmt: skip
