"""One-click sign-in as each role: in a world that the demo started, and nowhere else.

The demo hands its web process a word that it wrote into its home; and whoever finds the door open
still finds no seller but the demo's own.
"""

import os
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.utils.translation import gettext_noop as _

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.values import TenantCard
from torgpred.demo.belonging import AT, real_sellers
from torgpred.demo.sellers import NEWCOMER
from torgpred.demo.world import DOOR, HOST, door_word
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
    public = urlsplit(here.public_url).hostname
    return bool(given) and public in {None, HOST} and given == door_word(here.home)


def doors() -> tuple[Visitor, ...]:
    """Return whom one click makes out of a visitor; nobody while the door is closed."""
    return VISITORS if is_open() and not real_sellers() else ()


def visitor(key: str) -> Visitor | None:
    """Return a visitor by key; None for all while the door is closed."""
    return next((one for one in doors() if one.key == key), None)


def let_in(one: Visitor) -> tuple[User, TenantCard]:
    """Return the visitor's person and desk, made on first call; a newcomer's each time anew."""
    tenant = _tenant(one.tenant)
    email = f"{one.key}{AT}"
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
