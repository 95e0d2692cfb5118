"""Enrolling where no call can: a workbook to go by in the marketplace's cabinet, and the proof.

The workbook holds what was agreed to and nothing else: one row for each offer of one seller in one
shop that takes part. Who entered it there gives back what shows it (a file, a note).
"""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import IO, Any, Final, LiteralString
from zoneinfo import ZoneInfo

import msgspec
import xlsxwriter
from django.db import connection

from torgpred.campaigns.core.errors import NoProofError, NothingEnrolledError
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import Proof, Readiness
from torgpred.campaigns.selectors.cards import campaign_card
from torgpred.campaigns.selectors.running import ProofCard, proof_card
from torgpred.campaigns.services.turns import campaign_row
from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.runtime import files
from torgpred.runtime.scope import scope

MOST_BYTES: Final = 20_000_000
"""A proof is a screenshot or a confirmation: larger files are refused."""
HEADINGS: Final = (
    "SKU", "Item in the shop", "Goods", "Price now", "Price in the campaign", "Percent off",
    "Pieces kept",
)  # fmt: skip
SHEETS: Final = ("Offers", "How to")
STEPS: Final = (
    "The marketplace takes enrolments in its cabinet only.",
    "Enter each row of the sheet Offers in the promotion, at exactly this price.",
    "Prices in the shop change by themselves at the start and go back at the end: leave them.",
    "Do not enter anything that is not in the sheet: its seller has not agreed to it.",
    "Keep a screenshot of the finished enrolment and give it back here as the proof.",
)
"""What to do, in order; English templates for translators."""

_ROWS: Final[LiteralString] = """
    SELECT nomination.offer_key, nomination.terms ->> 'sku', coalesce(product.remote_id, ''),
           (nomination.terms ->> 'usual')::numeric, nomination.price, nomination.pieces
    FROM campaigns_enrolment enrolment
    JOIN campaigns_nomination nomination ON nomination.id = enrolment.nomination_id
    LEFT JOIN LATERAL (
        SELECT listed.remote_id FROM listings_listing listing
        JOIN listings_listedproduct listed ON listed.id = listing.product_id
        WHERE listing.seller_id = nomination.seller_id AND listed.shop_id = nomination.shop_id
          AND listing.sku = nomination.terms ->> 'sku' AND listed.gone_at IS NULL
        LIMIT 1) product ON true
    WHERE nomination.campaign_id = %s AND nomination.seller_id = %s AND nomination.shop_id = %s
    ORDER BY nomination.offer_key COLLATE "C"
"""


class PackRow(msgspec.Struct, frozen=True):
    """One offer to be entered; prices in the shop's currency."""

    offer_key: str
    sku: str
    remote_id: str
    usual: Decimal | None
    price: Decimal
    pieces: int

    @property
    def percent(self) -> Decimal | None:
        """How many percent below the usual price; None where that is not known."""
        if not self.usual or self.usual <= self.price:
            return None
        share = (self.usual - self.price) * 100 / self.usual
        return share.quantize(Decimal("0.1"), ROUND_HALF_UP)


def pack(
    *,
    campaign_id: int,
    seller_id: int,
    shop_id: int,
    say: Callable[[str], str] = str,
) -> bytes:
    """Return the workbook of a seller's offers that take part in a shop (xlsx).

    `say` puts its words into the reader's language. Raises UnknownCampaignError,
    NothingEnrolledError.
    """
    with scope(seller_id):
        card = campaign_card(campaign_row(campaign_id))
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [campaign_id, seller_id, shop_id])
            rows = [PackRow(*one) for one in cursor.fetchall()]
    if not rows:
        raise NothingEnrolledError(campaign=card.code)
    offers = catalogue.offers_of(seller_id, [one.offer_key for one in rows])
    names = {key: offer.name for key, offer in offers.items()}
    return _written(card, channels.shop(shop_id).name, rows, names, say)


def give_proof(
    *,
    campaign_id: int,
    seller_id: int,
    shop_id: int,
    note: str,
    actor: str,
    name: str = "",
    file: IO[bytes] | None = None,
) -> ProofCard:
    """Keep what shows that the marketplace has the enrolment: a note, a file or both.

    A file holds at most `MOST_BYTES`. Raises UnknownCampaignError, NothingEnrolledError,
    NoProofError where nothing is given, files.FileTooLargeError.
    """
    if not note.strip() and file is None:
        raise NoProofError
    with scope(seller_id):
        card = campaign_card(campaign_row(campaign_id))
        there = Readiness.objects.filter(
            seller_id=seller_id, campaign_id=campaign_id, shop_id=shop_id
        )
        if not there.exists():
            raise NothingEnrolledError(campaign=card.code)
    kept = "" if file is None else files.store().put(file, limit=MOST_BYTES)
    with scope(seller_id):
        row = Proof.objects.create(
            seller_id=seller_id,
            campaign_id=campaign_id,
            shop_id=shop_id,
            note=note.strip(),
            name=name[-200:],
            file=kept,
            given_by=actor,
            given_at=now(),
        )
        return proof_card(row)


def _written(
    card: CampaignCard,
    shop: str,
    rows: Sequence[PackRow],
    names: dict[str, str],
    say: Callable[[str], str],
) -> bytes:
    buffer = BytesIO()
    # Whatever a seller's file holds is text here, never a formula.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        bold = book.add_format({"bold": True})
        offers = book.add_worksheet(say(SHEETS[0])[:31])
        offers.write_row(0, 0, [say(one) for one in HEADINGS], bold)
        for number, one in enumerate(rows, 1):
            cells: list[Any] = [
                one.sku, one.remote_id, names.get(one.offer_key, ""),
                _number(one.usual), _number(one.price), _number(one.percent), one.pieces,
            ]  # fmt: skip
            offers.write_row(number, 0, cells)
        offers.set_column(0, 1, 20)
        offers.set_column(2, 2, 50)
        offers.set_column(3, 6, 16)
        offers.freeze_panes(1, 0)
        how = book.add_worksheet(say(SHEETS[1])[:31])
        how.write_row(0, 0, [f"{card.name} ({card.code}), {shop}"], bold)
        how.write_row(1, 0, [_window(card)])
        for number, step in enumerate(STEPS, 1):
            how.write_row(number + 2, 0, [f"{number}. {say(step)}"])
        how.set_column(0, 0, 100)
    return buffer.getvalue()


def _window(card: CampaignCard) -> str:
    """Return from when until when, on the clock of the campaign."""
    outline = card.outline
    zone = ZoneInfo(outline.zone)
    first, last = outline.reduced_from.astimezone(zone), outline.sold_until.astimezone(zone)
    return f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M} {outline.zone}"


def _number(amount: Decimal | None) -> float | str:
    return "" if amount is None else float(amount)
