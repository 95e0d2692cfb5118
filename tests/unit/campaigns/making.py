"""Terms, places and contenders as tests need them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from torgpred.campaigns import library
from torgpred.campaigns.core.coupons import Giving
from torgpred.campaigns.core.judging.history import Period
from torgpred.campaigns.core.judging.terms import Change, Contender, Place, Terms, make_terms
from torgpred.campaigns.core.judging.verdicts import Judge, Verdict
from torgpred.campaigns.core.outline import Outline
from torgpred.campaigns.core.rules import Base, RuleSet
from torgpred.kernel.money import Rates
from torgpred.listings.core.pricing import Costs, Logistics, Pricer, PricingPolicy, Route

MOSCOW = ZoneInfo("Europe/Moscow")
START = datetime(2026, 11, 11, tzinfo=MOSCOW)
AT = datetime(2026, 11, 10, 12, tzinfo=UTC)
POLICY = PricingPolicy(
    commission=Decimal(10),
    fee=Decimal(2),
    route=Route(tax_out=Decimal(20), logistics=Logistics("RUB", per_parcel=Decimal(100))),
)


def make_rules(**overrides: Any) -> RuleSet:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "code": "r",
        "title": "Rules",
        "source": "a test",
        "percent_off": Decimal(20),
        "base": Base.LOWEST_SHOWN,
        "look_back_days": 30,
    }
    return RuleSet(**(given | overrides))


def library_rules(code: str, **overrides: Any) -> RuleSet:  # noqa: ANN401 - any field
    """Return a rule set of the library, completed by what its source does not tell."""
    found = next(one for one in library.library() if one.code == code)
    left = tuple(one for one in found.unknown if one not in overrides)
    return msgspec.structs.replace(found, unknown=left, **overrides)


def make_outline(**overrides: Any) -> Outline:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "zone": "Europe/Moscow",
        "starts": START,
        "ends": START + timedelta(days=5),
        "country": "RU",
    }
    return Outline(**(given | overrides))


def make_place(policy: PricingPolicy = POLICY, **overrides: Any) -> Place:  # noqa: ANN401
    given: dict[str, Any] = {
        "pricer": Pricer(policy, Rates({}), "RUB"),
        "lead_time_days": 2,
        "looked_at": AT.timestamp(),
        "stars": None,
    }
    return Place(**(given | overrides))


def before(
    days: float, price: str, shown: str | None = None, *, until: float | None = None
) -> Period:
    """Return a price that stood from so many days before the start; `until` so many before it."""
    paid = Decimal(price if shown is None else shown)
    begun = (START - timedelta(days=days)).timestamp()
    ended = None if until is None else (START - timedelta(days=until)).timestamp()
    return (begun, ended, Decimal(price), paid)


def make_contender(*seen: Period, **overrides: Any) -> Contender:  # noqa: ANN401 - any field
    periods: Sequence[Period] = seen or [before(60, "1000")]
    given: dict[str, Any] = {
        "offer_key": "A-1",
        "status": "on_sale",
        "worked_out": True,
        "in_catalogue": True,
        "refused": False,
        "holds": (),
        "price": Decimal(1000),
        "listed": None,
        "costs": Costs(Decimal("300.00"), Decimal("100.00")),
        "periods": periods,
        "pieces": 10,
        "local": 10,
        "stars": None,
    }
    return Contender(**(given | overrides))


def terms_of(
    rules: RuleSet | None = None,
    *,
    giving: Giving | None = None,
    change: Change | None = None,
    at: datetime = AT,
    **outline: Any,  # noqa: ANN401 - any field
) -> Terms:
    return make_terms(
        rules=rules or make_rules(),
        outline=make_outline(**outline),
        giving=giving or Giving(),
        at=at,
        change=change,
    )


def judged(
    one: Contender,
    rules: RuleSet | None = None,
    place: Place | None = None,
    **more: Any,  # noqa: ANN401 - as `terms_of` takes them
) -> Verdict:
    return Judge(terms_of(rules, **more), place or make_place()).judge(one)


def codes(verdict: Verdict) -> list[str]:
    return [one.code for one in verdict.reasons]
