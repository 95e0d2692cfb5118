"""What members are told away from the screen, in which words, and when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo


class Kind(StrEnum):
    """A kind of notice; each can be switched off by a member."""

    SHIP_BY = "ship_by"
    SHORTAGE = "shortage"
    REJECTED = "rejected"
    MESSAGE = "message"
    ACCESS = "access"
    PAPER = "paper"
    CAMPAIGN = "campaign"
    ASK = "ask"
    DIGEST = "digest"


class Channel(StrEnum):
    """A way to a member."""

    MAIL = "mail"
    WEBHOOK = "webhook"


SAID: Final[dict[str, str]] = {
    Kind.SHIP_BY: "Consignments that have to leave by {at}: {count}.",
    Kind.SHORTAGE: "Sold and not in stock: {sku}, pieces: {pieces}.",
    Kind.REJECTED: "{shop} rejected a listing: {product}.",
    Kind.MESSAGE: "A buyer's message about order {order} was not answered in time.",
    "message.alone": "A buyer's message was not answered in time.",
    Kind.ACCESS: "Shop {shop} refuses our connection: somebody has to look at it.",
    Kind.PAPER: "A paper is valid until {day}: {paper}.",
    "campaign.answer": (
        "“{campaign}”: answer by {at}; offers put forward that wait for your yes or no: {count}."
    ),
    "campaign.enrolment": (
        "“{campaign}”: enrolment ends at {at}; offers without an answer: {count}."
    ),
    "campaign.freeze": (
        "“{campaign}”: its prices fall at {at} and nobody settled yet what takes part; offers"
        " agreed to: {count}."
    ),
    "campaign.proof": (
        "“{campaign}”: enter your offers in the marketplace's cabinet and keep the proof by {at};"
        " shops without one: {count}."
    ),
    "campaign.proofs": "“{campaign}”: proofs of enrolment are due by {at}; shops without: {count}.",
    "campaign.ship_by": "“{campaign}”: orders that have to be shipped by {at}: {count}.",
    "campaign.end": "“{campaign}”: prices come back at {at}; shops that take part: {count}.",
    "campaign.return_failed": (
        "“{campaign}”: prices in shop {shop} that did not come back: {count}. Look at the shop."
    ),
    "ask.clock": "Ask {ask}: {what} ends on {day}.",
    "ask.promise": "Ask {ask}: promised for {day} and not noted as kept: {what}.",
    Kind.DIGEST: (
        "Today: consignments to leave within a day: {ship}; goods that are short: {short};"
        " messages that wait too long: {late}."
    ),
}
"""What a notice says, by its kind; of kinds that say several things, by kind and thing.

Counts stand behind a colon, so that no form of a word has to fit them.

No buyer's name, address or words; no secret.
"""
SUBJECT: Final = "Torgpred: {tenant}, notices: {count}"
GREETING: Final = "{tenant}, new since the last notice:"
DESK: Final = "Your desk: {address}"
FOOTER: Final = "Which of these are sent, and when, is set at your desk under Notices."
TRIAL: Final = "This is a test: notices for {tenant} reach you here."
SENTENCES: Final = (*SAID.values(), SUBJECT, GREETING, DESK, FOOTER, TRIAL)


def sentence(kind: str, data: Mapping[str, object]) -> str:
    """Return the English sentence of a notice; `data["thing"]` tells things of a kind apart."""
    thing = data.get("thing")
    return SAID[f"{kind}.{thing}" if thing else kind]


def due(moment: datetime, zone: str, quiet_from: int, quiet_until: int) -> datetime:
    """Return when something of a moment may be told: at once, or when the quiet hours end.

    Hours of the member's clock, 0 to 23; equal ones: never quiet. They may go over midnight.
    """
    here = moment.astimezone(ZoneInfo(zone))
    hour = here.hour
    if quiet_from <= quiet_until:
        quiet = quiet_from <= hour < quiet_until
    else:
        quiet = hour >= quiet_from or hour < quiet_until
    if not quiet:
        return moment
    ends = here.replace(hour=quiet_until, minute=0, second=0, microsecond=0)
    if ends <= here:
        ends += timedelta(days=1)
    return ends.astimezone(moment.tzinfo)


def digest_key(moment: datetime, zone: str, hour: int) -> str:
    """Return the key of the morning's digest of a moment; empty while it is not yet time."""
    here = moment.astimezone(ZoneInfo(zone))
    return f"digest:{here:%Y-%m-%d}" if here.hour >= hour else ""
