"""Shops: adding, changing, testing them, and letting sellers into joint ones."""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from django.db import IntegrityError, connection, transaction

from torgpred.accounts.core.entries import checked_name
from torgpred.accounts.core.errors import UnfitEntryError, UnknownTenantError
from torgpred.channels import selectors
from torgpred.channels.core.contract import DeliveryTemplate, Family, ShopReport
from torgpred.channels.core.shops import (
    MissingCredentialsError,
    ShopCard,
    ShopExistsError,
    ShopNotJointError,
    ShopState,
    UnknownShopError,
)
from torgpred.channels.families import family as family_by_code
from torgpred.channels.models import Admission, Credential, Shop, Trial
from torgpred.channels.services.opening import connect, credential_context
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, RefusedError
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope
from torgpred.runtime.secrets import Reseal, seal
from torgpred.runtime.transport import check_address

LONGEST_ADDRESS = 300


def add_shop(
    *,
    tenant_id: int,
    family: str,
    name: str,
    credentials: Mapping[str, str],
    address: str = "",
    currency: str = "",
) -> ShopCard:
    """Add a shop of a seller, or a joint one of the operator. Calls nobody: see `test_shop`.

    Without an address it is the marketplace's own; without a currency, the marketplace's.
    Credentials may hold more than the family asks for; all are sealed.

    Raises UnknownFamilyError, MissingCredentialsError, NeedsPersonError (address not allowed),
    UnfitEntryError, UnknownTenantError, ShopExistsError.
    """
    of = family_by_code(family)
    complete = _complete(of, credentials)
    where = _checked_address(of, address)
    called = checked_name(name, "shop's name")
    money = _checked_currency(currency or of.rules.currency)
    with operator_scope():
        joint = _is_operator(tenant_id)
        try:
            with transaction.atomic():
                shop = Shop.objects.create(
                    tenant_id=tenant_id,
                    family=family,
                    name=called,
                    address=where,
                    currency=money,
                    joint=joint,
                )
        except IntegrityError as error:
            raise ShopExistsError(name=name, family=family) from error
        Credential.objects.create(shop=shop, tenant_id=tenant_id, sealed=_sealed(shop.pk, complete))
        jobs.wake("channels.shops")
        return selectors.shop_card(shop)


def change_shop(
    *,
    shop_id: int,
    name: str | None = None,
    address: str | None = None,
    state: ShopState | None = None,
) -> ShopCard:
    """Change a shop's name, address or state; what is None stays.

    Raises UnknownShopError, UnfitEntryError, ShopExistsError, NeedsPersonError (address not
    allowed).
    """
    with operator_scope():
        shop = _shop(shop_id)
        if name is not None:
            shop.name = checked_name(name, "shop's name")
        if address is not None:
            shop.address = _checked_address(family_by_code(shop.family), address)
        if state is not None:
            shop.state = state.value
        try:
            with transaction.atomic():
                shop.save(update_fields=["name", "address", "state"])
        except IntegrityError as error:
            raise ShopExistsError(name=shop.name, family=shop.family) from error
        jobs.wake("channels.shops")
        return selectors.shop_card(shop)


def replace_credentials(*, shop_id: int, credentials: Mapping[str, str]) -> None:
    """Put new secrets in the place of a shop's old ones, such as a fresh token.

    Raises UnknownShopError, MissingCredentialsError.
    """
    with operator_scope():
        shop = _shop(shop_id)
        complete = _complete(family_by_code(shop.family), credentials)
        Credential.objects.update_or_create(
            shop=shop,
            defaults={"tenant_id": shop.tenant_id, "sealed": _sealed(shop.pk, complete)},
        )
        jobs.wake("channels.shops")


def admit_seller(*, shop_id: int, seller_id: int) -> None:
    """Let a seller's goods into a joint shop. Doing it twice does nothing more.

    Raises UnknownShopError, ShopNotJointError.
    """
    with operator_scope():
        shop = _shop(shop_id)
        if not shop.joint:
            raise ShopNotJointError(given=shop_id)
        Admission.objects.bulk_create(
            [Admission(shop=shop, seller_id=seller_id)], ignore_conflicts=True
        )
        jobs.wake("channels.shops")


def dismiss_seller(*, shop_id: int, seller_id: int) -> None:
    """End a seller's admission to a joint shop. Twice is the same as once.

    Whether anything of it still stands there is for `orders.services.joint.dismiss` to judge.
    Raises UnknownShopError.
    """
    with operator_scope():
        shop = _shop(shop_id)
        Admission.objects.filter(shop=shop, seller_id=seller_id).delete()
        jobs.wake("channels.shops")


def test_shop(shop_id: int) -> ShopReport:
    """Try a shop's credentials with calls that change nothing; keep the verdict and templates.

    A dead token or a refusal is a report that is not ok. Raises UnknownShopError, and
    RetryLaterError where the marketplace does not answer: that says nothing about the shop.
    """
    card = selectors.shop(shop_id)
    try:
        report = connect(card).test()
    except (NeedsPersonError, RefusedError) as error:
        report = ShopReport(ok=False, message=str(error))
    with operator_scope():
        Trial.objects.update_or_create(
            shop_id=card.id,
            defaults={
                "tenant_id": card.tenant_id,
                "at": now(),
                "ok": report.ok,
                "message": report.message,
            },
        )
        if report.ok and report.templates:
            keep_templates(card, report.templates)
    return report


test_shop.__test__ = False  # type: ignore[attr-defined]  # a service, whatever pytest thinks


def keep_templates(card: ShopCard, templates: Sequence[DeliveryTemplate]) -> None:
    """Put a shop's complete list of delivery templates in the place of the known one."""
    replace_named("channels_template", card, {one.id: one.name for one in templates if one.id})


def replace_named(table: str, card: ShopCard, names: Mapping[str, str]) -> None:
    """Bring a table of (shop, remote id, name) to exactly these, in the operator's scope."""
    ids, words = list(names), list(names.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE shop_id = %s AND NOT remote_id = ANY(%s)",  # noqa: S608
            [card.id, ids],
        )
        cursor.execute(
            f"INSERT INTO {table} (shop_id, tenant_id, remote_id, name)"  # noqa: S608
            " SELECT %s, %s, remote_id, name FROM unnest(%s::text[], %s::text[])"
            " AS given (remote_id, name)"
            " ON CONFLICT (shop_id, remote_id) DO UPDATE SET name = excluded.name"
            f" WHERE {table}.name <> excluded.name",
            [card.id, card.tenant_id, ids, words],
        )


def reseal_credentials(reseal: Reseal) -> int:
    """Seal every shop's secrets with the newest key; return how many. For `secrets.rotate`."""
    with operator_scope():
        found = list(Credential.objects.select_for_update().order_by("id"))
        for one in found:
            one.sealed = reseal(one.sealed, credential_context(one.shop_id))
        Credential.objects.bulk_update(found, ["sealed"], batch_size=500)
    return len(found)


def _shop(shop_id: int) -> Shop:
    found = Shop.objects.select_for_update().filter(pk=shop_id).first()
    if found is None:
        raise UnknownShopError(given=shop_id)
    return found


def _is_operator(tenant_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind = 'operator' FROM accounts_tenant WHERE id = %s", [tenant_id])
        row = cursor.fetchone()
    if row is None:
        raise UnknownTenantError(given=tenant_id)
    return bool(row[0])


def _complete(of: Family, credentials: Mapping[str, str]) -> dict[str, str]:
    given = {name: text.strip() for name, text in credentials.items() if text.strip()}
    missing = [name for name in of.credential_fields if name not in given]
    if missing:
        raise MissingCredentialsError(family=of.name, missing=", ".join(missing))
    return given


def _sealed(shop_id: int, credentials: Mapping[str, str]) -> str:
    return seal(json.dumps(dict(credentials), ensure_ascii=False), credential_context(shop_id))


def _checked_currency(given: str) -> str:
    currency = given.strip().upper()
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        raise UnfitEntryError(what="currency", value=given[:40], why="give three letters")
    return currency


def _checked_address(of: Family, address: str) -> str:
    own_host = (urlsplit(of.default_address).hostname or "").lower()
    where = check_address(address.strip() or of.default_address, known_hosts=[own_host])
    if len(where) > LONGEST_ADDRESS:
        raise UnfitEntryError(what="address", value=where[:40], why="it is too long")
    return where
