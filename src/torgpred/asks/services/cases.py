"""Complaint cases: sellers asked to join with their own effect, and what they say to it.

A seller decides in its own scope, through a member of its own; a trigger refuses anything else.
"""

from collections.abc import Sequence

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import TenantCard
from torgpred.asks.core.errors import (
    ConsentError,
    NoComplaintError,
    NoMoneyError,
    NotAskedError,
    UnfitAskError,
)
from torgpred.asks.core.library import OF_MONEY
from torgpred.asks.core.library import query as query_of
from torgpred.asks.core.parameters import Given, checked
from torgpred.asks.core.states import JoiningState, Kind
from torgpred.asks.core.values import FigureCard, JoiningCard
from torgpred.asks.models import Joining
from torgpred.asks.selectors import code_of, joining_card, joinings
from torgpred.asks.services.evidence import add_figure
from torgpred.asks.services.finding import held
from torgpred.asks.services.sealed import measured
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope, scope

_ROLES = ("manager", "staff")


def invite_sellers(
    *, code: str, sellers: Sequence[str], query: str, params: Given, asked_by: str
) -> list[JoiningCard]:
    """Ask sellers to join a complaint, each with its own effect, computed and sealed as of now.

    Asked again with newer figures, a seller has to decide again. The query and its parameters
    become the case's. Raises UnknownAskError, OverError, NoComplaintError, NoMoneyError,
    UnknownTenantError, UnfitParameterError, TooHeavyError.
    """
    chosen = query_of(query)
    if not chosen.money:
        raise NoMoneyError(query=query, known=", ".join(OF_MONEY))
    given = checked(chosen, {**params, "sellers": []})
    found = [_seller(one) for one in dict.fromkeys(sellers)]
    with operator_scope():
        row = held(code)
        if row.kind != Kind.COMPLAINT:
            raise NoComplaintError(ask=row.code)
        row.effect = {"query": chosen.code, "params": given}
        row.save(update_fields=["effect"])
        moment = now()
        for seller in found:
            columns = measured(
                place=f"{row.code}/{seller.code}", query=chosen,
                params={**given, "sellers": [seller.code]}, as_of=moment, previous=b"",
            )  # fmt: skip
            told = {
                "ask_code": row.code, "family": row.family, "title": row.title, "texts": row.texts,
                "state": JoiningState.ASKED.value, "asked_by": asked_by[:254], "asked_at": moment,
                "member": None, "decided_by": "", "decided_at": None,
            }  # fmt: skip
            Joining.objects.update_or_create(
                seller_id=seller.id, ask=row, defaults={**told, **columns}
            )
    return joinings(code)


def decide(*, seller_id: int, code: str, wanted: str, email: str) -> JoiningCard:
    """Say a seller's yes or no to a case, or that it leaves it, by a member of the seller.

    `wanted`: "joined", "declined" or "left". Raises NotAskedError, UnfitAskError, and
    ConsentError, also for a member that only reads and for one of the operator.
    """
    state = _decision(wanted)
    with scope(seller_id):
        row = Joining.objects.select_for_update().filter(ask_code=code_of(code)).first()
        if row is None:
            raise NotAskedError(ask=code[:40])
        mine = [one for one in accounts.members(seller_id) if one.ended_at is None]
        member = next((one for one in mine if one.email == email.strip().lower()), None)
        if member is None or member.role not in _ROLES:
            raise ConsentError
        if state is JoiningState.LEFT and row.state != JoiningState.JOINED:
            raise UnfitAskError(what="decision", value="left", why="it has not joined")
        row.state, row.member_id = state.value, member.id
        row.decided_by, row.decided_at = member.email, now()
        row.save(update_fields=["state", "member", "decided_by", "decided_at"])
        return joining_card(row)


def pool(*, code: str, made_by: str) -> FigureCard:
    """Make the figure of all joined sellers together, by the case's own query.

    Raises UnknownAskError, OverError, UnfitAskError where nobody joined, TooHeavyError.
    """
    with operator_scope():
        row = held(code)
        joined = Joining.objects.filter(ask=row, state=JoiningState.JOINED.value)
        ids = set(joined.values_list("seller_id", flat=True))
        codes = sorted(one.code for one in accounts.sellers() if one.id in ids)
        if not row.effect or not codes:
            raise UnfitAskError(what="pooled effect", value=row.code, why="no seller joined yet")
        return add_figure(
            code=row.code,
            query=row.effect["query"],
            params={**row.effect["params"], "sellers": codes},
            made_by=made_by,
        )


def _decision(wanted: str) -> JoiningState:
    known = (JoiningState.JOINED, JoiningState.DECLINED, JoiningState.LEFT)
    if wanted not in known:
        raise UnfitAskError(what="decision", value=wanted[:40], why=f"choose of {', '.join(known)}")
    return JoiningState(wanted)


def _seller(code: str) -> TenantCard:
    found = accounts.tenant(code)
    if found.kind != "seller":
        raise UnfitAskError(what="seller", value=found.code, why="it is no seller")
    return found
