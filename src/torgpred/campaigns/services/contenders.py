"""Offers that may take part, read set-wise with all that verdicts look at.

What is known of an offer is hashed in the database; only those whose hash is not the one kept with
their verdict are read. The hash is over identities that change with their content: the digests of
a desired state, the end of a price's period, the pieces that are free.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from operator import itemgetter
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.judging.history import Period, Spell
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.judging.terms import Admission, Contender
from torgpred.campaigns.core.judging.verdicts import Verdict
from torgpred.listings import selectors as listings
from torgpred.listings.core.pricing import Costs
from torgpred.listings.core.remarks import Remark
from torgpred.stock import selectors as stock

BATCH: Final = 5_000

_STAGE: LiteralString = """
    CREATE TEMP TABLE IF NOT EXISTS contender (
        number bigint GENERATED ALWAYS AS IDENTITY, offer_key text, product_key text, sku text,
        listing_id bigint, status text, present bool, inputs bigint, verdict_id bigint
    ) ON COMMIT DROP
"""

# Prices are looked up listing by listing: their table has no index by seller, and is the largest.
_HASHED: LiteralString = f"""
    WITH listed AS (
        SELECT listing.id, product.product_key, product.status, listing.sku,
               {listings.offer_key_sql()} AS offer_key,
               (SELECT bit_xor(hashfloat8extended(
                           coalesce(date_part('epoch', period.until), 0), period.id))
                FROM listings_shelfprice period WHERE period.listing_id = listing.id) AS shelf
        FROM listings_listedproduct product
        JOIN channels_shop place ON place.id = product.shop_id
        JOIN listings_listing listing
          ON listing.seller_id = product.seller_id AND listing.product_id = product.id
        WHERE product.seller_id = %(seller)s AND product.shop_id = %(shop)s
          AND product.gone_at IS NULL AND product.status <> 'deleted' AND NOT listing.not_ours
    ), kept AS (
        SELECT level.sku,
               bit_xor(hash_record_extended(ROW(level.warehouse_id, level.on_hand, level.reserved,
                           level.locked, level.buffer, level.owing), 0)) AS hash
        FROM stock_level level WHERE level.seller_id = %(seller)s GROUP BY level.sku
    ), found AS (
        SELECT coalesce(offer.key, listed.offer_key) AS offer_key,
               coalesce(offer.product_key, listed.product_key) AS product_key,
               coalesce(listed.sku, '') AS sku, listed.id AS listing_id,
               coalesce(listed.status, '') AS status, offer.key IS NOT NULL AS present,
               hash_record_extended(ROW(
                   listed.id, listed.status, offer.key IS NULL, listed.shelf, kept.hash,
                   rated.stars, admitted.digest, desired.offers_digest, desired.context_digest,
                   desired.draft_digest, desired.refused_digest), 0) AS inputs
        FROM (SELECT key, product_key FROM catalogue_offer
              WHERE seller_id = %(seller)s AND state = 'present') offer
        FULL JOIN listed ON listed.offer_key = offer.key
        LEFT JOIN kept ON kept.sku = coalesce(offer.key, listed.offer_key)
        LEFT JOIN listings_desired desired
          ON desired.seller_id = %(seller)s AND desired.shop_id = %(shop)s
         AND desired.product_key = offer.product_key
        LEFT JOIN campaigns_stars rated
          ON rated.seller_id = %(seller)s AND rated.shop_id = %(shop)s
         AND rated.product_key <> '' AND rated.product_key = offer.product_key
        LEFT JOIN programmes_judgement admitted
          ON admitted.seller_id = %(seller)s AND admitted.family = %(family)s
         AND admitted.code = %(programme)s AND admitted.shop_id = %(shop)s
         AND admitted.sku = coalesce(offer.key, listed.offer_key)
    )
"""  # noqa: S608 - constants only

_COMPARED: LiteralString = f"""
    {_HASHED}
    INSERT INTO contender (offer_key, product_key, sku, listing_id, status, present, inputs,
                           verdict_id)
    SELECT found.offer_key, found.product_key, found.sku, found.listing_id, found.status,
           found.present, found.inputs, verdict.id
    FROM found
    FULL JOIN (SELECT id, offer_key, inputs FROM campaigns_verdict
               WHERE seller_id = %(seller)s AND campaign_id = %(campaign)s AND shop_id = %(shop)s)
         verdict ON verdict.offer_key = found.offer_key
    WHERE %(anew)s OR found.offer_key IS NULL OR verdict.inputs IS DISTINCT FROM found.inputs
"""  # noqa: S608 - constants only

_READ: LiteralString = f"""
    WITH free AS MATERIALIZED (
        SELECT level.sku, {stock.available_expression()} AS pieces
        FROM contender mine JOIN stock_level level
          ON level.seller_id = %(seller)s AND level.sku = mine.offer_key
        GROUP BY level.sku
    ), near AS MATERIALIZED (
        SELECT level.sku, {stock.available_expression()} AS pieces
        FROM contender mine JOIN stock_level level
          ON level.seller_id = %(seller)s AND level.sku = mine.offer_key
        WHERE level.warehouse_id IN (
            SELECT id FROM stock_warehouse
            WHERE seller_id = %(seller)s AND country = %(country)s)
        GROUP BY level.sku
    ), timed AS MATERIALIZED (
        SELECT price.offer_key, array_agg(date_part('epoch', price.starts_at)) AS starts,
               array_agg(date_part('epoch', least(price.ends_at, price.withdrawn_at))) AS ends,
               array_agg(price.price) AS prices
        FROM listings_timedprice price
        WHERE price.seller_id = %(seller)s AND price.shop_id = %(shop)s
        GROUP BY price.offer_key
    )
    SELECT contender.offer_key, contender.product_key, contender.sku, contender.inputs,
           contender.status, contender.present, free.pieces, near.pieces, rated.stars,
           desired.prices, desired.findings, desired.refused,
           shelf.starts, shelf.ends, shelf.prices, shelf.shown,
           admitted.verdict, admitted.lacks, admitted.pieces_short,
           timed.starts, timed.ends, timed.prices
    FROM contender
    LEFT JOIN programmes_judgement admitted
      ON admitted.seller_id = %(seller)s AND admitted.family = %(family)s
     AND admitted.code = %(programme)s AND admitted.shop_id = %(shop)s
     AND admitted.sku = contender.offer_key
    LEFT JOIN timed ON timed.offer_key = contender.offer_key
    LEFT JOIN free ON free.sku = contender.offer_key
    LEFT JOIN near ON near.sku = contender.offer_key
    LEFT JOIN listings_desired desired
      ON desired.seller_id = %(seller)s AND desired.shop_id = %(shop)s
     AND desired.product_key = contender.product_key
    LEFT JOIN campaigns_stars rated
      ON rated.seller_id = %(seller)s AND rated.shop_id = %(shop)s
     AND rated.product_key <> '' AND rated.product_key = contender.product_key
    LEFT JOIN (
        SELECT period.listing_id, array_agg(date_part('epoch', period.seen_from)) AS starts,
               array_agg(date_part('epoch', period.until)) AS ends,
               array_agg(period.price) AS prices,
               array_agg(coalesce(period.discount_price, period.price)) AS shown
        FROM contender mine JOIN listings_shelfprice period
          ON period.seller_id = %(seller)s AND period.listing_id = mine.listing_id
        GROUP BY period.listing_id
    ) shelf ON shelf.listing_id = contender.listing_id
    WHERE contender.offer_key IS NOT NULL
    ORDER BY contender.number
"""  # noqa: S608 - constants only


_JUDGED: LiteralString = """
    SELECT verdict.offer_key, verdict.answer, verdict.price, verdict.usual, verdict.base,
           verdict.keeps, verdict.usual_keeps, verdict.margin, verdict.days, verdict.to_come,
           verdict.pieces, verdict.reasons, desired.prices
    FROM campaigns_verdict verdict
    LEFT JOIN listings_desired desired
      ON desired.seller_id = verdict.seller_id AND desired.shop_id = verdict.shop_id
     AND desired.product_key = verdict.product_key
    WHERE verdict.seller_id = %(seller)s AND verdict.campaign_id = %(campaign)s
      AND verdict.shop_id = %(shop)s
"""


class Entry(msgspec.Struct, gc=False):
    """Names of an offer, and the hash over what was known of it."""

    offer_key: str
    product_key: str
    sku: str
    inputs: int


class _Priced(msgspec.Struct, array_like=True, gc=False):
    """One SKU of a desired state's prices."""

    sku: str
    price: Decimal | None
    listed: Decimal | None
    keeps: Decimal | None
    cost: Decimal | None = None
    delivery: Decimal | None = None


_PRICES = msgspec.json.Decoder(tuple[_Priced, ...], strict=False)
_REASONS = msgspec.json.Decoder(tuple[Remark, ...])
_REMARKS = msgspec.json.Decoder(tuple[Remark, ...])
_UNPRICED = Costs(None, None)


class Contenders:
    """The offers of one seller in one shop that have to be judged, in batches.

    `anew`: all of them; `keys`: these alone; `programme`: the key of the one that has to let them
    in, empty where the rules ask for none. `gone` is known once the first batch was asked for.
    Inside the operator's scope.
    """

    def __init__(
        self,
        *,
        seller_id: int,
        shop_id: int,
        campaign_id: int,
        country: str,
        anew: bool,
        keys: Sequence[str] = (),
        programme: str = "",
    ) -> None:
        family, _, code = programme.partition("/")
        self._names: dict[str, Any] = {
            "keys": list(keys),
            "seller": seller_id,
            "shop": shop_id,
            "campaign": campaign_id,
            "country": country,
            "anew": anew,
            "family": family,
            "programme": code,
        }
        self.gone: list[int] = []
        """Verdicts about offers that are no contenders any more."""

    def batches(self) -> Iterator[list[tuple[Entry, Contender]]]:
        """Yield the offers to judge."""
        with connection.cursor() as cursor:
            cursor.execute(_STAGE)
            cursor.execute("TRUNCATE contender")
            cursor.execute(_COMPARED, self._names)
            if not cursor.rowcount:
                return
            if self._names["keys"]:
                cursor.execute(
                    "DELETE FROM contender WHERE offer_key <> ALL(%(keys)s)", self._names
                )
            cursor.execute("ANALYZE contender")
            cursor.execute("SELECT verdict_id FROM contender WHERE offer_key IS NULL")
            self.gone = [row[0] for row in cursor.fetchall()]
            cursor.execute(_READ, self._names)
            reader = _Reader()
            while rows := cursor.fetchmany(BATCH):
                yield [reader.read(row) for row in rows]


def judged(seller_id: int, shop_id: int, campaign_id: int) -> Iterator[tuple[Verdict, Costs]]:
    """Yield kept verdicts with what each offer costs. Inside the operator's scope."""
    reader, decode, answers = _Reader(), _REASONS.decode, {one.value: one for one in Answer}
    with connection.cursor() as cursor:
        cursor.execute(_JUDGED, {"seller": seller_id, "shop": shop_id, "campaign": campaign_id})
        while rows := cursor.fetchmany(BATCH):
            for key, answer, *facts, raw, prices in rows:
                given = (key, answers[answer], *facts, decode(raw) if raw else ())
                yield Verdict(*given), reader.costs(prices, key)


class _Reader:
    """Turns rows into contenders, decoding what neighbours share once."""

    def __init__(self) -> None:
        self._prices: tuple[Any, dict[str, _Priced]] = (None, {})
        self._holds: tuple[Any, tuple[Remark, ...]] = (None, ())

    def read(self, row: tuple[Any, ...]) -> tuple[Entry, Contender]:
        """Return one offer."""
        (
            key, product_key, sku, inputs, status, present, pieces, local, stars, prices,
            findings, refused, starts, ends, listed, shown, verdict, lacks, short,
            begun, over, timed,
        ) = row  # fmt: skip
        priced = self._priced(prices).get(key) if prices is not None else None
        return (
            Entry(key, product_key, sku, inputs),
            Contender(
                offer_key=key,
                status=status,
                worked_out=priced is not None,
                in_catalogue=present,
                refused=bool(refused),
                holds=self._held(findings, key) if findings else (),
                price=None if priced is None else priced.price,
                listed=None if priced is None else priced.listed,
                costs=_UNPRICED if priced is None else Costs(priced.cost, priced.delivery),
                periods=_periods(starts, ends, listed, shown) if starts is not None else (),
                pieces=pieces,
                local=local,
                stars=stars,
                spells=() if begun is None else _spells(begun, over, timed),
                admission=None if verdict is None else Admission(verdict, tuple(lacks), short),
            ),
        )

    def costs(self, raw: Any, key: str) -> Costs:  # noqa: ANN401 - bytes, as the driver has it
        """Return what an offer costs, out of its desired state's prices."""
        priced = None if raw is None else self._priced(raw).get(key)
        return _UNPRICED if priced is None else Costs(priced.cost, priced.delivery)

    def _priced(self, raw: Any) -> dict[str, _Priced]:  # noqa: ANN401 - bytes, as the driver has it
        if raw != self._prices[0]:
            self._prices = (raw, {one.sku: one for one in _PRICES.decode(raw)})
        return self._prices[1]

    def _held(self, raw: Any, key: str) -> tuple[Remark, ...]:  # noqa: ANN401 - as above
        if raw != self._holds[0]:
            self._holds = (raw, tuple(one for one in _REMARKS.decode(raw) if one.holds))
        return tuple(one for one in self._holds[1] if one.sku in {"", key})


def _spells(starts: list[float], ends: list[float], prices: list[Decimal]) -> tuple[Spell, ...]:
    return tuple(zip(starts, ends, prices, strict=True))


_begin = itemgetter(0)


def _periods(
    starts: list[float], ends: list[float | None], listed: list[Decimal], shown: list[Decimal]
) -> list[Period]:
    periods = list(zip(starts, ends, listed, shown, strict=True))
    if len(periods) > 1:
        periods.sort(key=_begin)
    return periods
