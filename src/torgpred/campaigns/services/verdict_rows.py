"""Verdicts on their way into the table: by COPY into a temporary one, then one statement."""

from collections.abc import Iterable, Sequence
from typing import Final, LiteralString

from django.db import connection

from torgpred.campaigns.core.judging.reasons import NOT_WORKED_OUT
from torgpred.campaigns.core.judging.verdicts import Verdict
from torgpred.campaigns.services.contenders import Entry
from torgpred.kernel.digests import canonical
from torgpred.kernel.findings import Severity

_COLUMNS: LiteralString = (
    "offer_key, sku, product_key, inputs, answer, price, usual, base, keeps, usual_keeps, margin,"
    " days, to_come, pieces, code, reasons"
)
_STAGE: LiteralString = """
    CREATE TEMP TABLE IF NOT EXISTS judged (
        offer_key text, sku text, product_key text, inputs bigint, answer text, price numeric,
        usual numeric, base numeric, keeps numeric, usual_keeps numeric, margin numeric, days int,
        to_come int, pieces int, code text, reasons bytea
    ) ON COMMIT DROP
"""
_MERGE: LiteralString = f"""
    INSERT INTO campaigns_verdict (seller_id, campaign_id, shop_id, {_COLUMNS})
    SELECT %(seller)s, %(campaign)s, %(shop)s, {_COLUMNS} FROM judged
    ON CONFLICT (seller_id, campaign_id, shop_id, offer_key) DO UPDATE
    SET sku = excluded.sku, product_key = excluded.product_key, inputs = excluded.inputs,
        answer = excluded.answer, price = excluded.price, usual = excluded.usual,
        base = excluded.base, keeps = excluded.keeps, usual_keeps = excluded.usual_keeps,
        margin = excluded.margin, days = excluded.days, to_come = excluded.to_come,
        pieces = excluded.pieces, code = excluded.code, reasons = excluded.reasons
"""  # noqa: S608 - constants only
_ESCAPES: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
_NULL: Final = r"\N"
_MISSING: Final = NOT_WORKED_OUT.code


class VerdictRows:
    """Writes verdicts of one seller in one shop of a campaign. Inside the operator's scope."""

    def __init__(self, seller_id: int, campaign_id: int, shop_id: int) -> None:
        self._names = {"seller": seller_id, "campaign": campaign_id, "shop": shop_id}
        self._met: set[str] = set()
        self.kept = 0
        self.not_worked_out = False
        """Whether an offer was met that nobody worked out for this shop."""

    def keep(self, verdicts: Iterable[tuple[Entry, Verdict]]) -> None:
        """Write one batch. An offer that stands in a shop twice is kept as it was met first."""
        lines = []
        for entry, verdict in verdicts:
            if entry.offer_key not in self._met:
                self._met.add(entry.offer_key)
                lines.append(_line(entry, verdict))
                self.not_worked_out |= any(one.code == _MISSING for one in verdict.reasons)
        self.kept += len(lines)
        with connection.cursor() as cursor:
            cursor.execute(_STAGE)
            with cursor.copy(f"COPY judged ({_COLUMNS}) FROM STDIN") as copy:
                copy.write("".join(lines))
            cursor.execute(_MERGE, self._names)
            cursor.execute("TRUNCATE judged")

    def drop(self, gone: Sequence[int]) -> None:
        """Remove verdicts about offers that are no more."""
        if gone:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM campaigns_verdict WHERE id = ANY(%s)", [list(gone)])


def _line(entry: Entry, verdict: Verdict) -> str:
    reasons = verdict.reasons
    code = told = ""
    if reasons:
        told = rf"\\x{canonical(reasons).hex()}"
        code = next((one.code for one in reasons if one.finding.severity is not Severity.NOTE), "")
    key = _text(entry.offer_key)
    product = key if entry.product_key == entry.offer_key else _text(entry.product_key)
    fields = (
        key, _text(entry.sku), product, entry.inputs, verdict.answer.value, verdict.price,
        verdict.usual, verdict.base, verdict.keeps, verdict.usual_keeps, verdict.margin,
        verdict.days, verdict.to_come, verdict.pieces, code, told,
    )  # fmt: skip
    return "\t".join([_NULL if one is None else str(one) for one in fields]) + "\n"


def _text(value: str) -> str:
    """Return a text as COPY reads it; nearly none has anything to escape."""
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)
