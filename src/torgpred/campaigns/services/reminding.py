"""What is told of campaigns' clocks: handed to `notices`, which writes each down once."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from torgpred.accounts import selectors as accounts
from torgpred.campaigns.selectors.clocks import due
from torgpred.channels import selectors as channels
from torgpred.notices.core.kinds import Kind
from torgpred.notices.services.gathering import Found


def find(at: datetime) -> Iterator[Found]:
    """Yield what sellers and the operator are to be told of campaigns' clocks at a moment."""
    operators = [one.id for one in accounts.operators()]
    shops = {one.id: one.name for one in channels.shops()}
    for one in due(at):
        data: dict[str, Any] = {
            "thing": one.thing.value,
            "campaign": one.name,
            "count": one.count,
            "at": one.ends.isoformat(),
        }
        if one.shop_id:
            data["shop"] = shops.get(one.shop_id, "—")
        for tenant in operators if one.seller_id is None else [one.seller_id]:
            yield Found(tenant, Kind.CAMPAIGN, one.key, data)
