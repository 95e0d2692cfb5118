"""What sellers said about themselves."""

from torgpred.programmes.core.values import Assurance, AssuranceKind
from torgpred.programmes.models import Assurance as Row
from torgpred.runtime.scope import scope


def assurance_card(row: Row) -> Assurance:
    """Return an assurance's row as a value."""
    return Assurance(
        id=row.pk,
        kind=AssuranceKind(row.kind),
        about=row.about,
        holds=row.holds,
        text=row.text,
        number=row.number,
        given_by=row.given_by,
        given_at=row.given_at,
        undone_by=row.undone_by,
        undone_at=row.undone_at,
    )


def assurances(seller_id: int, *, undone: bool = False) -> list[Assurance]:
    """Return what a seller said and did not take back, the oldest first; or all it ever said."""
    with scope(seller_id):
        rows = Row.objects.filter(seller_id=seller_id)
        if not undone:
            rows = rows.filter(undone_at=None)
        return [assurance_card(row) for row in rows.order_by("id")]
