"""One-click sign-in as each role: in a world that the demo started, and nowhere else.

The demo hands its web process a word that it wrote into its home; and whoever finds the door open
still finds no seller but the demo's own.
"""

import os
from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import User
from django.utils.translation import gettext_noop as _

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.values import TenantCard
from torgpred.demo.sellers import NEWCOMER, is_demo_seller
from torgpred.demo.world import DOOR, door_word
from torgpred.runtime.options import options


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody whom one click makes out of a visitor: where, with which role."""

    key: str
    title: str
    about: str
    tenant: str
    role: str
    icon: str


_AT: Final = "@demo.invalid"
_SHOWN: Final = "MERZLOHOD"
VISITORS: Final = (
    Visitor("manager", _("Operator's manager"), _("all sellers, shops, members"), "OPERATOR",
            "manager", "briefcase-business"),
    Visitor("seller", _("Seller's staff"), _("one producer's export desk"), _SHOWN, "staff",
            "package"),
    Visitor("newcomer", _("New producer"), _("an empty desk: begin with your own file"), NEWCOMER,
            "staff", "sprout"),
    Visitor("reader", _("Read-only"), _("sees the seller's desk, changes nothing"), _SHOWN,
            "reader", "eye"),
    Visitor("partner", _("Partner's staff"), _("a bank that hands over codes"), "DEMOBANK",
            "staff", "landmark"),
)  # fmt: skip


def is_open() -> bool:
    """Tell whether this process serves the demo's world."""
    given = os.environ.get(DOOR, "")
    here = options()
    return bool(given) and not here.public_url and given == door_word(here.home)


def only_demo_sellers() -> bool:
    """Tell whether no seller of this installation is a real one.

    What a visitor takes down as the demo's manager is the demo's, too.
    """
    return all(is_demo_seller(one.code) or _taken_down_here(one.id) for one in accounts.sellers())


def _taken_down_here(seller_id: int) -> bool:
    contact = accounts.contact(seller_id)
    return contact is not None and contact.said_by == f"manager{_AT}"


def doors() -> tuple[Visitor, ...]:
    """Return whom one click makes out of a visitor; nobody while the door is closed."""
    return VISITORS if is_open() and only_demo_sellers() else ()


def visitor(key: str) -> Visitor | None:
    """Return a visitor by key; None for all while the door is closed."""
    return next((one for one in doors() if one.key == key), None)


def let_in(one: Visitor) -> tuple[User, TenantCard]:
    """Return the visitor's person and desk, made on first call; a newcomer's each time anew."""
    tenant = _tenant(one.tenant)
    email = f"{one.key}{_AT}"
    person = services.ensure_person(email=email, name=one.title)
    services.ensure_member(
        tenant_id=tenant.id, email=email, name=one.title, role=one.role, user_id=person.pk
    )
    return person, tenant


def _tenant(code: str) -> TenantCard:
    if code == "OPERATOR":
        return services.ensure_operator()
    if code == "DEMOBANK" and not any(one.code == code for one in accounts.partners()):
        return services.add_partner(name="Демо-банк", country="RU", code=code)
    if code == NEWCOMER:
        known = sum(one.code.startswith(NEWCOMER) for one in accounts.sellers())
        name = f"Новый производитель {known + 1}"
        return services.add_seller(name=name, country="RU", code=f"{NEWCOMER}{known + 1}")
    return accounts.tenant(code)
