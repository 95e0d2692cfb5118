"""Warehouses: where a seller's goods lie. The first one is made when it is needed."""

from django.db import connection

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.entries import checked_country
from torgpred.runtime.scope import scope
from torgpred.stock.core.errors import (
    UnfitWarehouseError,
    UnknownWarehouseError,
    WarehouseTakenError,
)
from torgpred.stock.core.values import WarehouseCard
from torgpred.stock.models import Warehouse
from torgpred.stock.selectors import warehouse_card, warehouses

FIRST = "MAIN"
"""Code of the warehouse that is made when none is there."""
_RANKS = 32_767


def add_warehouse(
    *, seller_id: int, code: str, country: str, name: str = "", rank: int = 0
) -> WarehouseCard:
    """Add a warehouse: up to 20 characters of code, a country of two letters, a rank from 0.

    Raises WarehouseTakenError, UnfitWarehouseError, accounts' UnfitEntryError for the country.
    """
    code = _fit("code", code.strip().upper(), 20)
    row = Warehouse(
        seller_id=seller_id,
        code=code,
        name=_fit("name", name.strip() or code, 200),
        country=checked_country(country),
        rank=_ranked(rank),
    )
    with scope(seller_id):
        _lock(seller_id)
        if Warehouse.objects.filter(seller_id=seller_id, code=code).exists():
            raise WarehouseTakenError(given=code)
        row.save()
    return warehouse_card(row)


def change_warehouse(
    *,
    seller_id: int,
    code: str,
    name: str | None = None,
    country: str | None = None,
    rank: int | None = None,
) -> WarehouseCard:
    """Change a warehouse; what is not given stays.

    Raises UnknownWarehouseError, UnfitWarehouseError, accounts' UnfitEntryError.
    """
    with scope(seller_id):
        found = Warehouse.objects.filter(seller_id=seller_id, code=code.strip().upper())
        row = found.select_for_update().first()
        if row is None:
            raise unknown(seller_id, code)
        row.name = row.name if name is None else _fit("name", name.strip(), 200)
        row.country = row.country if country is None else checked_country(country)
        row.rank = row.rank if rank is None else _ranked(rank)
        row.save(update_fields=["name", "country", "rank"])
    return warehouse_card(row)


def warehouse_meant(*, seller_id: int, code: str = "") -> WarehouseCard:
    """Return the warehouse of a code, or the seller's first one, by rank, where none is named.

    Where the seller has none at all, one is made in the seller's own country.
    Raises UnknownWarehouseError.
    """
    known = warehouses(seller_id)
    if code:
        meant = [one for one in known if one.code == code.strip().upper()]
        if not meant:
            raise unknown(seller_id, code)
        return meant[0]
    return known[0] if known else _first(seller_id)


def unknown(seller_id: int, given: object) -> UnknownWarehouseError:
    """Return the error that names the warehouses there are."""
    codes = ", ".join(one.code for one in warehouses(seller_id))
    return UnknownWarehouseError(given=given, known=codes or "none")


def _first(seller_id: int) -> WarehouseCard:
    country = accounts.tenant_by_id(seller_id).country
    with scope(seller_id):
        _lock(seller_id)
        row = Warehouse.objects.filter(seller_id=seller_id).order_by("rank", "id").first()
        row = row or Warehouse.objects.create(
            seller_id=seller_id, code=FIRST, name=FIRST, country=country
        )
    return warehouse_card(row)


def _lock(seller_id: int) -> None:
    """Let one at a time add warehouses of a seller: two first ones would be one too many."""
    with connection.cursor() as cursor:
        name = f"stock.warehouse.{seller_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def _fit(what: str, given: str, most: int) -> str:
    if not given or len(given) > most or not given.isprintable():
        raise UnfitWarehouseError(what=what, given=given[:80], reason=f"1 to {most} characters")
    return given


def _ranked(rank: int) -> int:
    if not 0 <= rank <= _RANKS:
        raise UnfitWarehouseError(what="rank", given=rank, reason=f"0 to {_RANKS}")
    return rank
