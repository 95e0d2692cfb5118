"""Shops as other areas see them, and what can go wrong with them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from torgpred.kernel.errors import NeedsPersonError, TorgpredError


class ShopState(StrEnum):
    """Whether Torgpred works for a shop."""

    ACTIVE = "active"
    PAUSED = "paused"  # no calls but tests
    CLOSED = "closed"  # kept for the record


@dataclass(frozen=True, slots=True)
class ShopCard:
    """One account on a marketplace. `joint` where the operator owns it."""

    id: int
    tenant_id: int
    family: str
    name: str
    address: str
    currency: str
    state: ShopState
    joint: bool


@dataclass(frozen=True, slots=True)
class ShopTrial:
    """How the last `shop test` ended."""

    at: datetime
    ok: bool
    message: str


class UnknownFamilyError(TorgpredError):
    """No installed connector speaks to this marketplace."""

    code = "channels.unknown_family"
    template = "No connector {family!r} is installed. Known: {known}."


class UnknownShopError(TorgpredError):
    """No such shop, or none that may be seen from here."""

    code = "channels.unknown_shop"
    template = "Shop {given} is not known. See: torgpred shop list."


class ShopExistsError(TorgpredError):
    """The owner has a shop of this name there already."""

    code = "channels.shop_exists"
    template = "There is a shop {name!r} at {family} already."


class ShopNotJointError(TorgpredError):
    """Sellers are admitted to the operator's own shops only."""

    code = "channels.not_joint"
    template = "Shop {given} belongs to a seller; only a joint shop admits others."


class MissingCredentialsError(NeedsPersonError):
    """The shop lacks secrets that its marketplace asks for."""

    code = "channels.missing_credentials"
    template = "{family} needs: {missing}."


class ShopClosedError(NeedsPersonError):
    """Nothing is sent for a shop that was closed."""

    code = "channels.shop_closed"
    template = "Shop {given} is {state}: nothing is sent for it."


class ShrunkenRulesError(NeedsPersonError):
    """A marketplace told of far fewer categories than before: rather a fault than the truth."""

    code = "channels.rules_shrunken"
    template = (
        "{family} told of {found} leaf categories; {known} are known. Nothing was changed. If it is"
        " true, learn the rules again with force."
    )
