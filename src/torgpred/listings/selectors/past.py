"""How a seller sold at a moment that is past: price rules and exchange rates as they stood."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import msgspec
from django.apps import apps

from torgpred.kernel.money import Rate, Rates
from torgpred.listings import models
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing import PricingPolicy
from torgpred.runtime.scope import scope

Stand = tuple[datetime, PricingPolicy]
"""Price rules and since when they stood."""


class PastRules:
    """A seller's price rules in its shops, and the rates, at any moment. Made by `past_rules`."""

    def __init__(
        self, stands: dict[int, list[Stand]], quotes: dict[tuple[str, str], list[Rate]]
    ) -> None:
        self._stands = stands
        self._quotes = quotes
        self.rates = cache(self._rates)

    def pricing(self, shop_id: int, moment: datetime) -> PricingPolicy | None:
        """Return the price rules of a shop at a moment; None where none were ever chosen.

        Rules that tell no commission were not finished, and before the first there were none: what
        was chosen next says then what was meant.
        """
        return stood(self._stands.get(shop_id, ()), moment)

    def _rates(self, day: date) -> Rates:
        """Return the rates of a day: of each pair the newest until then, else its first."""
        return Rates(
            {
                pair: quotes[max(bisect_right(quotes, day, key=lambda one: one.as_of) - 1, 0)]
                for pair, quotes in self._quotes.items()
            }
        )


def stood(stands: Sequence[Stand], moment: datetime) -> PricingPolicy | None:
    """Return the rules that stood at a moment, `stands` being by time; see PastRules.pricing."""
    if not stands:
        return None
    at = max(bisect_right(stands, moment, key=lambda one: one[0]) - 1, 0)
    told = (rules for _, rules in stands[at:] if rules.commission > 0)
    return next(told, stands[-1][1])


def past_rules(seller_id: int) -> PastRules:
    """Return how a seller sold in its shops, whenever it was."""
    stands: dict[int, list[Stand]] = {}
    with scope(seller_id):
        told = _history(seller_id).order_by("pgh_id")
        for shop_id, moment, content in told.values_list("shop_id", "changed_at", "content"):
            stands.setdefault(shop_id, []).append((moment, _pricing(content)))
        # Histories are not copied for a rehearsal: what is chosen now has stood always then.
        for row in models.Policy.objects.filter(seller_id=seller_id).exclude(shop_id__in=stands):
            stands[row.shop_id] = [(row.changed_at, _pricing(row.content))]
    quotes: dict[tuple[str, str], list[Rate]] = {}
    for said in models.ExchangeRate.objects.order_by("source", "target", "as_of"):
        rate = Rate(said.value, said.as_of, said.said_by)
        quotes.setdefault((said.source, said.target), []).append(rate)
    return PastRules(stands, quotes)


def former_pricing(
    seller_id: int, shop_id: int, *, since: datetime, until: datetime
) -> PricingPolicy | None:
    """Return the price rules before those that came between two moments and still stand.

    None where the rules did not change then, or changed since.
    """
    with scope(seller_id):
        row = models.Policy.objects.filter(seller_id=seller_id, shop_id=shop_id).first()
        told = _history(seller_id).filter(shop_id=shop_id, pgh_created_at__lte=until)
        if row is None:
            return None
        now = _pricing(row.content)
        came: datetime | None = None
        events = told.order_by("-pgh_id").values_list("pgh_created_at", "content")
        for moment, content in events.iterator():
            before = _pricing(content)
            if before != now:
                return before if came is not None and came > since else None
            came = moment
    return None


def _history(seller_id: int) -> Any:  # noqa: ANN401 - rows of a model that is made at start
    return apps.get_model("listings", "PolicyEvent").objects.filter(seller_id=seller_id)


def _pricing(content: object) -> PricingPolicy:
    return msgspec.convert(content, ShopPolicy, strict=False).pricing
