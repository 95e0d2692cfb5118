"""Putting offers forward: set-wise, by names or by a filter; only what was judged a yes."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.consenting import OfferTerms, common_terms
from torgpred.campaigns.core.coupons import Giving
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.values import CampaignCard, Refusal, VerdictCard, Which
from torgpred.campaigns.models import Nomination, Verdict
from torgpred.campaigns.selectors.cards import campaign_card
from torgpred.campaigns.selectors.verdicts import narrowed, verdict_card
from torgpred.campaigns.services.judging import giving_of, judge
from torgpred.campaigns.services.turns import campaign_row, expect_state, share_campaign
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.kernel.digests import canonical
from torgpred.runtime.scope import operator_scope

_NOT_NOW = "offers are put forward while it is open"

# A nomination whose price, pieces and common terms are the same stays as it is, with the consent to
# it, though what is usual may have moved since; other terms void that consent.
_PUT_FORWARD: LiteralString = """
    INSERT INTO campaigns_nomination AS kept
        (seller_id, campaign_id, shop_id, offer_key, price, pieces, terms, terms_digest,
         proposed_by, proposed_at, dropped_by)
    SELECT given.seller, %(campaign)s, given.shop, given.key, given.price, given.pieces,
           given.terms, given.digest, %(actor)s, %(moment)s, ''
    FROM unnest(%(sellers)s::bigint[], %(shops)s::bigint[], %(keys)s::text[],
                %(prices)s::numeric[], %(pieces)s::int[], %(terms)s::jsonb[], %(digests)s::bytea[])
         AS given (seller, shop, key, price, pieces, terms, digest)
    ON CONFLICT (seller_id, campaign_id, shop_id, offer_key) DO UPDATE
    SET price = excluded.price, pieces = excluded.pieces, terms = excluded.terms,
        terms_digest = excluded.terms_digest, proposed_by = excluded.proposed_by,
        proposed_at = excluded.proposed_at, dropped_by = '', dropped_at = NULL
    WHERE kept.price <> excluded.price OR kept.pieces <> excluded.pieces
       OR kept.terms ->> 'common' <> excluded.terms ->> 'common' OR kept.dropped_at IS NOT NULL
"""


class Nominated(msgspec.Struct, frozen=True):
    """What a nomination did: offers put forward or given other terms, and what was refused."""

    nominated: int
    unchanged: int
    refused: tuple[Refusal, ...]


def nominate(
    *, campaign_id: int, which: Which, actor: str, most_pieces: int | None = None
) -> Nominated:
    """Put forward the offers that are meant and were judged a yes, after judging them anew.

    Of each offer all free pieces are to be kept, at most `most_pieces`; without it, one that is put
    forward already keeps its pieces. Offers that are named and
    may not take part are told with their reasons; a filter simply leaves them out. Naming an offer
    again proposes it on what are its terms now. Raises UnknownCampaignError, CampaignClosedError.
    """
    sellers = None if which.seller_id is None else [which.seller_id]
    judge(campaign_id=campaign_id, seller_ids=sellers)
    with operator_scope():
        share_campaign(campaign_id)
        card = _open(campaign_id)
        rows = Verdict.objects.filter(campaign_id=campaign_id)
        meant = msgspec.structs.replace(which, answer=None if which.offer_keys else Answer.YES)
        found = [verdict_card(one) for one in narrowed(rows, meant).order_by("id")]
        return _done(card, found, most_pieces, actor)


def renew(*, campaign_id: int, actor: str) -> Nominated:
    """Give all nominations the terms that hold now, after the campaign was changed.

    Each keeps its pieces, as far as they are there. Consents to other terms are void. What may no
    longer take part is told and stays as it is: it will not be enrolled. Raises as `nominate`.
    """
    judge(campaign_id=campaign_id)
    with operator_scope():
        share_campaign(campaign_id)
        card = _open(campaign_id)
        known = _known(campaign_id)
        keys = sorted({key for _, _, key in known})
        rows = Verdict.objects.filter(campaign_id=campaign_id, offer_key__in=keys).order_by("id")
        found = [one for one in map(verdict_card, rows) if _place(one) in known]
        return _done(card, found, None, actor)


def drop(*, campaign_id: int, which: Which, actor: str) -> int:
    """Take nominations back; return how many. Raises UnknownCampaignError, CampaignClosedError."""
    with operator_scope():
        share_campaign(campaign_id)
        _open(campaign_id)
        rows = Nomination.objects.filter(campaign_id=campaign_id, dropped_at=None)
        if which.seller_id is not None:
            rows = rows.filter(seller_id=which.seller_id)
        if which.shop_id is not None:
            rows = rows.filter(shop_id=which.shop_id)
        if which.offer_keys:
            rows = rows.filter(offer_key__in=which.offer_keys)
        return rows.update(dropped_by=actor, dropped_at=now())


def _done(
    card: CampaignCard, found: Sequence[VerdictCard], most: int | None, actor: str
) -> Nominated:
    fit = [one for one in found if one.answer is Answer.YES and one.price is not None]
    changed = _put_forward(card, fit, most, actor)
    refused = tuple(
        Refusal(one.seller_id, one.shop_id, one.offer_key, one.reasons)
        for one in found
        if one.answer is not Answer.YES
    )
    return Nominated(changed, len(fit) - changed, refused)


def _known(campaign_id: int) -> dict[tuple[int, int, str], int]:
    """Return the pieces of every offer that is put forward, by seller, shop and key."""
    rows = Nomination.objects.filter(campaign_id=campaign_id, dropped_at=None)
    return {
        (seller_id, shop_id, key): pieces
        for seller_id, shop_id, key, pieces in rows.values_list(
            "seller_id", "shop_id", "offer_key", "pieces"
        )
    }


def _place(one: VerdictCard) -> tuple[int, int, str]:
    return one.seller_id, one.shop_id, one.offer_key


def _open(campaign_id: int) -> CampaignCard:
    row = campaign_row(campaign_id)
    expect_state(row, State.OPEN, why=_NOT_NOW)
    return campaign_card(row)


def _put_forward(
    card: CampaignCard, fit: Sequence[VerdictCard], most: int | None, actor: str
) -> int:
    """Write nominations; return how many are new or have other terms."""
    if not fit:
        return 0
    terms = list(_terms(card, fit, most))
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT_FORWARD,
            {
                "campaign": card.id,
                "actor": actor,
                "moment": now(),
                "sellers": [one.seller_id for one in fit],
                "shops": [one.shop_id for one in fit],
                "keys": [one.offer_key for one in fit],
                "prices": [one.price for one in fit],
                "pieces": [one.pieces for one in terms],
                "terms": [canonical(one).decode() for one in terms],
                "digests": [one.digest for one in terms],
            },
        )
        return int(cursor.rowcount)


def _terms(
    card: CampaignCard, fit: Iterable[VerdictCard], most: int | None
) -> Iterable[OfferTerms]:
    giving = giving_of(card)
    known = _known(card.id)
    common = common_terms(card.outline, card.rules, giving)
    shops = {one: channels.shop(one) for one in card.shop_ids}
    for one in fit:
        if one.price is None:  # pragma: no cover - what is judged a yes has one
            continue
        shop = shops[one.shop_id]
        free = one.pieces or card.outline.least_pieces
        yield OfferTerms(
            campaign=card.code,
            name=card.name,
            sku=one.sku or one.offer_key,
            shop=shop.name,
            starts=card.outline.starts,
            ends=card.outline.ends,
            zone=card.outline.zone,
            currency=shop.currency,
            price=one.price,
            pieces=min(free, known.get(_place(one), free) if most is None else most),
            common=common,
            usual=one.usual,
            keeps=one.keeps,
            usual_keeps=one.usual_keeps,
            margin=one.margin,
            **_given(giving, one.price),
        )


def _given(giving: Giving, price: Decimal) -> dict[str, Decimal]:
    return {
        "buyer_pays": price - giving.alone(price),
        "given": giving.at_most(price),
        "borne": giving.borne_by_seller(price),
        "seller_percent": giving.seller_percent,
    }
