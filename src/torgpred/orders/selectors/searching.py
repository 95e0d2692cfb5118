"""What a text means among consignments: an order's number, goods, a tracking number, a buyer.

Goods are found by the names under which they were sold, each kept once. A word that few names
hold leads to their lines at once; one that many hold is looked for in the lines of a page as it
is being filled, since gathering all of its lines would take longer than meeting enough of them.
"""

from typing import Any, Final, LiteralString

import msgspec
from django.db.backends.utils import CursorWrapper

_LONG_NUMBER: Final = 8
"""From so many digits on, a text that begins an order's number means that number alone."""
_SHORTEST_NAME: Final = 2
"""A text of less is no buyer's name: it would mean a good part of all."""
_FREQUENT: Final = 2_000
"""Names of goods; a word that more hold is frequent."""

_NUMBERED: LiteralString = "part.remote_id LIKE %(begins)s"
_ANY_NUMBERED: LiteralString = (
    "SELECT EXISTS (SELECT FROM orders_consignment part"  # noqa: S608 - constants only
    f" WHERE part.seller_id = %(seller)s AND {_NUMBERED})"
)
_NAMES: LiteralString = """
    SELECT sku FROM orders_soldname
    WHERE seller_id = %(seller)s AND (sku ILIKE %(begins)s OR name ILIKE %(holds)s)
    LIMIT %(most)s
"""
# A SKU may have been sold under several names: which one it was is told by the lines. A scalar,
# since PostgreSQL would gather all lines for an EXISTS.
_HOLDS: LiteralString = """
    (SELECT bool_or(line.sku ILIKE %(begins)s OR line.name ILIKE %(holds)s)
     FROM orders_line line WHERE line.consignment_id = part.id)
"""
_SOLD: LiteralString = f"""
    part.id IN (SELECT consignment_id FROM orders_line
                WHERE seller_id = %(seller)s AND sku = ANY(%(skus)s)) AND {_HOLDS}
"""  # noqa: S608 - constants only
_ON_THE_WAY: LiteralString = """
    part.id IN (
        SELECT consignment_id FROM orders_shipment
        WHERE seller_id = %(seller)s AND track_number = %(text)s
        UNION ALL
        SELECT consignment_id FROM orders_parcel
        WHERE seller_id = %(seller)s AND (track_number = %(text)s OR remote_id = %(text)s)
        UNION ALL
        SELECT id FROM orders_of_buyer(%(seller)s, %(buyer)s))
"""


class Sought(msgspec.Struct, frozen=True):
    """A condition on the consignments `part`, beginning with AND, and its parameters."""

    condition: str
    names: dict[str, Any]


def sought(cursor: CursorWrapper, seller_id: int, text: str, *, buyers: bool = True) -> Sought:
    """Return what a text means among a seller's consignments. Inside the seller's scope.

    It is the beginning of an order's number or of a SKU, a part of a product's name, a whole
    tracking or parcel number, or words of the buyer's name, begun at least; without `buyers`
    nobody is found by name. Nothing given means all.
    """
    if not text:
        return Sought("", {})
    given = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    named = buyers and len(text) >= _SHORTEST_NAME and any(map(str.isalpha, text))
    names: dict[str, Any] = {
        "seller": seller_id,
        "text": text,
        "begins": f"{given}%",
        "holds": f"%{given}%",
        "buyer": text if named else "",
        "most": _FREQUENT + 1,
    }
    if len(text) >= _LONG_NUMBER and text.isdecimal():
        cursor.execute(_ANY_NUMBERED, names)
        if cursor.fetchall()[0][0]:
            return Sought(f"AND {_NUMBERED}", names)
    cursor.execute(_NAMES, names)
    skus = [row[0] for row in cursor.fetchall()]
    ways = [_NUMBERED, _ON_THE_WAY]
    if len(skus) > _FREQUENT:
        ways.insert(1, _HOLDS)
    elif skus:
        names["skus"] = skus
        ways.insert(1, f"({_SOLD})")
    return Sought(f"AND ({' OR '.join(ways)})", names)
