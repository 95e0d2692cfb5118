"""What the demo's sellers say about themselves, and what follows for programmes."""

from typing import Final

from torgpred.accounts import selectors as accounts
from torgpred.demo.story import ACTOR
from torgpred.programmes import selectors
from torgpred.programmes.services.judging import judge_all
from torgpred.programmes.services.saying import say
from torgpred.stock import selectors as stock

_COUNTRY: Final = "RU"
_DAYS: Final = "4"
_MONTHS: Final = "12"


def speak() -> None:
    """Let every second seller with a warehouse in the country say what only it knows; judge all.

    Who said something keeps it, so that it may be done as often as wanted.
    """
    for place, seller in enumerate(accounts.sellers()):
        near = [one for one in stock.warehouses(seller.id) if one.country == _COUNTRY]
        if place % 2 or not near or selectors.assurances(seller.id):
            continue
        words = (
            ("returns_address", _COUNTRY, near[0].name, ""),
            ("warranty", _COUNTRY, "", _MONTHS),
            ("delivery", near[0].code, "", _DAYS),
        )
        for kind, about, text, number in words:
            say(
                seller_id=seller.id, kind=kind, about=about, text=text, number=number,
                given_by=ACTOR,
            )  # fmt: skip
    judge_all()
