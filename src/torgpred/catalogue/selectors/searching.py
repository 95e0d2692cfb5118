"""Searching offers: by the beginning of an SKU or product key, by words, their forms and parts."""

from typing import Any, LiteralString

import msgspec

from torgpred.catalogue.models import Intake, Outcome, WordsLook

_LAST = "\U0010ffff"
"""Behind every text that goes on from a beginning: keys are compared by code points."""

# Comparisons, not LIKE: under row security only leakproof operators are served by an index.
_FOUND: LiteralString = """
    SELECT key, product_key FROM catalogue_offer
    WHERE seller_id = %(seller)s AND key >= %(sought)s AND key < %(beyond)s
    UNION
    SELECT key, product_key FROM catalogue_offer
    WHERE seller_id = %(seller)s AND product_key >= %(sought)s AND product_key < %(beyond)s
    UNION
    SELECT key, product_key FROM catalogue_found(%(seller)s, %(sought)s)
"""
_FRESH: LiteralString = """
    UNION
    SELECT offer.key, offer.product_key FROM catalogue_offer offer
    JOIN catalogue_offer_content content ON content.offer_id = offer.id
    WHERE offer.seller_id = %(seller)s AND offer.changed_in > %(worded)s
      AND catalogue_words_of(%(seller)s, content.content)
          @@ catalogue_wanted(%(seller)s, %(sought)s)
"""


class Sought(msgspec.Struct, frozen=True):
    """A query for (key, product_key) of the offers that are meant, and its parameters."""

    query: LiteralString
    names: dict[str, Any]


def sought(seller_id: int, text: str) -> Sought:
    """Return the query that finds a seller's offers; to be embedded by areas above.

    Meant are offers whose SKU or product key begins with the text as it is, and those that have
    all of its words, ten at most: in their SKU, product key, name, vendor, vendor's code, model or
    barcodes, in another form or only begun, in any case, е for ё. Missing offers are found too.
    Call it in the scope in which the query runs.
    """
    worded, last = unworded(seller_id)
    names = {"seller": seller_id, "sought": text, "beyond": text + _LAST, "worded": worded}
    return Sought(_FOUND + _FRESH if last > worded else _FOUND, names)


def unworded(seller_id: int) -> tuple[int, int]:
    """Return up to which intake the words of offers are kept, and the last intake. In a scope."""
    look = WordsLook.objects.filter(seller_id=seller_id).first()
    intakes = Intake.objects.filter(seller_id=seller_id, outcome=Outcome.TAKEN)
    last = intakes.order_by("-id").values_list("id", flat=True).first()
    return (look.intake if look else 0), last or 0
