"""A file cut anywhere removes nothing, and a refused removal says how to accept it."""

import random
from pathlib import Path

from benchmarks.feed_file import make_feed

from torgpred.catalogue import selectors, services
from torgpred.runtime.scope import scope

OFFERS = 60


def take(seller: int, path: Path) -> services.IntakeReport:
    return services.take_in(seller_id=seller, feed_name="main", path=path, actor="t")


def test_a_feed_cut_at_any_byte_calls_nothing_missing(seller_a: int, tmp_path: Path) -> None:
    whole = make_feed(tmp_path / "feed.yml", OFFERS).read_bytes()
    take(seller_a, tmp_path / "feed.yml")
    with scope(seller_a):
        before = sorted(selectors.stream_digests(seller_a))
    end = whole.rindex(b"</yml_catalog>") + len(b"</yml_catalog>")
    places = [*random.Random(5).sample(range(end), 25), end - 1, whole.rindex(b"</offers>")]
    cut = tmp_path / "cut.yml"
    for place in places:
        cut.write_bytes(whole[:place])
        report = take(seller_a, cut)

        assert (report.missing, report.complete) == ((), False), place
    take(seller_a, tmp_path / "feed.yml")
    with scope(seller_a):
        assert sorted(selectors.stream_digests(seller_a)) == before


def test_a_feed_that_lost_most_says_first_how_to_accept_it(seller_a: int, tmp_path: Path) -> None:
    take(seller_a, make_feed(tmp_path / "feed.yml", OFFERS))
    few = make_feed(tmp_path / "feed.yml", 20)
    text = few.read_text(encoding="utf-8")
    few.write_text(text.replace("<price>", "<price>x"), encoding="utf-8")
    report = take(seller_a, few)

    assert report.missing == ()
    assert report.findings[0].code == "catalogue.too_many_missing"
    assert "--accept-missing" in report.findings[0].mend
    accepted = services.take_in(
        seller_id=seller_a, feed_name="main", path=few, actor="t", accept_missing=True
    )
    assert len(accepted.missing) == OFFERS - 20
