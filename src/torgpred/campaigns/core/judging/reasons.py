"""What verdicts say. A hold means no, an advice unknown, a note is merely told beside.

Each is a finding like any other: place (the offer), value, what is wrong, how to mend it.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from torgpred.kernel.findings import Kind, Severity
from torgpred.listings.core.remarks import Remark, advice, hold, note


class Answer(StrEnum):
    """Whether an offer may take part."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"  # passes no rule


no, unknown, told = hold, advice, note

# --- the offer and its listing ------------------------------------------------------------------
NOT_IN_CATALOGUE = unknown(
    "offer.not_in_catalogue",
    "It stands in the shop, and the seller's file does not hold it: what it costs is not known.",
    "Put it back into the file.",
)
NOT_WORKED_OUT = unknown(
    "offer.not_worked_out",
    "Nobody worked out yet how it would stand in this shop.",
    "Make a plan for the shop: torgpred plan SELLER",
)
NOT_ON_SALE = no(
    "listing.not_on_sale",
    "It stands in the shop as {value}.",
    "Bring it back on sale before the campaign starts.",
)
REFUSED = no(
    "listing.refused",
    "The marketplace refused it.",
    "Mend what it says, and plan anew.",
)
NOT_LISTED = told(
    "listing.not_listed",
    "It is ready to be listed, and does not stand in the shop yet.",
    "Plan and apply it before the campaign starts.",
)

# --- rules that nobody knows --------------------------------------------------------------------
RULE_UNKNOWN = unknown(
    "rules.unknown",
    "The rule set {rules} does not tell {value}.",
    "Put it in from the marketplace's own text: torgpred campaign rules --put FILE",
)
NO_PERCENT = unknown(
    "rules.no_percent",
    "Neither the rules nor the campaign say how much is taken off.",
    "Say it: torgpred campaign set CODE --percent NUMBER",
)
OTHERS_UNKNOWN = unknown(
    "price.others_unknown",
    "The low counts all sellers of the same goods, and prices of others are not seen here.",
    "If nobody else sells them there, say so: torgpred campaign set CODE --sole-sellers",
)

# --- prices that buyers saw ---------------------------------------------------------------------
NEVER_SEEN = unknown(
    "price.never_seen",
    "Of the {asked} days before the start no price is known.",
    "List it and look at the shop: {asked} days from then on enough is known.",
)
_TOO_FEW: Final = "Of the {asked} days before the start {value} are known."
TOO_FEW_DAYS = unknown(
    "price.too_few_days",
    _TOO_FEW,
    "Look at the shop, torgpred drift: {asked} days from then on enough is known.",
)
TOO_FEW_YET = unknown(
    "price.too_few_days",
    _TOO_FEW,
    "Judge anew on {day}: by then enough is known, and the start is on {start}.",
)
TOO_FEW_IN_TIME = unknown(
    "price.too_few_days",
    _TOO_FEW,
    "Enough is known on {day}, which is later than the start on {start}: leave it out, or start"
    " its reduction then.",
)
NO_PRESENT_PRICE = unknown(
    "price.none_now",
    "What it costs in the shop now is not known.",
    "Look at the shop: torgpred drift",
)
RAISED = told(
    "price.raised",
    "The price was {low} within the days that count and is {value} now.",
    "The campaign's price is counted from {low}, whatever it was raised to.",
)
RAISED_IN_FREEZE = no(
    "price.raised_in_freeze",
    "The price was raised to {value} on {day}, while prices are frozen.",
    "Set it back to {before}.",
)
NO_ROOM = no(
    "price.no_room",
    "The campaign's price would be {value}.",
    "A price lies above 0: take less off.",
)
NOT_LOWER = told(
    "price.not_lower",
    "The usual price is {usual}; the campaign's price {value} is not below it.",
    "End the present discount before the start, or take more off.",
)

# --- what is left -------------------------------------------------------------------------------
COST_UNKNOWN = unknown(
    "margin.cost_unknown",
    "Without the cost nobody knows whether {value} leaves anything.",
    "Put the cost (purchase_price) into the file, or state it.",
)
DELIVERY_UNKNOWN = unknown(
    "margin.delivery_unknown",
    "What delivery costs is not known, so nobody knows what {value} leaves.",
    "State the weight, or complete the tariff of the pricing policy.",
)
_TOO_LITTLE: Final = (
    "At {value} the seller keeps {keeps}, and {wanted} is the least."
    " The most that is taken off the price: {line}, {amount}."
)
_BELOW: Final = (
    "At {value} the seller keeps {keeps}, and {wanted} is the least:"
    " the price lies below that before anything is taken off it. {line}: {amount}."
)
_DEARER: Final = "From {least} on it would leave enough: let the campaign take less off."
_CHEAPER: Final = (
    "Lower what the pricing policy or the coupon takes off: too little is left at any price."
)
BELOW_FLOOR = no("margin.below_floor", _TOO_LITTLE, _DEARER)
BELOW_ANY_FLOOR = no("margin.below_floor", _TOO_LITTLE, _CHEAPER)
BELOW_WANTED = no("margin.below_floor", _BELOW, _DEARER)
BELOW_ANY_WANTED = no("margin.below_floor", _BELOW, _CHEAPER)

# --- goods, ratings, time -----------------------------------------------------------------------
STOCK_UNKNOWN = unknown(
    "stock.unknown",
    "How many pieces there are is not known.",
    "Enter the stock: torgpred stock set SELLER SKU PIECES",
)
NOT_ENOUGH = no(
    "stock.not_enough",
    "{value} pieces are free, {asked} are the least.",
    "Bring in more.",
)
NOT_LOCAL = no(
    "stock.not_local",
    "{value} pieces are free in warehouses of {country}, {asked} are the least.",
    "Move goods into a warehouse of {country}, and enter them there.",
)
STARS_UNKNOWN = unknown(
    "stars.unknown",
    "The {whose}'s rating is not known; {asked} stars are the least.",
    "Enter it as the marketplace shows it: torgpred campaign stars",
)
TOO_FEW_STARS = no(
    "stars.too_few",
    "The {whose}'s rating is {value}; {asked} stars are the least.",
    "Nothing to be done before the rating rises.",
)
LEAD_UNKNOWN = unknown(
    "lead_time.unknown",
    "How soon it ships is not known; the last orders have to leave within {asked} days.",
    "Choose a lead time in the pricing policy of the shop.",
)
TOO_SLOW = no(
    "lead_time.too_slow",
    "It ships within {value} days; the last orders have to leave within {asked}.",
    "Promise a shorter lead time, or pack beforehand.",
)

# --- a programme that has to let it in ----------------------------------------------------------
PROGRAMME_UNKNOWN = unknown(
    "programme.none",
    "The rules ask for the programme {value}, and this shop's marketplace is not known to have it.",
    "Write its conditions down in the mall, or name another one in the rules.",
)
PROGRAMME_UNJUDGED = unknown(
    "programme.unjudged",
    "Whether the programme {value} lets it in was not judged yet.",
    "Bring it on sale or make a plan for the shop; programmes are judged within some minutes.",
)

KINDS: Final = tuple(one for one in list(globals().values()) if hasattr(one, "at"))
"""Every kind, for tests and translators."""


def say(said: list[Remark], key: str, kind: Kind, value: object = "", **data: object) -> None:
    """Add a reason about an offer to what was said so far."""
    said.append(Remark(kind.at(key, value, **data), key))


def answer_of(reasons: Iterable[Remark]) -> Answer:
    """Return what reasons come to: a no outweighs an unknown; merely told ones change nothing."""
    found = Answer.YES
    for one in reasons:
        if one.finding.severity is Severity.ERROR:
            return Answer.NO
        if one.finding.severity is Severity.WARNING:
            found = Answer.UNKNOWN
    return found
