"""The memory of mappings: kept up by decisions, given back by undoing them."""

from django.db import connection

from torgpred.catalogue import selectors as catalogue
from torgpred.listings import models
from torgpred.listings.core.errors import UnknownMappingError
from torgpred.listings.core.mapping import memory_key
from torgpred.runtime.scope import operator_scope, scope


def remember(seller_id: int, family: str, category_key: str, market_category: str) -> None:
    """Count a person's decision for all categories of the same path. Inside the seller's scope."""
    path = _path_key(seller_id, category_key)
    if path:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO listings_mappingmemory AS memory
                    (family, path_key, market_category, uses)
                VALUES (%s, %s, %s, 1)
                ON CONFLICT (family, path_key, market_category)
                DO UPDATE SET uses = memory.uses + 1
                """,
                [family, path, market_category],
            )


def forget(seller_id: int, family: str, category_key: str, market_category: str) -> None:
    """Take one decision out of the memory again; what nobody decided any more is gone from it.

    The path is the one that the category has now. Inside the seller's scope.
    """
    path = _path_key(seller_id, category_key)
    named = [family, path, market_category]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_mappingmemory SET uses = uses - 1 WHERE family = %s AND path_key = %s"
            " AND market_category = %s AND uses > 1",
            named,
        )
        if not cursor.rowcount:
            cursor.execute(
                "DELETE FROM listings_mappingmemory WHERE family = %s AND path_key = %s"
                " AND market_category = %s AND uses <= 1",
                named,
            )


def undo_mapping(*, seller_id: int, mapping_id: int) -> None:
    """Take back where a seller's category belongs; the history keeps it. Audited.

    From the next plan on the category is undecided: what stands stays as it is, what is new waits.
    Raises UnknownMappingError, also for another seller's.
    """
    with scope(seller_id):
        rows = models.Mapping.objects.select_for_update().filter(pk=mapping_id)
        _undo(seller_id, rows.first(), mapping_id)


def undo_category(*, seller_id: int, family: str, category_key: str) -> None:
    """Take back where one of a seller's categories belongs, as `undo_mapping` does.

    Raises UnknownMappingError.
    """
    with scope(seller_id):
        rows = models.Mapping.objects.select_for_update().filter(
            seller_id=seller_id, family=family, category_key=category_key
        )
        _undo(seller_id, rows.first(), category_key)


def _undo(seller_id: int, row: models.Mapping | None, given: object) -> None:
    if row is None:
        raise UnknownMappingError(given=given)
    if row.how == "hand":
        forget(seller_id, row.family, row.category_key, row.market_category)
    row.delete()


def undo_attribute(*, seller_id: int, mapping_id: int) -> None:
    """Take back what a seller's param or value means; rules decide again. Audited.

    Raises UnknownMappingError, also for another seller's.
    """
    with scope(seller_id):
        gone, _ = models.AttributeMapping.objects.filter(pk=mapping_id).delete()
    if not gone:
        raise UnknownMappingError(given=mapping_id)


def forget_path(*, memory_id: int) -> None:
    """Suggest no more what was remembered for a path. Sellers' own mappings stay as they are.

    Raises UnknownMappingError.
    """
    with operator_scope():
        gone, _ = models.MappingMemory.objects.filter(pk=memory_id).delete()
    if not gone:
        raise UnknownMappingError(given=memory_id)


def _path_key(seller_id: int, category_key: str) -> str:
    category = catalogue.categories(seller_id).get(category_key)
    return memory_key(category.path) if category else ""
