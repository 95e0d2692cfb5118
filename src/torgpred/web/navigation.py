"""The sections of each kind of desk, in the order of a working day."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext_noop as _

from torgpred.accounts.core.values import TenantCard


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation; `here` where the page shown belongs to it."""

    title: str
    icon: str
    address: str
    here: bool
    beyond: bool = False
    """On a phone it stands under "More"."""


_SELLER: Final = (
    ("seller-home", _("Home"), "house"),
    ("seller-catalogue", _("Catalogue"), "package"),
    ("seller-plans", _("Plans"), "list-checks"),
    ("seller-prices", _("Prices"), "tag"),
    ("seller-campaigns", _("Campaigns"), "megaphone"),
    ("seller-orders", _("Orders"), "inbox"),
    ("seller-messages", _("Messages"), "message-circle"),
    ("seller-stock", _("Stock"), "warehouse"),
    ("seller-mall", _("Local mall"), "map-pin-house"),
    ("seller-papers", _("Papers"), "file-badge"),
    ("seller-payouts", _("Payouts"), "banknote"),
    ("seller-cases", _("Joint cases"), "scale"),
    ("seller-members", _("Members"), "users"),
    ("seller-tokens", _("API tokens"), "key-round"),
)
_OPERATOR: Final = (
    ("manager-sellers", _("Sellers"), "store"),
    ("manager-shops", _("Shops"), "shopping-bag"),
    ("manager-campaigns", _("Campaigns"), "megaphone"),
    ("manager-board", _("Live board"), "chart-line"),
    ("manager-mall", _("Mall"), "map-pin-house"),
    ("manager-asks", _("Asks"), "handshake"),
    ("manager-mappings", _("Mappings"), "waypoints"),
    ("manager-health", _("Health"), "heart-pulse"),
    ("manager-people", _("Members"), "users"),
    ("manager-tokens", _("API tokens"), "key-round"),
    ("manager-audit", _("Audit trail"), "scroll-text"),
)
_PARTNER: Final = (("partner-home", _("Home"), "house"),)
_FIRST: Final = {
    "seller": ("seller-home", "seller-catalogue", "seller-orders", "seller-messages"),
    "operator": ("manager-sellers", "manager-shops", "manager-campaigns", "manager-health"),
    "partner": ("partner-home",),
}
"""What a day is full of: the entries that a phone's bar has room for."""
_BY_KIND: Final = {"seller": _SELLER, "operator": _OPERATOR, "partner": _PARTNER}


def sections(tenant: TenantCard, path: str) -> tuple[Section, ...]:
    """Return the sections of a tenant's desk; the deepest one that holds the path is `here`."""
    given = {} if tenant.kind == "operator" else {"code": tenant.code}
    found = [
        (title, icon, reverse(name, kwargs=given), name not in _FIRST[tenant.kind])
        for name, title, icon in _BY_KIND[tenant.kind]
    ]
    holding = max((one[2] for one in found if path.startswith(one[2])), key=len, default="")
    return tuple(Section(title, icon, to, to == holding, more) for title, icon, to, more in found)
