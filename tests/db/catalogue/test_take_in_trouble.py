"""Readings that fail, are killed, or come two at once."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from benchmarks.feed_file import make_feed
from django.db import connection
from tests.db.catalogue.readers import MemoryReader, make_offer, opening
from tests.db.conftest import make_tenant

from torgpred.catalogue import parser_process, selectors, services
from torgpred.catalogue.services import hands
from torgpred.runtime.scope import scope

ROOT = Path(__file__).parents[3]

CHILD = """
import sys
from pathlib import Path
import django
django.setup()
from tests.db.catalogue.readers import MemoryReader, make_offer, opening
from torgpred.catalogue import services

class Stuck(MemoryReader):
    def entries(self):
        yield from super().entries()
        print("in the middle", flush=True)
        sys.stdin.read()

reader = Stuck([make_offer(f"A{n}", name="new") for n in range(2500)])
services.take_in(seller_id=int(sys.argv[1]), feed_name="main", path=Path(sys.argv[2]),
                 actor="child", open_reader=opening(reader))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "feed.yml"
    file.write_text("stands in memory")
    return file


def take(seller: int, path: Path, reader: MemoryReader) -> services.IntakeReport:
    return services.take_in(
        seller_id=seller, feed_name="main", path=path, actor="t", open_reader=opening(reader)
    )


def names(seller: int) -> dict[str, str]:
    with scope(seller):
        return {
            offer.key: offer.name
            for _, offers in selectors.stream_products(seller)
            for _, offer in offers
        }


@pytest.mark.parametrize("after", [1, 2_200])
def test_a_reading_that_fails_changes_nothing_and_can_be_repeated(
    seller_a: int, path: Path, after: int
) -> None:
    take(seller_a, path, MemoryReader([make_offer("A1"), make_offer("Z")]))
    before = names(seller_a)
    news = [make_offer(f"A{n}", name="new") for n in range(2_500)]
    with pytest.raises(MemoryError):
        take(seller_a, path, MemoryReader(news, fails_after=after))
    assert names(seller_a) == before
    failed = selectors.intakes(seller_a)[0]
    assert (failed.number, failed.outcome) == (2, "failed")
    assert "power" in failed.problem
    report = take(seller_a, path, MemoryReader(news))
    assert (report.number, report.counts.taken, report.missing) == (3, 2_500, ("Z",))


@pytest.mark.django_db(transaction=True)
def test_a_killed_reading_leaves_the_catalogue_as_it_was(path: Path) -> None:
    seller = make_tenant("seller", "S-K")
    take(seller, path, MemoryReader([make_offer("A1"), make_offer("Z")]))
    before = names(seller)
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", CHILD, str(seller), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "in the middle"
        assert names(seller) == before
        assert selectors.intakes(seller)[0].outcome == "running"
        child.send_signal(signal.SIGKILL)
    assert names(seller) == before
    report = take(seller, path, MemoryReader([make_offer("A1"), make_offer("Z")]))
    assert (report.counts.unchanged, report.counts.missing) == (2, 0)
    last, killed, first = selectors.intakes(seller)
    assert [last.outcome, killed.outcome, first.outcome] == ["taken", "failed", "taken"]
    assert "broken off" in killed.problem


@pytest.mark.django_db(transaction=True)
def test_two_readings_at_once_come_one_after_the_other(path: Path) -> None:
    seller = make_tenant("seller", "S-C")
    content = [make_offer(f"A{n}") for n in range(1_500)]
    reports: list[services.IntakeReport] = []
    start = threading.Barrier(3)

    def work() -> None:
        try:
            start.wait()
            reports.append(take(seller, path, MemoryReader(content)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.counts.added for report in reports) == [0, 0, 1_500]
    assert sorted(report.counts.unchanged for report in reports) == [0, 1_500, 1_500]
    assert sorted(report.number for report in reports) == [1, 2, 3]
    assert len(names(seller)) == 1_500


def test_a_large_file_is_parsed_in_two_processes_with_the_same_result(
    seller_a: int, seller_b: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_feed(tmp_path / "large.yml", 5_000)
    started = []
    start = parser_process.ParserProcess.__init__

    def noting(self: parser_process.ParserProcess, path: Path) -> None:
        started.append(path)
        start(self, path)

    monkeypatch.setattr(parser_process.ParserProcess, "__init__", noting)
    monkeypatch.setattr(hands, "_ALONE", 2)
    monkeypatch.setattr(hands, "_cores", lambda: 2)
    report = services.take_in(seller_id=seller_a, feed_name="main", path=file, actor="t")
    assert started == [file]
    monkeypatch.setattr(hands, "_cores", lambda: 1)
    services.take_in(seller_id=seller_b, feed_name="main", path=file, actor="t")
    assert started == [file]
    assert report.counts.added == 5_000
    with scope(seller_a):
        mine = list(selectors.stream_digests(seller_a))
    with scope(seller_b):
        assert list(selectors.stream_digests(seller_b)) == mine


def test_a_parsing_process_that_dies_fails_the_reading(
    seller_a: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make_feed(tmp_path / "large.yml", 6_000)
    start = parser_process.ParserProcess.__init__

    def dying(self: parser_process.ParserProcess, path: Path) -> None:
        start(self, path)
        self._process.kill()

    monkeypatch.setattr(hands, "_ALONE", 2)
    monkeypatch.setattr(hands, "_cores", lambda: 2)
    monkeypatch.setattr(parser_process.ParserProcess, "__init__", dying)
    with pytest.raises(parser_process.ParserGoneError):
        services.take_in(seller_id=seller_a, feed_name="main", path=file, actor="t")
    assert names(seller_a) == {}
    assert selectors.intakes(seller_a)[0].outcome == "failed"
