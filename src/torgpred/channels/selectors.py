"""Reads of channels: shops, and marketplaces' rules out of a cache that knows when it is stale."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from types import MappingProxyType

import msgspec

from torgpred.channels.core.contract import DeliveryTemplate, MarketCategory
from torgpred.channels.core.shops import ShopCard, ShopState, ShopTrial, UnknownShopError
from torgpred.channels.families import family as family_by_code
from torgpred.channels.families import main_locale
from torgpred.channels.models import (
    Admission,
    Brand,
    Category,
    Credential,
    Dictionary,
    RuleBook,
    Shop,
    Template,
    Trial,
)
from torgpred.kernel.digests import combine, digest_of
from torgpred.runtime.scope import ScopeConflictError, operator_scope, scope

_CATEGORY = msgspec.json.Decoder(MarketCategory)
_PAIRS = msgspec.json.Decoder(tuple[tuple[str, str], ...])

_TREES: dict[tuple[str, str], tuple[bytes, Mapping[str, MarketCategory]]] = {}
_DICTIONARIES: dict[bytes, tuple[tuple[str, str], ...]] = {}
_DICTIONARIES_KEPT = 4096


def shop_card(shop: Shop) -> ShopCard:
    """Return a shop as a frozen value."""
    return ShopCard(
        id=shop.pk,
        tenant_id=shop.tenant_id,
        family=shop.family,
        name=shop.name,
        address=shop.address,
        currency=shop.currency,
        state=ShopState(shop.state),
        joint=shop.joint,
    )


@contextmanager
def _widest() -> Iterator[None]:
    """Read as the operator, or, inside a tenant's scope, what that tenant may see."""
    with ExitStack() as stack:
        with suppress(ScopeConflictError):
            stack.enter_context(operator_scope())
        yield


def shop(shop_id: int) -> ShopCard:
    """Return a shop; inside a tenant's scope only its own and joint ones it was admitted to.

    Raises UnknownShopError.
    """
    with _widest():
        found = Shop.objects.filter(pk=shop_id).first()
    if found is None:
        raise UnknownShopError(given=shop_id)
    return shop_card(found)


def access_digest(shop_id: int) -> bytes:
    """Return 16 bytes that change whenever a shop's secrets, address or state do.

    Outside any tenant's scope: the secrets of a joint shop are the operator's.
    """
    card = shop(shop_id)
    with operator_scope():
        rows = Credential.objects.filter(shop_id=shop_id)
        sealed = list(rows.values_list("sealed", flat=True))
    return digest_of([card.address, card.state.value, sealed])


def shops() -> list[ShopCard]:
    """Return all shops of the installation, for the operator's eyes."""
    with _widest():
        return [shop_card(one) for one in Shop.objects.order_by("family", "name", "id")]


def shops_of(seller_id: int) -> list[ShopCard]:
    """Return where a seller sells: its own shops, then the joint ones that admitted it."""
    with scope(seller_id):
        found = Shop.objects.exclude(state=ShopState.CLOSED.value).order_by("joint", "family", "id")
        return [shop_card(one) for one in found]


def admitted(shop_id: int) -> list[int]:
    """Return the sellers whose goods may stand in a joint shop, by when they were admitted."""
    with operator_scope():
        rows = Admission.objects.filter(shop_id=shop_id).order_by("id")
        return list(rows.values_list("seller_id", flat=True))


def trial(shop_id: int) -> ShopTrial | None:
    """Return how the last test of a shop ended; None where it was never tested."""
    with _widest():
        found = Trial.objects.filter(shop_id=shop_id).first()
    return None if found is None else ShopTrial(found.at, found.ok, found.message)


def trials() -> dict[int, ShopTrial]:
    """Return how the last test of every shop that was tested ended, by shop."""
    with _widest():
        rows = Trial.objects.order_by("shop_id")
        return {one.shop_id: ShopTrial(one.at, one.ok, one.message) for one in rows}


def delivery_templates(shop_id: int) -> list[DeliveryTemplate]:
    """Return a shop's delivery templates as last learnt."""
    with _widest():
        found = Template.objects.filter(shop_id=shop_id).order_by("name", "remote_id")
        return [DeliveryTemplate(id=one.remote_id, name=one.name) for one in found]


def brands(shop_id: int) -> dict[str, str]:
    """Return the brands a shop may use as last learnt: id by name."""
    with _widest():
        rows = Brand.objects.filter(shop_id=shop_id).order_by("id")
        return dict(rows.values_list("name", "remote_id"))


def usable_brands(shop_id: int) -> frozenset[str] | None:
    """Return the names of the brands a shop may use, None while nothing was learnt of the shop.

    A shop of which something is known and no brand may use none: a marketplace refuses the whole
    product for one that it did not approve.
    """
    named = brands(shop_id)
    known = bool(named) or bool(delivery_templates(shop_id))
    return frozenset(named) if known else None


def rule_book(family: str) -> RuleBook | None:
    """Return what is known of when and what was learnt (within this area)."""
    locale = main_locale(family_by_code(family))
    return RuleBook.objects.filter(family=family, locale=locale).first()


def rules_digest(family: str) -> bytes:
    """Return 16 bytes that change whenever anything of a family's rules does."""
    book = rule_book(family)
    learnt = [b"", b""] if book is None else [book.tree_digest, book.dictionaries_digest]
    return combine([*map(bytes, learnt), digest_of(family_by_code(family).rules)])


def market_categories(family: str) -> Mapping[str, MarketCategory]:
    """Return all categories of a marketplace by id; empty before its rules were learnt.

    Kept in the process and read anew only when the tree's digest has changed.
    """
    book = rule_book(family)
    if book is None:
        return MappingProxyType({})
    key = (family, book.locale)
    known = _TREES.get(key)
    digest = bytes(book.tree_digest)
    if known is None or known[0] != digest:
        rows = Category.objects.filter(family=family, locale=book.locale).order_by("id")
        decoded = (_CATEGORY.decode(row) for row in rows.values_list("content", flat=True))
        known = (digest, MappingProxyType({one.id: one for one in decoded}))
        _TREES[key] = known
    return known[1]


def dictionary_values(
    family: str, category_id: str, attribute_id: str
) -> tuple[tuple[str, str], ...] | None:
    """Return (id, name) of the values an attribute takes, inline ones or its dictionary's.

    None where it has a dictionary that was not learnt yet: `services.learn_dictionaries`.
    """
    category = market_categories(family).get(category_id)
    for attribute in category.attributes if category is not None else ():
        if attribute.id == attribute_id and (attribute.values or not attribute.dictionary):
            return attribute.values
    return dictionaries(family, [category_id]).get((category_id, attribute_id))


def dictionaries(
    family: str, category_ids: Sequence[str]
) -> dict[tuple[str, str], tuple[tuple[str, str], ...]]:
    """Return the dictionaries learnt for some categories, by (category id, attribute id)."""
    locale = main_locale(family_by_code(family))
    rows = list(
        Dictionary.objects.filter(
            family=family, locale=locale, category_id__in=list(category_ids)
        ).values_list("category_id", "attribute_id", "digest")
    )
    wanted = {bytes(digest) for _, _, digest in rows} - _DICTIONARIES.keys()
    if wanted:
        if len(_DICTIONARIES) + len(wanted) > _DICTIONARIES_KEPT:
            _DICTIONARIES.clear()
            wanted = {bytes(digest) for _, _, digest in rows}
        content = Dictionary.objects.filter(
            family=family, locale=locale, category_id__in=list(category_ids), digest__in=wanted
        ).values_list("digest", "content")
        for digest, pairs in content:
            _DICTIONARIES[bytes(digest)] = _PAIRS.decode(pairs)
    # A dictionary replaced between the two reads is simply not there yet: it is asked for again.
    return {
        (category_id, attribute_id): _DICTIONARIES[bytes(digest)]
        for category_id, attribute_id, digest in rows
        if bytes(digest) in _DICTIONARIES
    }
