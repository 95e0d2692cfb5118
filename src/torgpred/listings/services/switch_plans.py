"""Plans of a switch of prices: price steps only, worked out as of a moment that may be to come.

The desired states of now are not touched: what is worked out here goes into the plan alone. A
product whose earlier switch is still on its way is compared with what that one will leave.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
import psycopg
from django.db import connection

from torgpred.catalogue.core.offers import Offer
from torgpred.channels.core.contract import Action, Problem
from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.kernel.digests import canonical, combine
from torgpred.listings import models
from torgpred.listings.core.desired import Desired, Product, desire, draft_digest
from torgpred.listings.core.diff import Same, Standing
from torgpred.listings.core.drift import Decision
from torgpred.listings.core.holds import grouped, refusal
from torgpred.listings.core.rebuilding import seen_now
from torgpred.listings.core.remarks import Remark
from torgpred.listings.core.switching import (
    NOT_OFFERED,
    NOT_THERE,
    Prices,
    Switched,
    gone,
    prices_of,
    reasons_of,
    switched,
    wanted,
)
from torgpred.listings.services.comparing import StepRow, keep_drafts, keep_steps
from torgpred.listings.services.computing import collector_at_rest
from torgpred.listings.services.contexts import Surroundings, shop_policy
from torgpred.listings.services.drift_decisions import in_force

BATCH = 1_000
"""Products that are read and worked out together."""

_OFFERS = """
    SELECT offer.product_key, content.content
    FROM catalogue_offer offer
    JOIN catalogue_offer_content content ON content.offer_id = offer.id
    WHERE offer.seller_id = %(seller)s AND offer.product_key = ANY(%(keys)s)
      AND offer.state = 'present'
    ORDER BY offer.product_key COLLATE "C", offer.id
"""

# What an earlier switch has still to send is what will stand there then.
_STANDING = """
    SELECT listed.product_key, listed.remote_id, listed.status, listed.seen, applied.content,
           listed.applied_digest, listed.seen_digest,
           listed.applied_at > coalesce(listed.seen_at, '-infinity') AS unread,
           coming.content AS coming, desired.refused_digest, desired.refusal
    FROM listings_listedproduct listed
    LEFT JOIN listings_draftcontent applied
      ON applied.seller_id = listed.seller_id AND applied.digest = listed.applied_digest
    LEFT JOIN listings_desired desired
      ON desired.seller_id = listed.seller_id AND desired.shop_id = listed.shop_id
     AND desired.product_key = listed.product_key
    LEFT JOIN (
        SELECT DISTINCT ON (step.product_key) step.product_key, draft.content
        FROM listings_plan plan
        JOIN listings_step step ON step.seller_id = plan.seller_id AND step.plan_id = plan.id
         AND step.state IN ('waiting', 'claimed', 'submitted')
         AND step.product_key = ANY(%(keys)s)
        JOIN listings_draftcontent draft
          ON draft.seller_id = step.seller_id AND draft.digest = step.draft_digest
        WHERE plan.seller_id = %(seller)s AND plan.shop_id = %(shop)s
          AND plan.due_at < %(due)s AND plan.state IN ('made', 'applying')
        ORDER BY step.product_key, plan.due_at DESC) coming
      ON coming.product_key = listed.product_key
    WHERE listed.seller_id = %(seller)s AND listed.shop_id = %(shop)s
      AND listed.product_key = ANY(%(keys)s) AND listed.gone_at IS NULL
      AND listed.status <> 'deleted'
"""

# What stood in the shop when the last price for a time that has ended was to begin.
_BEFORE = """
    SELECT DISTINCT ON (step.product_key) step.product_key, step.before
    FROM catalogue_offer offer
    JOIN listings_timedprice timed
      ON timed.seller_id = offer.seller_id AND timed.shop_id = %(shop)s
     AND timed.offer_key = offer.key
     AND least(timed.ends_at, timed.withdrawn_at) BETWEEN timed.starts_at AND %(at)s
    JOIN listings_priceswitch switch
      ON switch.seller_id = offer.seller_id AND switch.shop_id = %(shop)s
     AND switch.due_at = timed.starts_at
    JOIN listings_step step
      ON step.seller_id = offer.seller_id AND step.plan_id = switch.plan_id
     AND step.product_key = offer.product_key AND step.before <> ''::bytea
    WHERE offer.seller_id = %(seller)s AND offer.product_key = ANY(%(keys)s)
    ORDER BY step.product_key, timed.starts_at DESC
"""

_INPUTS = """
    SELECT sha256(coalesce(string_agg(offer.key || ' ' || encode(offer.digest, 'hex')
               || ' ' || offer.state || ' ' || offer.category_key
               || ' ' || coalesce(encode(listed.applied_digest, 'hex'), '')
               || ' ' || coalesce(encode(listed.seen_digest, 'hex'), ''),
               ',' ORDER BY offer.key COLLATE "C"), '')::bytea),
           array_agg(DISTINCT offer.category_key), array_agg(offer.key)
    FROM catalogue_offer offer
    LEFT JOIN listings_listedproduct listed
      ON listed.seller_id = offer.seller_id AND listed.shop_id = %(shop)s
     AND listed.product_key = offer.product_key
    WHERE offer.seller_id = %(seller)s AND offer.product_key = ANY(%(keys)s)
"""

_OFFER = msgspec.json.Decoder(Offer)
_SEEN = msgspec.json.Decoder(Seen)
_DRAFT = msgspec.json.Decoder(Draft)
_PROBLEMS = msgspec.json.Decoder(tuple[Problem, ...])


class _Row(msgspec.Struct, frozen=True):
    """A product as it stands in the shop."""

    product_key: str
    remote_id: str
    status: str
    seen: bytes | None
    applied: bytes | None
    applied_digest: bytes | None
    seen_digest: bytes | None
    unread: bool | None
    coming: bytes | None
    refused_digest: bytes | None
    refusal: bytes | None

    @property
    def standing(self) -> Standing:
        """What stands there, or will once the switches before this one are carried out."""
        last = self.applied if self.coming is None else self.coming
        draft = None if last is None else _DRAFT.decode(last)
        over = draft if self.coming is not None or self.unread else None
        seen = None
        if self.seen is not None:
            seen = seen_now(_SEEN.decode(self.seen), Status(self.status), over)
        return Standing(bound=True, seen=seen, last_applied=draft)


class Written(msgspec.Struct, frozen=True):
    """What was written into a plan: products looked at, steps, and what was held back."""

    products: int
    steps: int
    refused: int
    """Products whose very prices the marketplace has refused before."""


def inputs_digest(around: Surroundings, product_keys: Sequence[str]) -> bytes:
    """Return a digest of all that the price steps of some products are worked out from."""
    names: dict[str, Any] = {
        "seller": around.seller_id, "shop": around.shop_id, "keys": list(product_keys),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INPUTS, names)
        rows, categories, keys = cursor.fetchone()
    facts = around.fact_digests()
    return combine(
        [
            bytes(rows),
            *(around.place_digest(key) for key in sorted(categories or ())),
            *(facts[key] for key in sorted(keys or ()) if key in facts),
        ]
    )


def write_switch(
    plan: models.Plan, around: Surroundings, product_keys: Sequence[str], same: Same
) -> Written:
    """Write the price steps of some products as of `around`'s moment, with counts and holds.

    Runs in the caller's scope and transaction, which holds the planning lock.
    """
    writing = _Writing(plan, around, same)
    with collector_at_rest():
        for keys in _batches(product_keys):
            writing.batch(keys)
    return writing.finish(len(product_keys))


class _Writing:
    """Writes the steps of one plan, and gathers what was held back."""

    def __init__(self, plan: models.Plan, around: Surroundings, same: Same) -> None:
        self._plan = plan
        self._around = around
        self._same = same
        self._limits = shop_policy(plan.seller_id, plan.shop_id).guards
        self._decided = in_force(plan.seller_id, plan.shop_id, around.as_of)
        self._number = 0
        self._offers = 0
        self._all_offers = 0
        self._refused = 0
        self._held: list[tuple[str, int, tuple[Remark, ...]]] = []

    def batch(self, keys: Sequence[str]) -> None:
        """Work out some products and write their steps."""
        offers = self._offers_of(keys)
        before = self._before(keys)
        rows: list[StepRow] = []
        drafts: dict[bytes, Draft] = {}
        there = {row.product_key: row for row in self._standing(keys)}
        for key in keys:
            members = offers.get(key, ())
            self._all_offers += len(members)
            if key not in there:
                self._hold(key, members, (Remark(NOT_THERE.at(key)),))
            else:
                step = self._step(there[key], members, before.get(key, {}))
                if step is not None:
                    digest = draft_digest(step.draft)
                    drafts[digest] = step.draft
                    rows.append(self._row(there[key], step, digest))
        keep_drafts(self._plan.seller_id, list(drafts.items()))
        keep_steps(self._plan, rows)

    def finish(self, products: int) -> Written:
        """Write the plan's counts and holds."""
        plan = self._plan
        held = sum(size for _, size, _ in self._held)
        plan.counts = dict.fromkeys((action.value for action in Action), 0) | {
            "products": products, "offers": self._all_offers, "ready": self._all_offers - held,
            "held": held, "refused": self._refused, "steps": self._number,
            Action.PRICE.value: self._number,
        }  # fmt: skip
        plan.holds = msgspec.to_builtins(grouped(self._held))
        plan.save(update_fields=["counts", "holds"])
        return Written(products=products, steps=self._number, refused=self._refused)

    def _step(
        self, row: _Row, members: Sequence[Offer], before: Mapping[str, Prices]
    ) -> Switched | None:
        context = self._around.context
        standing = row.standing
        whole: Draft | None
        if members:
            want = desire(Product(tuple(members)), context)
            times = self._limits.price_times
            at = wanted(want, context.timed, context.names, before=before, times=times)
            whole = _whole(want, context.rules.stock_max, self._around)
        else:
            self._hold(row.product_key, members, (Remark(NOT_OFFERED.at(row.product_key)),))
            at = gone(before, context.timed, context.names)
            whole = standing.last_applied
        if at.remarks:
            self._hold(row.product_key, members, at.remarks)
        if not at.prices or whole is None:
            return None
        step = switched(
            at,
            desired=whole,
            standing=standing,
            same=self._same,
            decisions=self._decisions(row.product_key),
            reasons=reasons_of(context.timed, [one.key for one in members], context.names),
        )
        if step is not None and row.refused_digest == draft_digest(step.draft):
            # The same prices would be refused again: their reason stays to be seen.
            self._refused += 1
            said = _PROBLEMS.decode(row.refusal) if row.refusal else ()
            self._hold(row.product_key, members, (refusal(said),))
            return None
        return step

    def _decisions(self, key: str) -> tuple[Decision, ...]:
        return self._decided.get(key, ())

    def _hold(self, key: str, members: Sequence[Offer], remarks: tuple[Remark, ...]) -> None:
        self._held.append((key, max(len(members), 1), remarks))

    def _row(self, row: _Row, step: Switched, digest: bytes) -> StepRow:
        self._number += 1
        seen = row.standing.seen
        return (
            self._number,
            row.product_key,
            Action.PRICE.value,
            digest,
            None,
            row.seen_digest,
            row.remote_id,
            len(step.draft.variants),
            canonical(step.changes),
            b"" if seen is None else msgspec.json.encode(seen),
            row.applied_digest,
        )

    def _offers_of(self, keys: Sequence[str]) -> Mapping[str, list[Offer]]:
        found: dict[str, list[Offer]] = {}
        names = {"seller": self._plan.seller_id, "keys": list(keys)}
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_OFFERS, names, binary=True)
            for key, content in cursor:
                found.setdefault(key, []).append(self._around.completed(_OFFER.decode(content)))
        return found

    def _before(self, keys: Sequence[str]) -> dict[str, Mapping[str, Prices]]:
        """Return what products cost before their last price for a time, as far as is known."""
        names: dict[str, Any] = {
            "seller": self._plan.seller_id,
            "shop": self._plan.shop_id,
            "keys": list(keys),
            "at": self._around.as_of,
        }
        with connection.cursor() as cursor:
            cursor.execute(_BEFORE, names)
            return {key: prices_of(_SEEN.decode(seen)) for key, seen in cursor.fetchall()}

    def _standing(self, keys: Sequence[str]) -> Iterator[_Row]:
        names: dict[str, Any] = {
            "seller": self._plan.seller_id,
            "shop": self._plan.shop_id,
            "keys": list(keys),
            "due": self._due,
        }
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(_STANDING, names, binary=True)
            for row in cursor:
                yield _Row(*row)

    @property
    def _due(self) -> datetime:
        return self._plan.due_at or self._around.as_of


def _whole(want: Desired, stock_max: int, around: Surroundings) -> Draft:
    """Return the product with all its variants, whatever holds some of them."""
    return want.parts.draft(want.parts.variants, stock_max, around.context.names)


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    ordered = iter(sorted(keys))
    while batch := list(itertools.islice(ordered, BATCH)):
        yield batch
