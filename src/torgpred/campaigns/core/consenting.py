"""What a seller says yes to: the terms of one offer in money, and rules for many at once."""

import operator
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

import msgspec

from torgpred.campaigns.core.coupons import Giving
from torgpred.campaigns.core.outline import Outline
from torgpred.campaigns.core.rules import RuleSet
from torgpred.kernel.digests import digest_of
from torgpred.kernel.findings import Finding
from torgpred.listings.core.remarks import hold


class OfferTerms(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one offer takes part at. Money is in `currency`; all of it is what the seller is shown.

    `price` is the shelf price of the campaign, `buyer_pays` what one piece bought alone costs
    with coupons. `given` is the most that coupons take off a piece, `borne` the seller's part of
    it. `usual` is what buyers see when no price for a time is in force. `keeps` is what the seller
    keeps of a piece then, `usual_keeps` at `usual`; `worst` what it keeps less than usual if all
    `pieces` kept for the campaign are sold: None where the usual is not known. `set_price`: what a
    manager chose below the highest that the rules let pass. `base` is what the reduction of
    `percent` is counted from; None in terms of before that was told.
    """

    campaign: str
    name: str
    sku: str
    shop: str
    starts: datetime
    ends: datetime
    zone: str
    currency: str
    price: Decimal
    buyer_pays: Decimal
    given: Decimal
    borne: Decimal
    seller_percent: Decimal
    keeps: Decimal | None
    usual: Decimal | None
    usual_keeps: Decimal | None
    margin: Decimal | None
    pieces: int
    common: str
    """Digest of what is the same for all of the campaign: `common_terms`, in hexadecimal."""
    set_price: Decimal | None = None
    base: Decimal | None = None
    percent: Decimal | None = None

    @property
    def worst(self) -> Decimal | None:
        """What the seller gives up at most: above 0 where it keeps less than usual."""
        if self.keeps is None or self.usual_keeps is None:
            return None
        return (self.usual_keeps - self.keeps) * self.pieces

    @property
    def digest(self) -> bytes:
        """16 bytes over all of it: a consent holds for these terms alone."""
        return digest_of(self)


def common_terms(outline: Outline, rules: RuleSet, giving: Giving) -> str:
    """Return the digest of a campaign's terms that are the same for all who take part.

    Window, phases, rules, coupons and the seller's part of them. Where it changes, no consent from
    before counts.
    """
    coupons = [msgspec.structs.replace(one, published=False) for one in giving.coupons]
    said = [
        outline.starts, outline.ends, outline.zone, outline.phases, rules.digest, coupons,
        giving.seller_percent,
    ]  # fmt: skip
    return digest_of(said).hex()


class ConsentRule(msgspec.Struct, frozen=True):
    """A seller's rule: the offers whose `field` compares so with `value`."""

    field: str
    sign: str
    value: Decimal

    @property
    def text(self) -> str:
        """The rule as it is written, such as "margin >= 12"."""
        return f"{self.field} {self.sign} {self.value:f}"

    def takes(self, terms: OfferTerms) -> bool:
        """Tell whether the rule says yes to an offer; what is not known is never a yes."""
        known = FIELDS[self.field](terms)
        return known is not None and bool(_SIGNS[self.sign](known, self.value))


FIELDS: Final[dict[str, Callable[[OfferTerms], Decimal | None]]] = {
    "margin": lambda terms: terms.margin,
    "keeps": lambda terms: terms.keeps,
    "price": lambda terms: terms.price,
    "worst": lambda terms: terms.worst,
    "pieces": lambda terms: Decimal(terms.pieces),
}
"""What a rule may look at; `margin` is in percent over the cost."""
_SIGNS: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_RULE: Final = re.compile(r"\s*([a-z]+)\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)\s*%?\s*")

NOT_A_RULE = hold(
    "consent.not_a_rule",
    "{value} is no rule.",
    "Write such as `margin >= 12`; it may look at {fields}.",
)


def parse_rule(text: str) -> ConsentRule | Finding:
    """Read a rule such as "margin > 12 %"; a finding where it is none."""
    met = _RULE.fullmatch(text)
    if met is None or met[1] not in FIELDS:
        return NOT_A_RULE.at("rule", text, fields=", ".join(FIELDS))
    try:
        value = Decimal(met[3])
    except InvalidOperation:  # pragma: no cover - the pattern lets only numbers by
        return NOT_A_RULE.at("rule", text, fields=", ".join(FIELDS))
    return ConsentRule(met[1], met[2], value)
