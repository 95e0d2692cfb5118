"""Jobs of channels: rules are learnt when a shop is added and kept fresh."""

from datetime import timedelta

from torgpred.channels import selectors, services
from torgpred.channels.core.shops import ShopState
from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger
from torgpred.runtime.secrets import WrongKeyError

FRESH = timedelta(hours=24)

_log = logger(__name__)


def refresh_rules() -> None:
    """Learn what is missing or a day old: marketplaces' rules once, and each shop's own lists."""
    renewed: set[str] = set()
    for shop in selectors.shops():
        if jobs.stopping():
            return
        if shop.state is not ShopState.ACTIVE or shop.family not in services.families():
            continue
        try:
            if shop.family not in renewed and not _fresh(shop.family):
                services.learn_rules(shop.id)
                renewed.add(shop.family)
            elif shop.family in renewed or _unknown(shop.id):
                services.learn_shop(shop.id)
        except (OutboundError, WrongKeyError) as error:
            # Another shop of the family may have a living token.
            _log.warning("rules not learnt", shop=shop.id, family=shop.family, reason=str(error))


def _fresh(family: str) -> bool:
    book = selectors.rule_book(family)
    return book is not None and now() - book.learnt_at < FRESH


def _unknown(shop_id: int) -> bool:
    """Tell whether nothing of a shop's own lists is known, as of one that was just added."""
    return selectors.usable_brands(shop_id) is None
