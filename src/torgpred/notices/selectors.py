"""Reads of notices: what was told to whom, and what waits."""

from datetime import datetime
from typing import Any

import msgspec

from torgpred.notices.models import Notice
from torgpred.runtime.scope import operator_scope, scope


class NoticeCard(msgspec.Struct, frozen=True):
    """A notice to one member by one channel; `state` is a models.State."""

    id: int
    tenant_id: int
    email: str
    channel: str
    kind: str
    data: dict[str, Any]
    due_at: datetime
    state: str
    attempts: int
    problem: str


def notices(
    tenant_id: int | None, *, member_id: int | None = None, limit: int = 50
) -> list[NoticeCard]:
    """Return notices, the newest first: a tenant's, or all for the operator's eyes."""
    opened = operator_scope() if tenant_id is None else scope(tenant_id)
    with opened:
        rows = Notice.objects.select_related("member").order_by("-id")
        if member_id is not None:
            rows = rows.filter(member_id=member_id)
        return [
            NoticeCard(
                one.pk, one.tenant_id, one.member.email, one.channel, one.kind, one.data,
                one.due_at, one.state, one.attempts, one.problem,
            )
            for one in rows[:limit]
        ]  # fmt: skip
