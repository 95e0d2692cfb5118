"""What has to be right before a campaign opens: window, phases, budget, coupons, creatives."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from torgpred.campaigns.core.coupons import coupon_troubles
from torgpred.campaigns.core.money.pooling import FEWEST
from torgpred.campaigns.core.outline import SELLER, Budget, Outline, PhaseKind
from torgpred.campaigns.core.rules import Duty, RuleSet
from torgpred.kernel.findings import Finding, Severity
from torgpred.listings.core.remarks import advice, hold, note

HUNDRED: Final = Decimal(100)
MARKED: Final = {"RU": "Federal Law 38-FZ on advertising, art. 18.1, since 1 Sep 2022"}
"""Countries whose law wants ads on the internet marked with an identifier, and the law."""
_BEFORE_SALE: Final = (PhaseKind.ENROLMENT, PhaseKind.WARM_UP, PhaseKind.PRESALE)

WINDOW = hold(
    "campaign.window",
    "It is to end at {value}, and starts at {starts}.",
    "Let it end after its start.",
)
NO_SHOPS = hold(
    "campaign.no_shops",
    "No shop takes part.",
    "Name shops: torgpred campaign set CODE --shop SHOP",
)
PERCENT = hold(
    "campaign.percent",
    "{value} % off is no reduction that anybody could sell at.",
    "A percent lies above 0 and below 100.",
)
PERCENT_TOO_LOW = hold(
    "campaign.percent_too_low",
    "It takes {value} % off; the rules ask for {asked} % at least.",
    "Take {asked} % off or more.",
)
TOO_FEW_SELLERS = hold(
    "campaign.least_sellers",
    "Figures over {value} sellers would be shown outside: one could work out another's.",
    "Ask for {least} sellers at least.",
)
PHASE_TURNED = hold(
    "phase.turned",
    "The phase ends at {value}, before it starts.",
    "Let it end after its start.",
)
PHASE_OUTSIDE = hold(
    "phase.outside",
    "The sale runs until {value}, outside the campaign's window.",
    "Let the window hold the whole sale.",
)
PHASE_ORDER = hold(
    "phase.order",
    "The phase starts at {value}, after the sale began.",
    "Put it before the sale.",
)
SHIP_BY_EARLY = hold(
    "phase.ship_by_early",
    "Orders have to be shipped by {value}, before the sale is over.",
    "Let the last orders be shipped after the sale.",
)
BUDGET_SUM = hold(
    "budget.sum",
    "The shares come to {value} %.",
    "Let what {payers} pay come to 100 % together.",
)
BUDGET_AMOUNT = hold(
    "budget.amount",
    "{value} cannot be given away or borne.",
    "Give amounts and shares of 0 or more.",
)
BUDGET_TWICE = hold(
    "budget.twice",
    "{value} is named twice among those who pay.",
    "Put its shares together.",
)
BUDGET_CURRENCY = hold(
    "budget.currency",
    "The budget is in {value}, and shops sell in {others}.",
    "Give it in the shops' currency.",
)
NO_BUDGET = hold(
    "budget.missing",
    "Coupons give something away, and nobody said who pays.",
    "Say it: torgpred campaign set CODE --budget AMOUNT --pays WHO=PERCENT",
)
NO_COUPON = hold(
    "duty.coupon",
    "The rules ask for a coupon, and the campaign has none.",
    "Add one: torgpred campaign coupon CODE",
)
COUPON_ADVISED = advice("duty.coupon_advised", "The rules advise a coupon.", NO_COUPON.mend)
PROMISE = note(
    "duty.promise",
    "The rules name {value}: {firmness}.",
    "Make sure of it on the marketplace: it is not seen from here.",
)
UNMARKED = hold(
    "creative.unmarked",
    "An ad shown in {country} without its mark (erid): {law}.",
    "Register it with an ad data operator, and put the mark in.",
)
MARK_SPACES = hold(
    "creative.mark_spaces",
    "The mark {value} holds a space: it was copied with something beside it.",
    "Put in the mark alone.",
)
LAW_UNKNOWN = note(
    "creative.law_unknown",
    "Whether the law of {value} wants ads marked is not known here.",
    "Look it up before showing them.",
)
RULES_UNKNOWN = note(
    "rules.not_told",
    "The rule set does not tell: {value}.",
    "What depends on it is judged unknown until a new version of the rule set says it.",
)


def troubles(
    *,
    outline: Outline,
    rules: RuleSet,
    budget: Budget | None,
    families: Sequence[str],
    currencies: Sequence[str],
) -> list[Finding]:
    """Return holds, advice and notes about a campaign; with a hold it does not open.

    `families` and `currencies` are those of its shops; places are names of its parts.
    """
    found = [*_window(outline, rules), *_phases(outline)]
    if not families:
        found.append(NO_SHOPS.at("shops"))
    found += coupon_troubles(outline, families)
    found += _budget(outline, budget, currencies)
    found += _creatives(outline)
    found += _duties(outline, rules)
    if rules.unknown:
        found.append(RULES_UNKNOWN.at(rules.code, ", ".join(rules.unknown)))
    return found


def holding(found: Iterable[Finding]) -> list[Finding]:
    """Return the findings that keep a campaign from opening."""
    return [one for one in found if one.severity is Severity.ERROR]


def _window(outline: Outline, rules: RuleSet) -> Iterator[Finding]:
    if outline.ends <= outline.starts:
        yield WINDOW.at("window", _shown(outline.ends), starts=_shown(outline.starts))
    percent = outline.percent
    if percent is not None and not 0 < percent < HUNDRED:
        yield PERCENT.at("percent", percent)
    elif percent is not None and rules.percent_off is not None and percent < rules.percent_off:
        yield PERCENT_TOO_LOW.at("percent", percent, asked=rules.percent_off)
    if outline.least_sellers < FEWEST:
        yield TOO_FEW_SELLERS.at("least sellers", outline.least_sellers, least=FEWEST)


def _phases(outline: Outline) -> Iterator[Finding]:
    sale = outline.phase(PhaseKind.SALE)
    for one in outline.phases:
        place = f"phase {one.kind.value}"
        if one.ends <= one.starts:
            yield PHASE_TURNED.at(place, _shown(one.ends))
        if one.kind in _BEFORE_SALE and sale is not None and one.starts > sale.starts:
            yield PHASE_ORDER.at(place, _shown(one.starts))
        if one.kind is PhaseKind.SHIP_BY and one.ends < outline.sold_until:
            yield SHIP_BY_EARLY.at(place, _shown(one.ends))
    if sale is not None and (sale.starts < outline.starts or sale.ends > outline.ends):
        yield PHASE_OUTSIDE.at("phase sale", _shown(sale.ends))


def _budget(
    outline: Outline, budget: Budget | None, currencies: Sequence[str]
) -> Iterator[Finding]:
    if budget is None:
        if outline.coupons:
            yield NO_BUDGET.at("budget")
        return
    yield from budget_troubles(budget)
    others = sorted(set(currencies) - {budget.currency})
    if others:
        yield BUDGET_CURRENCY.at("budget", budget.currency, others=", ".join(others))


def budget_troubles(budget: Budget) -> Iterator[Finding]:
    """Yield what cannot be so in a budget by itself."""
    payers = [one.payer for one in budget.shares]
    for amount in (budget.total, *[one.percent for one in budget.shares]):
        if amount < 0:
            yield BUDGET_AMOUNT.at("budget", amount)
    for payer in sorted({one for one in payers if payers.count(one) > 1}):
        yield BUDGET_TWICE.at("budget", payer)
    together = sum([one.percent for one in budget.shares], Decimal(0))
    if together != HUNDRED:
        yield BUDGET_SUM.at("budget", together, payers=", ".join(payers) or SELLER)


def _creatives(outline: Outline) -> Iterator[Finding]:
    law = MARKED.get(outline.country)
    for one in outline.creatives:
        place = f"creative {one.language} {one.title}".strip()
        if law is not None and not one.mark.strip():
            yield UNMARKED.at(place, country=outline.country, law=law)
        elif one.mark.strip() and len(one.mark.split()) > 1:
            yield MARK_SPACES.at(place, one.mark)
    if outline.creatives and law is None:
        yield LAW_UNKNOWN.at("creatives", outline.country)


def _duties(outline: Outline, rules: RuleSet) -> Iterator[Finding]:
    if rules.coupon is not None and not outline.coupons:
        yield (NO_COUPON if rules.coupon is Duty.REQUIRED else COUPON_ADVISED).at("coupons")
    promised = {
        "delivery insurance": rules.delivery_insurance,
        "price protection": rules.price_protection,
        "free shipping": rules.free_shipping,
    }
    for name, firmness in promised.items():
        if firmness is not None:
            yield PROMISE.at("duties", name, firmness=firmness.value)


def _shown(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M %Z}"
