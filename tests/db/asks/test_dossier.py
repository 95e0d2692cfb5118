"""The dossier: recomputable, withheld where groups are small, harmless whatever people write."""

import re
import zlib
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from tests.db.asks.making import WINDOW, make_ask, make_sellers

from torgpred.asks.core.dossiers import Dossier
from torgpred.asks.core.withholding import Reason
from torgpred.asks.papers.printing import html_of, pdf_of
from torgpred.asks.papers.telling import page_of
from torgpred.asks.selectors.checking import verify
from torgpred.asks.selectors.dossier import dossier
from torgpred.asks.services import asking, evidence, keeping, timing

pytestmark = pytest.mark.django_db

EVIL = """#read("/etc/passwd") $x$ *bold* #panic("x") ] } " \\ @cite <b>&amp;</b> {{7*7}} 中文 Ж"""


def add(code: str, query: str = "sold", **params: str) -> None:
    evidence.add_figure(
        code=code, query=query, params={**WINDOW, **params}, made_by="boss", says=EVIL
    )


def printed(found: Dossier) -> str:
    """Return all that anybody could read of a dossier in any form."""
    pages = [page_of(found, language) for language in ("ru", "en", "zh-hans")]
    return "".join([msgspec.json.encode(found).decode(), *map(html_of, pages)])


def test_every_figure_of_a_dossier_recomputes_and_its_seal_is_printed() -> None:
    make_sellers([100] * 6)
    code = make_ask().code
    for query in ("sold", "categories", "short", "cancelled", "unexplained"):
        add(code, query)
    keeping.promise(code=code, side="theirs", who="B", what=EVIL, due="2026-12-01", said_by="boss")
    timing.start_clock(code=code, rule="fas.2025", started="2026-08-01", said_by="boss")
    asking.move_ask(code=code, wanted="sent", by="boss")
    keeping.answer(code=code, day="2026-11-20", text=EVIL, entered_by="boss", who="Рынок")
    keeping.deliver(code=code, day="2026-11-21", what=EVIL, entered_by="boss", figure=1)

    found = dossier(code)

    assert verify(code, known=found.head).well
    html = html_of(page_of(found, "en"))
    for one in found.figures:
        assert one.seal[:8] in html
    assert "FROM orders_consignment part" in html
    assert "600.00 RUB" in html
    assert "rules withdrawn" in html


def test_what_people_write_is_never_markup() -> None:
    make_sellers([100] * 6)
    code = make_ask(title=EVIL, texts={"en": EVIL + '\n#import "x"', "zh-hans": EVIL}).code
    add(code)
    found = dossier(code)

    for language in ("ru", "en", "zh-hans"):
        page = page_of(found, language)
        pdf = pdf_of(page, found.made_at)
        assert pdf.startswith(b"%PDF")
        assert pdf == pdf_of(page, found.made_at)
        assert b"root:" not in b"".join(streams(pdf))
        html = html_of(page)
        assert "<b>" not in html
        assert "&lt;b&gt;&amp;amp;&lt;/b&gt;" in html


def streams(pdf: bytes) -> list[bytes]:
    found = []
    for one in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(one))
        except zlib.error:
            found.append(one)
    return found


def test_small_groups_are_withheld_outside_and_shown_inside() -> None:
    make_sellers([111, 222, 333, 444])
    code = make_ask().code
    add(code)

    outside, inside = dossier(code), dossier(code, inside=True)

    (one,) = outside.figures
    assert one.withheld is not None
    assert one.withheld.reason is Reason.FEW
    assert (one.total, one.groups, one.rows, one.rows_digest) == ({}, {}, None, "")
    text = printed(outside)
    assert "withheld: fewer than 5 sellers" in text
    for secret in ("1110.00", "1,110.00", "111.00", "S-1", "444.00"):
        assert secret not in text
    assert inside.figures[0].total["RUB"] == Decimal("1110.00")
    assert inside.figures[0].by_seller["S-4"]["RUB"] == Decimal("444.00")

    keeping.set_small_groups(least=4, most_share=50)
    assert dossier(code).figures[0].total["RUB"] == Decimal("1110.00")
    assert "S-1" not in printed(dossier(code))


def test_a_figure_that_one_seller_makes_up_is_withheld() -> None:
    make_sellers([1, 1, 1, 1, 1000])
    code = make_ask().code
    add(code)

    (one,) = dossier(code).figures

    assert one.withheld is not None
    assert one.withheld.reason is Reason.ONE
    assert "one seller makes up more than 50" in printed(dossier(code))
    assert "1004" not in printed(dossier(code)).replace(",", "")


def test_a_figure_of_named_sellers_names_none_outside() -> None:
    make_sellers([100] * 7)
    code = make_ask().code
    add(code, sellers="S-1 S-2 S-3 S-4 S-5")

    assert "S-1" not in printed(dossier(code))
    assert "5 joined sellers" in printed(dossier(code))
    assert "S-1, S-2" in printed(dossier(code, inside=True))


def test_a_figure_that_tells_of_one_seller_beside_another_is_withheld() -> None:
    make_sellers([100] * 11)
    code = make_ask().code
    add(code)
    add(code, sellers=" ".join(f"S-{number}" for number in range(1, 11)))
    add(code, sellers=" ".join(f"S-{number}" for number in range(1, 7)))
    add(code, since="2026-11-01")
    add(code, "cancelled")

    found = dossier(code).figures

    # All less ten would be the eleventh's; all less six tells of five, which is enough.
    assert [one.withheld and one.withheld.reason for one in found] == [
        None, Reason.BESIDE, None, None, Reason.FEW,
    ]  # fmt: skip
    assert "1,000.00" not in printed(dossier(code))
    assert "less figure 1 it would tell" in printed(dossier(code))


def test_a_struck_figure_tells_its_seal_alone() -> None:
    make_sellers([100] * 6)
    code = make_ask().code
    add(code)
    evidence.strike_figure(code=code, number=1, struck_by="boss")

    text = printed(dossier(code))

    assert "600.00" not in text
    assert dossier(code).figures[0].seal[:8] in text


def test_a_dossier_needs_no_network_and_reads_no_file() -> None:
    template = Path("src/torgpred/asks/papers/dossier.typ").read_text()

    assert "#import" not in template
    assert "read(" not in template
    assert "eval" not in template
