"""Decided mappings as the operator sees them, over all sellers of a marketplace family."""

from datetime import datetime

import msgspec


class DecidedCategory(msgspec.Struct, frozen=True):
    """Where a seller's category belongs, by whose word. `offers`: present ones in it now."""

    id: int
    seller_id: int
    seller: str
    seller_name: str
    family: str
    path: tuple[str, ...]
    market_category: str
    how: str
    decided_by: str
    decided_at: datetime
    offers: int


class DecidedAttribute(msgspec.Struct, frozen=True):
    """What a seller's param, or one of its values, means. Without an attribute it is ignored."""

    id: int
    seller_id: int
    seller: str
    seller_name: str
    family: str
    market_category: str
    param: str
    value: str
    attribute: str
    value_id: str
    decided_by: str
    decided_at: datetime


class RememberedPath(msgspec.Struct, frozen=True):
    """What people chose for categories of one path: stems of names, and how often."""

    id: int
    family: str
    path: str
    market_category: str
    uses: int
