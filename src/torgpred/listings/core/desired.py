"""What should stand in a shop for one product: a draft that is ready, or what holds it.

Pure: everything a desired state is computed from is the product and the context, and both have
digests, so that a desired state may be remembered by them.
"""

import base64
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.catalogue.core.offers import Offer
from torgpred.channels.core.drafts import Draft
from torgpred.kernel.digests import canonical, digest
from torgpred.listings.core import content
from torgpred.listings.core.checks import look_at
from torgpred.listings.core.completing import (
    chosen,
    completed,
    package_of,
    used_statements,
    variant_values,
    weight_of,
)
from torgpred.listings.core.context import Context, Place
from torgpred.listings.core.countries import country_code
from torgpred.listings.core.facts import FactSet
from torgpred.listings.core.filling import Filling, fill
from torgpred.listings.core.names import folded
from torgpred.listings.core.pricing import Costs, Waterfall
from torgpred.listings.core.question import Parts, PartVariant, Question
from torgpred.listings.core.remarks import Remark
from torgpred.listings.core.siblings import group_of, product_facts

_SAFE_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,40}")


class Product(msgspec.Struct, frozen=True, gc=False):
    """The offers of one seller that share a product key, in any order; at least one."""

    offers: tuple[Offer, ...]

    @property
    def key(self) -> str:
        """The key that the offers share."""
        return self.offers[0].product_key or self.offers[0].key


class Figures(msgspec.Struct, frozen=True, gc=False):
    """What one variant costs and leaves: shelf price, crossed-out price, what the seller keeps."""

    sku: str
    price: Decimal | None
    listed: Decimal | None
    keeps: Decimal | None
    waterfall: Waterfall
    costs: Costs
    held: bool


class Desired(msgspec.Struct, frozen=True, gc=False):
    """The desired state of one product. Without a draft it is held, and `remarks` say why.

    `held` names variants that are held although the others are ready. `parts` is what could be
    worked out, also of a held product. `stated` tells "fact: statement" of every stated fact used.
    """

    key: str
    group: str
    draft: Draft | None
    remarks: tuple[Remark, ...]
    variants: tuple[Figures, ...]
    held: tuple[str, ...]
    parts: Parts
    digest: bytes
    """16 bytes over the draft without its stock; empty where held."""
    stated: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Tell whether there is something to list."""
        return self.draft is not None

    @property
    def holds(self) -> tuple[Remark, ...]:
        """The remarks that hold the product or one of its variants."""
        return tuple([one for one in self.remarks if one.holds])


def external_id(prefix: str, key: str) -> str:
    """Return our stable id of a product in a shop: readable where the seller's key allows it."""
    if _SAFE_ID.fullmatch(key):
        return prefix + key
    return prefix + base64.b32encode(digest(key.encode())).decode().rstrip("=").lower()


def desire(product: Product, context: Context) -> Desired:
    """Return what should stand in the shop for a product.

    A hold on one variant holds that variant alone while others are ready; a hold on the product
    holds all. Raises nothing about a product's content.
    """
    offers = product.offers
    if len(offers) > 1:
        offers = tuple(sorted(offers, key=_key))
    place = context.place(group_of(offers))
    facts = place.facts
    own: list[FactSet | None] = []
    by_offer = context.facts.by_offer
    if by_offer:
        own = [by_offer.get(offer.key) for offer in offers]
        facts = product_facts(own, facts)
    whole = offers
    if facts is not place.facts or place.completes:
        whole = completed(offers, own, place.facts, context.rules)
    question, filled = _question(whole, facts, own, place, context)
    used: tuple[str, ...] = ()
    if facts.sources:
        stated = [*(one for one in own if one is not None), facts]
        used = used_statements(offers, whole, question.parts, filled, stated)
    remarks = look_at(question)
    return _decided(product.key, question, remarks, used, context)


def _key(offer: Offer) -> str:
    return offer.key


def _decided(
    key: str, question: Question, remarks: list[Remark], used: tuple[str, ...], context: Context
) -> Desired:
    parts = question.parts
    product_held = False
    held: set[str] = set()
    for one in remarks:
        if one.holds:
            if one.sku:
                held.add(one.sku)
            else:
                product_held = True
    variants = parts.variants
    ready = [one for one in variants if one.offer.key not in held] if held else variants
    draft = None
    mark = b""
    if ready and not product_held:
        draft = parts.draft(ready, context.rules.stock_max, context.names)
        mark = draft_digest(draft)
    figures = tuple(
        [
            Figures(
                one.offer.key, one.price, one.listed, one.waterfall.keeps, one.waterfall,
                one.costs, product_held or one.offer.key in held,
            )
            for one in variants
        ]
    )  # fmt: skip
    return Desired(
        key=key,
        group=question.group,
        draft=draft,
        remarks=tuple(remarks),
        variants=figures,
        held=tuple(sorted(held)),
        parts=parts,
        digest=mark,
        stated=used,
    )


def draft_digest(draft: Draft) -> bytes:
    """Return 16 bytes over a draft without its stock, which is no part of a plan."""
    if any(variant.stock for variant in draft.variants):
        bare = tuple([msgspec.structs.replace(one, stock=0) for one in draft.variants])
        draft = msgspec.structs.replace(draft, variants=bare)
    return digest(canonical(draft))


def _question(
    offers: tuple[Offer, ...],
    facts: FactSet,
    own: list[FactSet | None],
    place: Place,
    context: Context,
) -> tuple[Question, Filling]:
    first = offers[0]
    settings, rules = context.settings, context.rules
    weight, package = weight_of(offers, facts, rules), package_of(offers, facts, rules)
    vendor = chosen("brand", first.vendor, facts.brand, facts)
    country = chosen("country", first.country, facts.country, facts)
    filled = _filled(offers, facts, own, place, vendor=vendor, country=country)
    limits = rules.texts[settings.language]
    title = content.title_of(offers)
    brand = content.one_line(vendor) if vendor else ""
    raw = first.description or content.told_by_params(offers[0], title)
    description, description_length = content.description_of(
        raw, limits.description, html_allowed=rules.html_description
    )
    good, bad = content.pictures_of(offers)
    parts = Parts(
        external_id=external_id(settings.external_prefix, first.product_key or first.key),
        category_id=place.category_id,
        language=settings.language,
        title=content.cut_at_word(title, limits.title),
        title_length=len(title),
        description=description,
        description_length=description_length,
        pictures=tuple(good[: rules.pictures_max]),
        pictures_given=len(good) + len(bad),
        pictures_bad=tuple(bad),
        weight_kg=weight,
        package=package,
        lead_time_days=facts.lead_time_days or settings.lead_time_days,
        delivery_template_id=facts.delivery_template_id or settings.delivery_template_id,
        unit=facts.unit or settings.unit,
        brand=brand,
        brand_sent=brand if context.brands is None or folded(brand) in context.brands else "",
        country=country_code(country) if country else "",
        tnved=first.tnved or facts.tnved,
        attributes=filled.product,
        variants=[
            _variant(offer, weight, filled, place_in, context)
            for place_in, offer in enumerate(offers)
        ],
    )
    question = Question(
        group=group_of(offers),
        parts=parts,
        rules=rules,
        category=place.category,
        matcher=place.matcher,
        troubles=filled.troubles,
        lacking=filled.lacking,
        given=facts.attributes,
        differing=filled.differing,
        brands=context.brands,
        templates=context.templates,
        papers=place.papers,
        references=context.references,
        pricing=context.policy,
    )
    return question, filled


def _filled(
    offers: Sequence[Offer],
    facts: FactSet,
    own: Sequence[FactSet | None],
    place: Place,
    *,
    vendor: str,
    country: str,
) -> Filling:
    given = place.given
    if facts is not place.facts:
        given = {value.attribute_id: value for value in facts.attributes}
    mine = variant_values(own)
    return fill(offers, place.matcher, vendor=vendor, country=country, given=given, own=mine)


def _variant(
    offer: Offer, weight: Decimal | None, filled: Filling, place_in: int, context: Context
) -> PartVariant:
    own = offer.weight_kg if len(filled.variants) > 1 else None
    charged = weight if own is None else own
    waterfall = context.priced(offer, charged)
    stock = 0 if offer.available is False else offer.quantity
    return PartVariant(
        offer=offer,
        waterfall=waterfall,
        costs=context.pricer.costs(offer, charged),
        price=waterfall.price,
        listed=waterfall.listed,
        stock=stock,
        attributes=filled.variants[place_in],
        missing=filled.missing[place_in],
    )
