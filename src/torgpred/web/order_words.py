"""What the desk says of orders in its own words, where the areas speak of commands."""

from typing import Final

from django.utils.translation import gettext_noop as _

from torgpred.orders.core.cancelling import Step

ADVICE: Final[dict[str, str]] = {
    Step.ENDED: _("It is cancelled already, and its pieces are free."),
    Step.SENT: _(
        "It is on its way, and the marketplace cancels nothing that was sent. Ask the carrier to"
        " turn it round, or let the buyer refuse it."
    ),
    Step.WITH_THE_BUYER: _(
        "The buyer has it. Only a dispute of the buyer can undo the sale, in the marketplace's"
        " cabinet."
    ),
    Step.BACK: _("When the goods are back, write down what you see under “What came back”."),
    Step.PARCELS: _("Delete its parcels first: {parcels}."),
    Step.WHOLE: _("Open order {order} in the marketplace's seller cabinet and cancel it there."),
    Step.LINES: _(
        "Open order {order} in the marketplace's seller cabinet and cancel only your lines: the"
        " order holds goods of other sellers too."
    ),
    Step.OPERATOR_WHOLE: _(
        "Ask the operator, whose shop it is, to cancel order {order} in the seller cabinet."
    ),
    Step.OPERATOR_LINES: _(
        "Ask the operator, whose shop it is, to cancel only your lines of order {order} in the"
        " seller cabinet: the order holds goods of other sellers too."
    ),
    Step.UNPAID: _("Or wait: an order that is not paid in time ends by itself."),
    Step.UNTIL_THEN: _(
        "Until then nothing of it is shipped from here. Torgpred meets the cancellation by itself"
        " and gives the goods back to the stock."
    ),
}
"""By what a step of a cancellation is about. This marketplace takes no cancellation by a call."""

REASONS: Final = (
    "it is placed", "it is shipped", "it is delivered", "it is cancelled", "it is unknown",
    "its cancellation is awaited; to go on: torgpred orders cancel --withdraw",
    ("the order goes by the marketplace's logistics, since a parcel of it is made; pack this"
     " part too (torgpred orders parcels make) or delete the parcels"),
    "it was not shipped by the seller's courier yet (torgpred orders ship)",
    "its marketplace makes no parcels; ship it by courier: torgpred orders ship",
    "another part of it goes by courier; ship this one so too: torgpred orders ship",
    "nothing of it is left to pack", "nothing is promised to it",
    "it is packed; delete its parcels first: torgpred orders parcels delete",
    "none is made and free", "none of them is on the list", "there is no such warehouse",
    "its parcels went elsewhere", "it was handed over",
    "size", "weight", "side", "cm", "kg",
    "it is empty.", "the buyer was erased, nobody knows whom to write to.",
    "the marketplace did not say to whom.",
    "cancelled after it was shipped", "the parcel is back at the sender",
    "the parcel turned round",
    "the buyer asks to cancel it", "the marketplace froze it", "a dispute is open",
    "the marketplace's check for fraud blocked it",
    "the marketplace's check for fraud rejected it",
    "the goods are not in stock",
    "No pricing policy is set for this shop: torgpred policy set",
    "The policy tells no commission of the marketplace: torgpred policy set --commission",
    "The marketplace told no lines of this order",
)  # fmt: skip
"""Reasons that the area writes into its errors and rows, whole."""

SHAPES: Final = (
    "{why}; when that is over, read it again: torgpred orders pull",
    "{pieces} pieces of it are short; see: torgpred orders shortages",
    "the marketplace did not tell its number of {sku}",
    "{lacking} are not there to be packed: they are short, packed already or not in it",
    "a dispute is open: {word}",
    "it is list {list}",
    "it has {n} characters; {most} are allowed.",
    "No exchange rate from {source} to {target} is known: torgpred rate set",
    "Delivery is charged by weight, and the weight of {sku} is not known",
    "The delivery tariff ends before the {weight} kg of this parcel",
    (
        "The marketplace's answer was lost, so that it is not known yet whether this was made."
        " Repeat the command after {time} UTC: it looks there first."
    ),
    "{why} ({word})",
)
"""The same, filled: told apart by their shape."""

ERRORS: Final = (
    "Order {given} cannot be shipped: {reason}.",
    "Order {given} is not known of this seller. See: torgpred orders list",
    "A parcel's {what} is {least} to {most} {unit}, not {given}.",
    (
        "The {lacking} of {skus} is not known: give it for this parcel (--size, --weight), or once"
        " for all of them: torgpred state"
    ),
)
"""Errors of single orders that services put into an outcome as text."""
