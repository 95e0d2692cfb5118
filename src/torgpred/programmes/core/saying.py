"""What is missing and how to mend it, as sentences: of one offer, or of many that lack the same."""

from typing import Final

from torgpred.catalogue.core.papers import WORDS
from torgpred.kernel.findings import Finding, Kind, Severity
from torgpred.programmes.core.values import (
    Condition,
    Delivery,
    LeadTime,
    Papers,
    PriceFrom,
    Programme,
    Rating,
    Warranty,
)


def _kind(code: str, template: str, mend: str) -> Kind:
    return Kind(f"programme.{code}", Severity.WARNING, template, mend)


KINDS: Final[dict[str, Kind]] = {
    "local_stock.missing": _kind(
        "local_stock.missing",
        "Too few pieces lie in {country}. Missing: {pieces}.",
        "Bring them to the warehouse {warehouse} and count them in. Pieces: {pieces}.",
    ),
    "local_stock.nowhere": _kind(
        "local_stock.nowhere",
        "Too few pieces lie in {country}. Missing: {pieces}.",
        "Add a warehouse in {country} and bring them there. Pieces: {pieces}.",
    ),
    "local_stock.somewhere": _kind(
        "local_stock.missing",
        "Too few pieces lie in {country}. Missing: {pieces}.",
        "Bring them to a warehouse in {country} and count them in. Pieces: {pieces}.",
    ),
    "local_stock.unknown": _kind(
        "local_stock.unknown",
        "Nobody told how many pieces lie in {country}.",
        "Count the stock, or let a file tell it.",
    ),
    "lead_time.missing": _kind(
        "lead_time.missing",
        "The lead time is too long. Days at most: {days}.",
        "State a shorter lead time. Days at most: {days}.",
    ),
    "lead_time.unknown": _kind(
        "lead_time.unknown",
        "Nobody stated the lead time.",
        "State the lead time. Days at most: {days}.",
    ),
    "returns_address.missing": _kind(
        "returns_address.missing",
        "There is no address in {country} that takes returns.",
        "Find one, and say which it is.",
    ),
    "returns_address.unknown": _kind(
        "returns_address.unknown",
        "Nobody said whether an address in {country} takes returns.",
        "Say which address it is, or that there is none.",
    ),
    "warranty.missing": _kind(
        "warranty.missing",
        "The warranty in {country} is too short, or there is none.",
        "Give a longer one, and say so. Months at least: {months}.",
    ),
    "warranty.unknown": _kind(
        "warranty.unknown",
        "Nobody said which warranty holds in {country}.",
        "Say how many months it lasts, or that there is none.",
    ),
    "papers.missing": _kind(
        "papers.missing",
        "No valid paper covers the goods. One of these is asked for: {papers}.",
        "Record the paper with what it covers.",
    ),
    "delivery.missing": _kind(
        "delivery.missing",
        "The buyer waits too long. Days from the order at most: {days}.",
        "Send sooner, or by a faster way, and say how long it takes.",
    ),
    "delivery.unknown": _kind(
        "delivery.unknown",
        "Nobody said how long the goods are on their way to the buyer.",
        "State the lead time, and say how many days the way from the local warehouse takes.",
    ),
    "price.missing": _kind(
        "price.missing",
        "The price is below {amount} {currency}.",
        "Raise the price, or sell in larger packs.",
    ),
    "price.unknown": _kind(
        "price.unknown",
        "No price in {currency} is known.",
        "Make a plan with a price in this currency.",
    ),
    "rating.barred": _kind(
        "rating.barred",
        "The seller's rating is below {at_least}.",
        "Ship in time and answer buyers; say so once the rating has risen.",
    ),
    "rating.unknown": _kind(
        "rating.unknown",
        "Nobody said which rating the marketplace's cabinet shows.",
        "Look it up in the cabinet, and say it.",
    ),
    "conditions.unknown": _kind(
        "conditions.unknown",
        "Nobody wrote down what this programme asks for.",
        "The integrator writes the conditions down, with their source.",
    ),
}
"""By a lack's code; `nowhere` is for a seller without a warehouse in the country, `somewhere` for
several sellers."""


def said(
    programme: Programme, code: str, *, pieces: int = 0, warehouse: str | None = ""
) -> Finding:
    """Return a lack's sentence and its mend. `pieces` may be a sum over offers that lack alike.

    `warehouse` is where the seller would bring goods; empty: it has none there; None: of several
    sellers, each has its own.
    """
    known = code
    if code == "local_stock.missing" and not warehouse:
        known = "local_stock.somewhere" if warehouse is None else "local_stock.nowhere"
    data = {
        "country": programme.country,
        "pieces": pieces,
        "warehouse": warehouse or "",
        **_asked(programme, code.partition(".")[0]),
    }
    return KINDS[known].at(programme.key, "", **data)


def _asked(programme: Programme, kind: str) -> dict[str, object]:
    """Return what the condition of a kind asks for, by the names that sentences use."""
    found = next((one for one in programme.conditions if one.kind == kind), None)
    return {} if found is None else asked(found)


def asked(condition: Condition) -> dict[str, object]:
    """Return what a condition asks for, by the names that sentences use."""
    match condition:
        case LeadTime(days=days) | Delivery(days=days):
            return {"days": days}
        case Warranty(months=months):
            return {"months": months or 1}
        case Papers(papers=papers):
            return {"papers": ", ".join(WORDS[one] for one in papers)}
        case PriceFrom(amount=amount, currency=currency):
            return {"amount": amount, "currency": currency}
        case Rating(at_least=least):
            return {"at_least": least}
        case _:
            return {}
