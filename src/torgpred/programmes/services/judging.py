"""Judging every seller's offers for every programme; what did not change is not judged again."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec
from django.db import connection

from torgpred.accounts import selectors as accounts
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.papers import PaperKind
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.kernel.digests import digest_of
from torgpred.listings.core.duties import brand_key
from torgpred.listings.core.eligibility import Eligibility, Held, covering
from torgpred.listings.core.question import joint_prefix
from torgpred.programmes import selectors
from torgpred.programmes.core.judging import VERSION, judge
from torgpred.programmes.core.values import Facts, How, Judged, Programme, Word, Words
from torgpred.programmes.services.facts import Changed, look
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock import selectors as stock

AT_ONCE: Final = 5_000
"""Judgements that one statement writes."""
_BEGIN: Final = """
    INSERT INTO programmes_judging (seller_id, family, code, version, judged_at, offers, redone)
    VALUES (%s, %s, %s, %s, %s, 0, 0)
    ON CONFLICT (seller_id, family, code) DO UPDATE
    SET version = excluded.version, judged_at = excluded.judged_at
"""
_KEEP: Final = """
    INSERT INTO programmes_judgement
        (seller_id, family, code, shop_id, sku, product_key, category, listed, verdict, lacks,
         pieces, abroad, pieces_short, warehouse, lead_days, delivery_days, price, currency,
         digest, judged_at)
    SELECT %s, %s, %s, shop_id, sku, product_key, category, listed, verdict,
           string_to_array(lacks, ','), pieces, abroad, pieces_short, warehouse, lead_days,
           delivery_days, price, currency, digest, %s
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::text[],
                %s::text[], %s::int[], %s::int[], %s::int[], %s::text[], %s::int[], %s::int[],
                %s::numeric[], %s::text[], %s::bytea[])
         AS given (shop_id, sku, product_key, category, listed, verdict, lacks, pieces, abroad,
                   pieces_short, warehouse, lead_days, delivery_days, price, currency, digest)
    ON CONFLICT (seller_id, family, code, shop_id, sku) DO UPDATE
    SET product_key = excluded.product_key, category = excluded.category,
        listed = excluded.listed, verdict = excluded.verdict, lacks = excluded.lacks,
        pieces = excluded.pieces, abroad = excluded.abroad,
        pieces_short = excluded.pieces_short, warehouse = excluded.warehouse,
        lead_days = excluded.lead_days, delivery_days = excluded.delivery_days,
        price = excluded.price, currency = excluded.currency, digest = excluded.digest,
        judged_at = excluded.judged_at
"""
_MOST_DAYS: Final = 32_767
"""What a column of days holds; a marketplace may show anything."""
_PRICES: Final = Decimal("999999999999.99")


class SellerJudged(msgspec.Struct, frozen=True):
    """What judging one seller for one programme came to."""

    seller: str
    programme: str
    offers: int
    redone: int
    gone: int


def judge_all(*, key: str = "", seller_id: int | None = None) -> list[SellerJudged]:
    """Judge all programmes, or the one of a key, for all sellers or one; by programme and seller.

    What stands of programmes that are there no more is forgotten. Raises UnknownProgrammeError.
    """
    chosen = [selectors.programme(key)] if key else selectors.programmes()
    sellers = accounts.sellers()
    if not key:
        _forget(chosen)
    return [
        judge_seller(programme=one, seller_id=seller.id, seller=seller.code)
        for one in chosen
        for seller in sellers
        if seller_id in {None, seller.id}
    ]


def judge_seller(*, programme: Programme, seller_id: int, seller: str = "") -> SellerJudged:
    """Judge one seller's offers for a programme; only those that changed are redone.

    Two that judge the same at once wait for one another.
    """
    moment = now()
    with scope(seller_id):
        _begin(programme, seller_id, moment)
        shops = [one for one in channels.shops_of(seller_id) if one.family == programme.family]
        known = _Known(programme, seller_id, moment)
        found = look(
            seller_id=seller_id,
            programme=programme,
            shops=shops,
            prefix=joint_prefix(seller_id),
            context=known.digest,
        )
        for start in range(0, len(found.changed), AT_ONCE):
            part = found.changed[start : start + AT_ONCE]
            _keep(programme, seller_id, part, [known.judge(one) for one in part], moment)
        _end(programme, seller_id, found.offers, len(found.changed))
    return SellerJudged(seller, programme.key, found.offers, len(found.changed), found.gone)


def _forget(known: Sequence[Programme]) -> None:
    """Forget what was judged for programmes that are not among these."""
    with operator_scope(), connection.cursor() as cursor:
        for table in ("programmes_judgement", "programmes_judging"):
            cursor.execute(
                f"DELETE FROM {table}"  # noqa: S608 - the two names above
                " WHERE NOT (family || '/' || code = ANY(%s))",
                [[one.key for one in known]],
            )


def judge_soon(*, seller_id: int) -> bool:
    """Judge a seller at once where that is a matter of a moment, else let a worker do it.

    True where it is done. For after a seller said something that changes every judgement.
    """
    sizes = [
        one.offers
        for programme in selectors.programmes()
        for one in selectors.judgings(programme, seller_id)
    ]
    if sum(sizes) > AT_ONCE:
        return False  # a worker was woken when the word was kept
    judge_all(seller_id=seller_id)
    return True


class _Known:
    """What judging a seller's offers depends on beside the offers; read once."""

    def __init__(self, programme: Programme, seller_id: int, moment: datetime) -> None:
        self.programme = programme
        self.words: Words = {
            (one.kind.value, one.about): Word(one.holds, one.number)
            for one in selectors.assurances(seller_id)
        }
        local = [one for one in stock.warehouses(seller_id) if one.country == programme.country]
        self.target = local[0].code if local else ""
        self.kinds: tuple[PaperKind, ...] = next(
            (getattr(one, "papers", ()) for one in programme.conditions if one.kind == "papers"),
            (),
        )
        papers = catalogue.papers(seller_id) if self.kinds else []
        day = moment.date()
        self.eligibility = Eligibility(family=programme.family, day=day, papers=papers)
        self.categories = catalogue.categories(seller_id) if papers else {}
        self._covering: dict[str, tuple[Held, ...]] = {}
        standing = [(one.id, one.standing(day).good) for one in papers]
        parents = {key: one.parent for key, one in self.categories.items()}
        said = sorted((*key, one) for key, one in self.words.items())
        self.digest = digest_of([VERSION, programme.digest, said, self.target, standing, parents])

    def judge(self, one: Changed) -> Judged:
        """Return the judgement of one offer."""
        facts = Facts(
            pieces=one.here,
            abroad=one.abroad,
            warehouse=one.serves or self.target,
            lead_days=one.lead_days,
            price=one.price,
            currency=one.currency,
            papers=self._papers(one) if self.kinds else frozenset(),
        )
        return judge(self.programme, facts, self.words)

    def _papers(self, one: Changed) -> frozenset[PaperKind]:
        held = self._covering.get(one.category_key)
        if held is None:
            held = self.eligibility.place(one.category_key, self.categories).papers
            self._covering[one.category_key] = held
        own = self.eligibility.by_offer.get(one.sku, ())
        covers = covering([*held, *own], self.kinds, brand_key(one.brand))
        return frozenset(paper.kind for paper in covers if paper.standing.good)


def _begin(programme: Programme, seller_id: int, moment: datetime) -> None:
    """Note the judging, whose row also keeps two from judging the same at once."""
    with connection.cursor() as cursor:
        cursor.execute(
            _BEGIN, [seller_id, programme.family, programme.code, programme.version, moment]
        )


def _end(programme: Programme, seller_id: int, offers: int, redone: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE programmes_judging SET offers = %s, redone = %s"
            " WHERE seller_id = %s AND family = %s AND code = %s",
            [offers, redone, seller_id, programme.family, programme.code],
        )


def _keep(
    programme: Programme,
    seller_id: int,
    offers: Sequence[Changed],
    judged: Sequence[Judged],
    moment: datetime,
) -> None:
    rows = [_row(one, said) for one, said in zip(offers, judged, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP,
            [
                seller_id,
                programme.family,
                programme.code,
                moment,
                *map(list, zip(*rows, strict=True)),
            ],
        )


def _row(one: Changed, said: Judged) -> tuple[object, ...]:
    missing = [lack for lack in said.lacks if lack.how is How.MISSING]
    price = one.price if one.price is None or one.price <= _PRICES else None
    return (
        one.shop_id, one.sku, one.product_key, one.category[:40], one.listed, said.verdict.value,
        ",".join(lack.code for lack in said.lacks), one.here, one.abroad,
        sum(lack.pieces for lack in missing), one.serves,
        None if one.lead_days is None else min(one.lead_days, _MOST_DAYS), said.delivery_days,
        price, one.currency, one.digest,
    )  # fmt: skip
