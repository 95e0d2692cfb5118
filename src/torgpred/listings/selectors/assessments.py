"""Assessments of strangers' files, by the secret part of their link."""

from datetime import datetime

import msgspec

from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings import models
from torgpred.listings.core.assessed.links import digest_of_token
from torgpred.runtime.scope import operator_scope


class UnknownAssessmentError(TorgpredError):
    """No such link, or its day is over."""

    code = "assess.unknown_link"
    template = "There is nothing under this link any more."


class AssessmentCard(msgspec.Struct, frozen=True):
    """An assessment as its page shows it; `look` and `result` are kept bytes, None until made."""

    name: str
    address: str
    size: int
    basis: str
    made_at: datetime
    expires_at: datetime
    looked_at: datetime | None
    ended_at: datetime | None
    seen: int
    look: bytes | None
    result: bytes | None
    template: str
    data: dict[str, str]


def assessment(token: str) -> AssessmentCard:
    """Return an assessment by the secret part of its link. Raises UnknownAssessmentError."""
    with operator_scope():
        rows = models.Assessment.objects.filter(token_digest=digest_of_token(token))
        row = rows.filter(expires_at__gt=now()).first()
    if row is None:
        raise UnknownAssessmentError
    return AssessmentCard(
        name=row.name,
        address=row.address,
        size=row.size,
        basis=row.basis,
        made_at=row.made_at,
        expires_at=row.expires_at,
        looked_at=row.looked_at,
        ended_at=row.ended_at,
        seen=row.seen,
        look=None if row.look is None else bytes(row.look),
        result=None if row.result is None else bytes(row.result),
        template=(row.trouble or {}).get("template", ""),
        data=(row.trouble or {}).get("data", {}),
    )
