"""A member's saved views."""

from torgpred.accounts.core.saved import SavedView as Card
from torgpred.accounts.models import SavedView
from torgpred.runtime.scope import scope


def saved_views(tenant_id: int, member_id: int, page: str) -> list[Card]:
    """Return what a member keeps of a list at a tenant, oldest first."""
    with scope(tenant_id):
        rows = SavedView.objects.filter(tenant_id=tenant_id, member_id=member_id, page=page)
        return [Card(row.pk, row.name, row.query) for row in rows.order_by("id")]
