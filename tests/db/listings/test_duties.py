"""Duties and papers in plans: the operator's word holds, a paper frees, the library only tells."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from tests.db.listings.world import FAMILY, World, make_boots

from torgpred.catalogue import services as catalogue
from torgpred.catalogue.core.papers import PaperKind
from torgpred.kernel.clock import now
from torgpred.listings import selectors
from torgpred.listings.core.duties import Duty
from torgpred.listings.services import contexts, duties

FOOTWEAR = "mark.footwear"
NOON = now().replace(hour=12)
TODAY = NOON.date()


def make_duty(**overrides: Any) -> Duty:  # noqa: ANN401 - any field
    told: dict[str, Any] = {
        "code": "own.boots",
        "title": "Boots need a certificate",
        "since": date(2026, 1, 1),
        "source": "letter 7",
        "needs": (PaperKind.CERTIFICATE,),
        "words": ("валенки",),
        "families": (FAMILY,),
    }
    return Duty(**(told | overrides))


def add_paper(world: World, **overrides: Any) -> int:  # noqa: ANN401 - any field
    given: dict[str, Any] = {"kind": PaperKind.MARKING, "category": "10", "given_by": "anna"}
    return catalogue.add_paper(seller_id=world.seller, **(given | overrides)).id


def force(code: str = FOOTWEAR, family: str = FAMILY, **more: Any) -> None:  # noqa: ANN401
    duties.force_duty(code=code, family=family, said_by="olga", **more)


def lift(code: str = FOOTWEAR, family: str = FAMILY, **more: Any) -> None:  # noqa: ANN401
    duties.lift_duty(code=code, family=family, lifted_by="olga", **more)


def counts(world: World) -> tuple[int, int]:
    plan = world.plan()
    return plan.counts["ready"], plan.counts["held"]


def said(world: World) -> list[str]:
    found = world.rows(
        "SELECT DISTINCT notice -> 0 ->> 'code' FROM listings_desired,"
        " json_array_elements(convert_from(findings, 'UTF8')::json) notice"
        " WHERE findings <> ''"
    )
    return sorted(row[0] for row in found)


@pytest.fixture
def boots(world: World) -> World:
    """Three boots that nothing holds."""
    world.feed(*(make_boots(f"B-{n}") for n in (1, 2, 3)))
    return world


def test_the_library_tells_and_holds_nothing(boots: World) -> None:
    assert counts(boots) == (3, 0)
    assert said(boots) == ["paper.advised"]


def test_a_duty_in_force_holds_until_one_paper_frees_all(boots: World) -> None:
    force()
    plan = boots.plan()
    assert (plan.counts["ready"], plan.counts["held"]) == (0, 3)
    (group,) = plan.holds
    assert (group.code, group.fact, group.group, group.offers) == (
        "paper.missing",
        f"duty:{FOOTWEAR}",
        "10",
        3,
    )
    paper = add_paper(boots)
    assert counts(boots) == (3, 0)
    catalogue.undo_paper(seller_id=boots.seller, paper_id=paper, undone_by="anna")
    assert counts(boots) == (0, 3)
    lift()
    assert counts(boots) == (3, 0)


def test_a_duty_holds_at_its_marketplace_and_from_its_day_on(boots: World) -> None:
    force(family="other")
    assert counts(boots) == (3, 0)
    force(since=TODAY + timedelta(days=7))
    assert counts(boots) == (3, 0)
    lift()
    force(family="")
    assert counts(boots) == (0, 3)


def test_a_paper_of_some_offers_frees_those(boots: World) -> None:
    force()
    add_paper(boots, category="", keys=["B-2"])
    plan = boots.plan()
    assert (plan.counts["ready"], plan.counts["held"]) == (1, 2)
    assert [step.product_key for step in boots.steps(plan)] == ["B-2"]


def test_a_paper_that_ends_holds_on_the_day_after(
    boots: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    force()
    until = TODAY + timedelta(days=90)
    add_paper(boots, valid_until=until)
    computed: list[bytes] = []
    for day in (TODAY, TODAY + timedelta(days=1), until - timedelta(days=5), until):
        monkeypatch.setattr(contexts, "now", lambda day=day: NOON + (day - TODAY))
        assert counts(boots) == (3, 0)
        ((mark,),) = boots.rows("SELECT DISTINCT context_digest FROM listings_desired")
        computed.append(bytes(mark))
    assert computed[0] == computed[1]  # a day that passes computes nothing anew
    assert computed[1] != computed[2] == computed[3]
    assert "paper.ending" in said(boots)
    monkeypatch.setattr(contexts, "now", lambda: NOON + timedelta(days=91))
    assert counts(boots) == (0, 3)
    assert "paper.ended" in said(boots)


def test_an_own_duty_forbids(boots: World) -> None:
    duties.add_duty(duty=make_duty(needs=(), forbids=True), said_by="olga")
    assert counts(boots) == (0, 3)
    assert said(boots) == ["goods.forbidden", "paper.advised"]


def test_a_condition_of_a_programme_holds_nothing_and_is_counted(boots: World) -> None:
    before = selectors.eligibility(boots.seller, boots.shop, "mall")
    assert (before.conditions, before.eligible) == (0, 0)
    duties.add_duty(duty=make_duty(programme="mall"), said_by="olga")
    assert counts(boots) == (3, 0)
    found = selectors.eligibility(boots.seller, boots.shop, "mall")
    assert (found.conditions, found.offers, found.ready, found.eligible) == (1, 3, 3, 0)
    assert found.reasons == (("Boots need a certificate", 3),)
    add_paper(boots, kind=PaperKind.CERTIFICATE, category="", keys=["B-1", "B-3"])
    assert counts(boots) == (3, 0)
    found = selectors.eligibility(boots.seller, boots.shop, "mall")
    assert (found.eligible, found.reasons) == (2, (("Boots need a certificate", 1),))
    assert selectors.eligibility(boots.seller, boots.shop, "plus").conditions == 0


def test_another_sellers_paper_frees_nobody(boots: World, tmp_path: Any) -> None:  # noqa: ANN401
    other = World(boots.twin, tmp_path, "W-2")
    other.feed(make_boots("O-1"))
    force()
    add_paper(other)
    assert counts(other) == (1, 0)
    assert counts(boots) == (0, 3)


def test_what_cannot_be_is_refused(db: None) -> None:
    with pytest.raises(duties.UnknownDutyError):
        force("no.such")
    with pytest.raises(duties.UnknownDutyError):
        lift()
    force()
    with pytest.raises(duties.DutyInForceError):
        force()
    force(family="")
    force(programme="mall")
    assert len(duties.duties_in_force()) == 3
    lift()
    assert len(duties.duties_in_force()) == 2
    assert len(duties.duties_in_force(lifted=True)) == 3
    force()
    for wrong in (
        {"code": "Ы"},
        {"needs": ()},
        {"forbids": True},
        {"until": date(2025, 1, 1)},
        {"tnved": ("64a",)},
        {"words": ()},
    ):
        with pytest.raises(duties.WrongDutyError):
            duties.add_duty(duty=make_duty(**wrong), said_by="olga")


def test_who_forced_and_lifted_stays_in_the_history(db: None) -> None:
    force(source="decree 860, read on 2026-11-01", since=date(2020, 7, 1))
    lift()
    (card,) = duties.duties_in_force(lifted=True)
    assert (card.said_by, card.lifted_by, card.duty.source) == (
        "olga",
        "olga",
        "decree 860, read on 2026-11-01",
    )
    assert card.duty.in_force
    with connection.cursor() as cursor:
        cursor.execute("SELECT lifted_by FROM listings_dutyevent ORDER BY pgh_id")
        assert cursor.fetchall() == [("",), ("olga",)]
