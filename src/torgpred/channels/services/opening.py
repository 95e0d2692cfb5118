"""Opening a shop: its connector, with credentials and a bound way out."""

import json

from torgpred.channels import selectors
from torgpred.channels.core.contract import Connector, Family
from torgpred.channels.core.shops import (
    MissingCredentialsError,
    ShopCard,
    ShopClosedError,
    ShopState,
)
from torgpred.channels.families import family
from torgpred.channels.models import Credential
from torgpred.channels.transport import ShopTransport
from torgpred.runtime.scope import operator_scope
from torgpred.runtime.secrets import Secrets, unseal
from torgpred.runtime.transport import WHOLE_CALL_SECONDS, Outlet

BATCH_PATIENCE = 30.0
"""Seconds a call waits for its slot: somewhat more than the busiest shop's own pace."""
QUICK_PATIENCE = 3.0
"""The same for a call whose content would be old by then."""
QUICK_SECONDS = 10.0
"""How long such a call may take: its value is then sent anew, as it is by that time."""


def credential_context(shop_id: int) -> str:
    """Return the context that a shop's secrets are sealed for."""
    return f"credentials of shop {shop_id}"


def open(shop_id: int, *, quick: bool = False) -> Connector:  # noqa: A001 - a shop is opened
    """Return a connector bound to one shop. Opening calls nobody.

    `quick` bounds each call by QUICK_SECONDS, and its wait for a slot by QUICK_PATIENCE.
    Call it outside any tenant's scope: who may act for a shop is decided before. The connector's
    own methods call out and may not be used inside a transaction. Raises
    UnknownShopError, UnknownFamilyError, ShopClosedError, MissingCredentialsError, WrongKeyError.
    """
    return open_card(selectors.shop(shop_id), quick=quick)


def open_card(card: ShopCard, *, quick: bool = False) -> Connector:
    """Return the same for a shop whose card was read a moment ago."""
    if card.state is not ShopState.ACTIVE:
        raise ShopClosedError(given=card.id, state=card.state.value)
    return connect(card, quick=quick)


def connect(card: ShopCard, *, quick: bool = False) -> Connector:
    """Return a connector whatever the shop's state, as its test needs."""
    of = family(card.family)
    outlet = Outlet(
        tenant_id=card.tenant_id,
        shop_id=card.id,
        base_address=card.address,
        patience=QUICK_PATIENCE if quick else BATCH_PATIENCE,
        seconds=QUICK_SECONDS if quick else WHOLE_CALL_SECONDS,
    )
    transport = ShopTransport(outlet, account_of(card), of.limits)
    return of.open(transport, _credentials(card))


def account_of(card: ShopCard) -> str:
    """Return the name under which a shop's rates are kept."""
    return f"{card.family} shop {card.id}"


def family_of(shop_id: int) -> Family:
    """Return the marketplace family of a shop.

    Raises UnknownShopError, UnknownFamilyError.
    """
    return family(selectors.shop(shop_id).family)


def _credentials(card: ShopCard) -> Secrets:
    with operator_scope():
        found = Credential.objects.filter(shop_id=card.id).first()
    if found is None:
        raise MissingCredentialsError(
            family=card.family, missing=", ".join(family(card.family).credential_fields)
        )
    return Secrets(json.loads(unseal(found.sealed, credential_context(card.id))))
