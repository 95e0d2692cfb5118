"""Whose an installation is: the demo's, with what its visitors made, or that of real sellers."""

from typing import Final

from torgpred.accounts import selectors as accounts
from torgpred.demo.sellers import is_demo_seller

AT: Final = "@demo.invalid"
"""Ends the address of everybody whom the demo lets in."""


def real_sellers() -> list[str]:
    """Return the codes of sellers that are not the demo's.

    Whom a visitor takes down as the demo's manager is the demo's, too.
    """
    return [
        one.code
        for one in accounts.sellers()
        if not is_demo_seller(one.code) and not _taken_down_by_visitor(one.id)
    ]


def _taken_down_by_visitor(seller_id: int) -> bool:
    contact = accounts.contact(seller_id)
    return contact is not None and contact.said_by.endswith(AT)
