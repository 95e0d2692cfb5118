"""The ask that is meant, for writing: found by its code, held, and not over."""

from torgpred.accounts.core.values import TenantCard
from torgpred.accounts.services import ensure_operator
from torgpred.asks.core.errors import OverError, UnknownAskError
from torgpred.asks.core.states import OVER, AskState
from torgpred.asks.models import Ask
from torgpred.asks.selectors import code_of


def held(given: str, *, over: bool = False) -> Ask:
    """Return an ask's row, locked until the transaction ends. Inside the operator's scope.

    Raises UnknownAskError; OverError where it is over, unless `over` says that this may be.
    """
    row = Ask.objects.select_for_update().filter(code=code_of(given)).first()
    if row is None:
        raise UnknownAskError(given=given[:40])
    if not over and AskState(row.state) in OVER:
        raise OverError(ask=row.code)
    return row


def owner() -> TenantCard:
    """Return the operator, whose all asks are."""
    return ensure_operator()
