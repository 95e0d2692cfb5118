"""Saved views of lists: kept and forgotten by the member whose they are."""

from collections.abc import Collection

from torgpred.accounts.core.saved import (
    MOST,
    PersonNames,
    TooManyViewsError,
    UnknownViewError,
    checked_view,
)
from torgpred.accounts.core.saved import SavedView as Card
from torgpred.accounts.models import SavedView
from torgpred.kernel.clock import now
from torgpred.runtime.scope import scope


def keep_view(*, tenant_id: int, member_id: int, page: str, name: str, query: str) -> Card:
    """Keep a member's view of a list at a tenant; one of the same name changes.

    Raises UnfitEntryError, TooManyViewsError.
    """
    kept, wanted = checked_view(page, name, query)
    with scope(tenant_id):
        mine = SavedView.objects.filter(tenant_id=tenant_id, member_id=member_id, page=page)
        if mine.exclude(name=kept).count() >= MOST:
            raise TooManyViewsError(most=MOST)
        row, _ = SavedView.objects.update_or_create(
            tenant_id=tenant_id,
            member_id=member_id,
            page=page,
            name=kept,
            defaults={"query": wanted, "kept_at": now()},
        )
        return Card(row.pk, row.name, row.query)


def forget_view(*, tenant_id: int, member_id: int, view_id: int) -> None:
    """Forget a member's own view. Raises UnknownViewError."""
    with scope(tenant_id):
        gone, _ = SavedView.objects.filter(
            pk=view_id, tenant_id=tenant_id, member_id=member_id
        ).delete()
    if not gone:
        raise UnknownViewError(given=view_id)


def forget_views_naming(*, tenant_id: int, names: Collection[str]) -> int:
    """Forget all members' views at a tenant that name one of these persons; return how many.

    For persons whose data are erased: see `PersonNames` for what counts as naming one.
    """
    people = PersonNames(names)
    with scope(tenant_id):
        rows = SavedView.objects.filter(tenant_id=tenant_id).select_for_update()
        named = [row.pk for row in rows if people.named_in(row.page, row.name, row.query)]
        if named:
            SavedView.objects.filter(tenant_id=tenant_id, pk__in=named).delete()
    return len(named)
