"""What only a rehearsal's own copy of an installation does to a campaign: bring its day forward.

All of it raises EnclosureError unless the process is enclosed (`runtime.enclosed`), so that no
slip can say yes for a seller, or move a campaign's window, where it would count.
"""

from datetime import datetime

import msgspec

from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Outline
from torgpred.campaigns.core.running import Stage
from torgpred.campaigns.models import Campaign, Readiness
from torgpred.campaigns.selectors.cards import campaign_card, outline_of
from torgpred.campaigns.selectors.nominations import nominations_here
from torgpred.campaigns.services import consenting, moving
from torgpred.campaigns.services.turns import campaign_row, lock_campaign
from torgpred.listings.services import timed_prices
from torgpred.runtime import enclosed
from torgpred.runtime.scope import operator_scope, scope

_BY = "the rehearsal"


def settle(campaign_id: int, *, agreed_only: bool) -> int:
    """Freeze an open campaign as it stands; without `agreed_only` as if all sellers had agreed.

    Returns how many offers no longer may take part, though they were put forward. A campaign
    that was frozen before stays as it is. Raises EnclosureError.
    """
    enclosed.require()
    with operator_scope():
        card = campaign_card(campaign_row(campaign_id))
        found = nominations_here(campaign_id, seller_id=None)
    if card.state is not State.OPEN:
        return 0
    if not agreed_only:
        for seller_id in sorted({one.seller_id for one in found}):
            mine = [one for one in found if one.seller_id == seller_id and not one.consented]
            seen = {one.id: one.digest for one in mine}
            consenting.consent(seller_id=seller_id, campaign_id=campaign_id, seen=seen, actor=_BY)
    return moving.freeze(campaign_id=campaign_id, actor=_BY).left_out


def bring_forward(campaign_id: int, *, starts: datetime) -> None:
    """Let the sale of a frozen campaign begin at a moment, and all its phases move along.

    What was planned for the window of before is withdrawn, so that it is planned anew. A campaign
    that runs already is left as it is. Raises EnclosureError.
    """
    enclosed.require()
    with operator_scope():
        lock_campaign(campaign_id)
        row = Campaign.objects.get(pk=campaign_id)
        if State(row.state) is not State.FROZEN:
            return
        outline = moved(outline_of(row), starts)
        row.outline = msgspec.to_builtins(outline)
        row.starts_at, row.ends_at = outline.starts, outline.ends
        row.save(update_fields=["outline", "starts_at", "ends_at"])
        ready = list(Readiness.objects.filter(campaign_id=campaign_id))
    for one in ready:
        with scope(one.seller_id):
            timed_prices.withdraw(
                seller_id=one.seller_id, shop_id=one.shop_id, reference=row.code, actor=_BY
            )
            Readiness.objects.filter(pk=one.pk).update(stage=Stage.WAITING.value)


def moved(outline: Outline, starts: datetime) -> Outline:
    """Return an outline whose lower prices begin at a moment, all else as far away as before."""
    by = starts - outline.reduced_from
    return msgspec.structs.replace(
        outline,
        starts=outline.starts + by,
        ends=outline.ends + by,
        phases=tuple(
            msgspec.structs.replace(one, starts=one.starts + by, ends=one.ends + by)
            for one in outline.phases
        ),
    )
