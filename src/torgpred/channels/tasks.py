"""Jobs of channels: rules are learnt when a shop is added and kept fresh."""

from datetime import timedelta

from torgpred.channels import selectors, services
from torgpred.channels.core.shops import ShopState
from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError
from torgpred.runtime.observability import logger

FRESH = timedelta(hours=24)

_log = logger(__name__)


def refresh_rules() -> None:
    """Learn the rules of every marketplace with a shop whose rules are missing or a day old."""
    done: set[str] = set()
    for shop in selectors.shops():
        if shop.state is not ShopState.ACTIVE or shop.family in done | _fresh(shop.family):
            continue
        try:
            services.learn_rules(shop.id)
        except OutboundError as error:
            # Another shop of the family may have a living token.
            _log.warning("rules not learnt", shop=shop.id, family=shop.family, reason=str(error))
        else:
            done.add(shop.family)


def _fresh(family: str) -> set[str]:
    if family not in services.families():
        return {family}
    book = selectors.rule_book(family)
    return {family} if book is not None and now() - book.learnt_at < FRESH else set()
