"""Learning a marketplace's rules: its category tree, its dictionaries, a shop's brands.

The calls are made first and outside transactions; what they told is then stored set-wise in one.
A walk of the tree that breaks off stores nothing, and a tree that shrank by half is not believed.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeVar

import msgspec
from django.db import connection, transaction

from torgpred.channels import selectors
from torgpred.channels.core.contract import Attribute, Connector, MarketCategory
from torgpred.channels.core.shops import ShrunkenRulesError
from torgpred.channels.families import family as family_by_code
from torgpred.channels.families import main_locale
from torgpred.channels.models import Category, Dictionary, RuleBook
from torgpred.channels.services.opening import open as open_shop
from torgpred.channels.services.shops import keep_templates, replace_named
from torgpred.kernel.clock import now
from torgpred.kernel.digests import combine, digest
from torgpred.kernel.errors import RetryLaterError
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope

ASKED_AT_ONCE = 200
KEPT_AT_ONCE = 50
"""Dictionaries stored together: what a walk that breaks off may have asked for in vain."""
TRIES = 4
LONGEST_PAUSE = 30.0

_T = TypeVar("_T")
_log = logger(__name__)
Progress = Callable[[int], None]
"""Told how many categories or dictionaries have been learnt so far."""


def learn_rules(shop_id: int, *, force: bool = False, progress: Progress = lambda _: None) -> int:
    """Walk the marketplace's category tree through a shop and store it; return the leaves.

    Then stores the shop's brands and delivery templates. Dictionaries that do not come inline are
    learnt when they are needed (`learn_dictionaries`). Raises what calls raise, with nothing of
    the tree stored, and ShrunkenRulesError where it has no leaf, or lost more than half of them
    (not with `force`).
    """
    card = selectors.shop(shop_id)
    connector = open_shop(shop_id)
    tree = _walk(connector, progress)
    _store_tree(card.family, tree, force=force)
    learn_shop(shop_id)
    return sum(one.leaf for one in tree)


def learn_missing(shop_id: int, *, progress: Progress = lambda _: None) -> None:
    """Learn what a first plan needs: the marketplace's tree if nobody did, and what the shop has.

    Raises as `learn_rules`.
    """
    if selectors.market_categories(selectors.shop(shop_id).family):
        learn_shop(shop_id)
    else:
        learn_rules(shop_id, progress=progress)


def learn_shop(shop_id: int) -> None:
    """Store what one shop alone has: the brands it may use and its delivery templates.

    Raises what calls raise, with nothing stored.
    """
    card = selectors.shop(shop_id)
    connector = open_shop(shop_id)
    brands = dict(_patiently(lambda: list(connector.brands())))
    templates = _patiently(connector.delivery_templates)
    with operator_scope():
        keep_templates(card, templates)
        replace_named("channels_brand", card, brands)


def learn_dictionaries(
    shop_id: int, category_ids: Iterable[str], *, progress: Progress = lambda _: None
) -> int:
    """Ask for the dictionaries of some categories, known ones anew; return how many there are."""
    card = selectors.shop(shop_id)
    wanted = _with_dictionaries(card.family, category_ids)
    return _learn(shop_id, card.family, wanted, progress)


def learn_missing_dictionaries(
    shop_id: int, category_ids: Iterable[str], *, progress: Progress = lambda _: None
) -> int:
    """Ask for those dictionaries of some categories that were never learnt; return how many."""
    card = selectors.shop(shop_id)
    ids = list(category_ids)
    known = selectors.dictionaries(card.family, ids)
    wanted = [
        one for one in _with_dictionaries(card.family, ids) if (one[0], one[1].id) not in known
    ]
    return _learn(shop_id, card.family, wanted, progress)


def _with_dictionaries(family: str, ids: Iterable[str]) -> list[tuple[str, Attribute]]:
    """Return (category id, attribute) where a dictionary did not come inline."""
    tree = selectors.market_categories(family)
    return [
        (one, attribute)
        for one in dict.fromkeys(ids)
        if one in tree
        for attribute in tree[one].attributes
        if attribute.dictionary and not attribute.values
    ]


def _learn(
    shop_id: int, family: str, wanted: Sequence[tuple[str, Attribute]], progress: Progress
) -> int:
    if not wanted:
        return 0
    connector = open_shop(shop_id)
    for start in range(0, len(wanted), KEPT_AT_ONCE):
        found: list[tuple[str, str, bytes]] = []
        for category_id, attribute in wanted[start : start + KEPT_AT_ONCE]:
            pairs = _patiently(partial(_values, connector, category_id, attribute))
            found.append((category_id, attribute.id, msgspec.json.encode(pairs)))
            progress(start + len(found))
        _store_dictionaries(family, found)
    return len(wanted)


def _values(connector: Connector, category_id: str, attribute: Attribute) -> list[tuple[str, str]]:
    return list(connector.dictionary(category_id, attribute))


def _walk(connector: Connector, progress: Progress) -> list[MarketCategory]:
    """Return the whole tree, parents first, each with its parent's id and the path of names."""
    found: dict[str, MarketCategory] = {}
    roots = _patiently(connector.category_roots)
    above: dict[str, MarketCategory | None] = {one.id: None for one in roots}
    while above:
        ids = list(above)
        level: dict[str, MarketCategory | None] = {}
        for start in range(0, len(ids), ASKED_AT_ONCE):
            some = ids[start : start + ASKED_AT_ONCE]
            answered = _patiently(partial(connector.categories, some))
            for one in answered:
                parent = above.get(one.id)
                if one.id in found or one.id not in above:
                    continue
                found[one.id] = placed = _placed(one, parent)
                level.update({child: placed for child in one.children if child not in found})
            progress(len(found))
        lost = [one for one in ids if one not in found]
        if lost:
            _log.warning("categories not told", count=len(lost), some=lost[:5])
        above = level
    return list(found.values())


def _placed(one: MarketCategory, parent: MarketCategory | None) -> MarketCategory:
    if parent is None:
        return msgspec.structs.replace(one, path=(one.name,))
    return msgspec.structs.replace(one, parent_id=parent.id, path=(*parent.path, one.name))


def _patiently(ask: Callable[[], _T]) -> _T:
    """Ask again where the marketplace is overloaded: a long walk should not fail for a moment."""
    for left in range(TRIES - 1, -1, -1):
        try:
            return ask()
        except RetryLaterError as error:
            pause = float(error.data.get("after", 2.0))
            if not left or pause > LONGEST_PAUSE or jobs.stopping():
                raise
            time.sleep(pause)
    raise AssertionError  # pragma: no cover - the loop returns or raises


def _store_tree(family: str, tree: Sequence[MarketCategory], *, force: bool) -> None:
    locale = main_locale(family_by_code(family))
    content = [msgspec.json.encode(one) for one in tree]
    digests = [digest(one) for one in content]
    leaves = sum(one.leaf for one in tree)
    with transaction.atomic(), connection.cursor() as cursor:
        _one_at_a_time(family)
        known = Category.objects.filter(family=family, locale=locale, leaf=True).count()
        if not leaves or (leaves * 2 < known and not force):
            raise ShrunkenRulesError(family=family, found=leaves, known=known)
        cursor.execute(
            "INSERT INTO channels_category (family, locale, remote_id, leaf, content, digest)"
            " SELECT %s, %s, * FROM unnest(%s::text[], %s::bool[], %s::bytea[], %s::bytea[])"
            " ON CONFLICT (family, locale, remote_id) DO UPDATE"
            " SET leaf = excluded.leaf, content = excluded.content, digest = excluded.digest"
            " WHERE channels_category.digest <> excluded.digest",
            [
                family,
                locale,
                [one.id for one in tree],
                [one.leaf for one in tree],
                content,
                digests,
            ],
        )
        cursor.execute(
            "DELETE FROM channels_category"
            " WHERE family = %s AND locale = %s AND NOT remote_id = ANY(%s)",
            [family, locale, [one.id for one in tree]],
        )
        cursor.execute(
            "DELETE FROM channels_dictionary AS d WHERE family = %s AND locale = %s AND NOT EXISTS"
            " (SELECT FROM channels_category AS c WHERE c.family = d.family"
            " AND c.locale = d.locale AND c.remote_id = d.category_id)",
            [family, locale],
        )
        RuleBook.objects.update_or_create(
            family=family,
            locale=locale,
            defaults={
                "tree_digest": combine(sorted(digests)),
                "dictionaries_digest": _dictionaries_digest(family, locale),
                "learnt_at": now(),
            },
        )
        jobs.wake("channels.rules")


def _store_dictionaries(family: str, found: Sequence[tuple[str, str, bytes]]) -> None:
    locale = main_locale(family_by_code(family))
    with transaction.atomic(), connection.cursor() as cursor:
        _one_at_a_time(family)
        cursor.execute(
            "INSERT INTO channels_dictionary"
            " (family, locale, category_id, attribute_id, content, digest, learnt_at)"
            " SELECT %s, %s, *, now()"
            " FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::bytea[])"
            " ON CONFLICT (family, locale, category_id, attribute_id) DO UPDATE"
            " SET content = excluded.content, digest = excluded.digest, learnt_at = now()",
            [
                family,
                locale,
                [one[0] for one in found],
                [one[1] for one in found],
                [one[2] for one in found],
                [digest(one[2]) for one in found],
            ],
        )
        RuleBook.objects.filter(family=family, locale=locale).update(
            dictionaries_digest=_dictionaries_digest(family, locale)
        )
        jobs.wake("channels.rules")


def _dictionaries_digest(family: str, locale: str) -> bytes:
    rows = Dictionary.objects.filter(family=family, locale=locale).order_by(
        "category_id", "attribute_id"
    )
    parts: list[bytes] = []
    for category_id, attribute_id, known in rows.values_list(
        "category_id", "attribute_id", "digest"
    ):
        parts += [category_id.encode(), attribute_id.encode(), bytes(known)]
    return combine(parts)


def _one_at_a_time(family: str) -> None:
    """Let one process at a time store a family's rules, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"rules of {family}"])
