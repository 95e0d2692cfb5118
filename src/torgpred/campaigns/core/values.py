"""Campaigns as other areas see them."""

from datetime import datetime
from decimal import Decimal

import msgspec

from torgpred.campaigns.core.consenting import OfferTerms
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Budget, Outline
from torgpred.campaigns.core.rules import RuleSet
from torgpred.listings.core.remarks import Remark


class CampaignCard(msgspec.Struct, frozen=True):
    """A campaign. `budget` is None where none was set, and for everybody but the operator."""

    id: int
    code: str
    name: str
    state: State
    outline: Outline
    rules: RuleSet
    rules_version: int
    shop_ids: tuple[int, ...]
    budget: Budget | None
    moved_at: datetime
    reason: str


class Judged(msgspec.Struct, frozen=True):
    """What a judging did: offers there are, how many of them were judged anew."""

    offers: int
    judged: int


class VerdictCard(msgspec.Struct, frozen=True):
    """What was judged of one offer in one shop; see `core.judging.verdicts.Verdict`."""

    seller_id: int
    shop_id: int
    offer_key: str
    sku: str
    answer: Answer
    price: Decimal | None
    usual: Decimal | None
    base: Decimal | None
    keeps: Decimal | None
    usual_keeps: Decimal | None
    margin: Decimal | None
    days: int
    to_come: int
    pieces: int | None
    reasons: tuple[Remark, ...]


class Which(msgspec.Struct, frozen=True):
    """Which verdicts are meant; what is None or empty does not narrow."""

    seller_id: int | None = None
    shop_id: int | None = None
    offer_keys: tuple[str, ...] = ()
    answer: Answer | None = None
    code: str = ""
    """Of the first reason that stands in the way."""
    least_margin: Decimal | None = None
    least_pieces: int | None = None


class NominationCard(msgspec.Struct, frozen=True):
    """An offer put forward, with its terms as they are now.

    `consented`: the seller's yes to these very terms stands. `void`: it said yes to others before.
    """

    id: int
    seller_id: int
    shop_id: int
    offer_key: str
    terms: OfferTerms
    digest: str
    """Of the terms, in hexadecimal: a consent names it."""
    proposed_by: str
    proposed_at: datetime
    consented: bool
    void: bool
    rule: str
    given_by: str
    given_at: datetime | None
    enrolled: bool


class Refusal(msgspec.Struct, frozen=True):
    """An offer that could not be put forward or enrolled, and why."""

    seller_id: int
    shop_id: int
    offer_key: str
    reasons: tuple[Remark, ...]
