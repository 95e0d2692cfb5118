"""Versions of programmes and words of sellers: kept, dated, undoable, audited, checked."""

from datetime import date

import pytest
from tests.db.programmes.making import MALL, Goods, Shop, make_warehouse, rows

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.errors import UnfitEntryError
from torgpred.accounts.core.people import TrailFilter
from torgpred.accounts.services import acting
from torgpred.channels.core.shops import UnknownFamilyError
from torgpred.programmes import selectors
from torgpred.programmes.core.errors import (
    UnfitAssuranceError,
    UnknownAssuranceError,
    UnknownProgrammeError,
)
from torgpred.programmes.core.reading import read, write
from torgpred.programmes.library import library
from torgpred.programmes.services.judging import judge_all
from torgpred.programmes.services.keeping import keep_text, withdraw_programme
from torgpred.programmes.services.saying import say, unsay

pytestmark = pytest.mark.django_db

OWN = """
family = "aliexpress_ru"
code = "plus"
name = "Plus"
country = "RU"
source = "told on the phone"
dated = 2026-11-05
"""


def test_what_the_operator_keeps_goes_before_the_library_until_it_is_withdrawn() -> None:
    ours = library()[0]

    kept = keep_text(text=write(ours).replace("days = 3", "days = 1"), said_by="olga")
    again = keep_text(text=write(ours).replace("days = 3", "days = 2"), said_by="olga")

    assert (ours.version, kept.version, again.version) == (1, 2, 3)
    assert selectors.programme("mall") == again
    assert [one.version for one in selectors.versions(MALL)] == [3, 2]
    withdraw_programme(key=MALL, said_by="olga")
    assert selectors.programme("mall") == ours
    with pytest.raises(UnknownProgrammeError):
        withdraw_programme(key=MALL, said_by="olga")


def test_a_programme_of_ones_own_is_forgotten_with_its_judgements(seller_a: int) -> None:
    Goods(seller_a, Shop(seller_a).id).add("A")
    keep_text(text=OWN, said_by="olga")
    judge_all()
    assert selectors.counts(selectors.programme("plus"), None).unknown == 1
    kept = selectors.programme("plus")

    withdraw_programme(key="aliexpress_ru/plus", said_by="olga")
    judge_all()

    assert selectors.counts(kept, None).all == 0
    assert [one.code for one in selectors.programmes()] == ["mall", "official_store"]
    with pytest.raises(UnknownProgrammeError, match="aliexpress_ru/mall"):
        selectors.programme("plus")


def test_a_programme_of_a_marketplace_that_is_not_installed_is_refused() -> None:
    with pytest.raises(UnknownFamilyError):
        keep_text(text=OWN.replace("aliexpress_ru", "elsewhere"), said_by="olga")


@pytest.mark.django_db(transaction=True)
def test_both_are_in_the_audit_trail_with_who_did_it(seller_a: int) -> None:
    with acting("olga@example.org"):
        keep_text(text=OWN, said_by="olga@example.org")
        say(seller_id=seller_a, kind="warranty", about="RU", number="6", given_by="olga")

    lines = accounts.trail(TrailFilter(who="olga@example.org"))

    assert {one.kind for one in lines} == {"programme", "assurance"}


def test_a_later_word_takes_the_place_of_an_earlier_one(seller_a: int) -> None:
    say(seller_id=seller_a, kind="warranty", about="RU", number="6", given_by="anna")
    say(seller_id=seller_a, kind="warranty", about="KZ", number="3", given_by="anna")
    last = say(seller_id=seller_a, kind="warranty", about="ru", holds=False, given_by="boris")

    found = selectors.assurances(seller_a)

    assert [(one.about, one.holds) for one in found] == [("KZ", True), ("RU", False)]
    assert len(selectors.assurances(seller_a, undone=True)) == 3
    back = unsay(seller_id=seller_a, assurance_id=last.id, undone_by="anna")
    assert back.undone_at is not None
    with pytest.raises(UnknownAssuranceError):
        unsay(seller_id=seller_a, assurance_id=last.id, undone_by="anna")


def test_nobody_takes_back_what_another_seller_said(seller_a: int, seller_b: int) -> None:
    said = say(seller_id=seller_a, kind="warranty", about="RU", given_by="anna")

    with pytest.raises(UnknownAssuranceError):
        unsay(seller_id=seller_b, assurance_id=said.id, undone_by="x")
    assert rows("SELECT undone_by FROM programmes_assurance") == [("",)]


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"kind": "colour", "about": "RU"}, "kind"),
        ({"kind": "returns_address", "about": "RU"}, "address"),
        ({"kind": "returns_address", "about": "RU", "text": "x" * 501}, "text"),
        ({"kind": "warranty", "about": "RU", "text": "a\x00b"}, "text"),
        ({"kind": "warranty", "about": "RU", "number": "0"}, "number"),
        ({"kind": "warranty", "about": "RU", "number": "1.5"}, "number"),
        ({"kind": "warranty", "about": "RU", "number": "NaN"}, "number"),
        ({"kind": "warranty", "about": "RU", "number": "sNaN"}, "number"),
        ({"kind": "rating", "about": "aliexpress_ru", "number": "Infinity"}, "number"),
        ({"kind": "delivery", "about": "MSK", "number": "1e999999"}, "number"),
        ({"kind": "warranty", "about": "RU", "number": "twelve"}, "number"),
        ({"kind": "delivery", "about": "MSK"}, "number"),
        ({"kind": "delivery", "about": "MSK", "number": "366"}, "number"),
        ({"kind": "delivery", "about": "NOWHERE", "number": "3"}, "warehouse"),
        ({"kind": "delivery", "about": "MSK", "holds": False}, "number"),
        ({"kind": "rating", "about": "elsewhere", "number": "4"}, "marketplace"),
        ({"kind": "rating", "about": "aliexpress_ru", "number": "101"}, "number"),
    ],
)
def test_what_says_too_little_or_too_much_is_refused(
    given: dict[str, object], what: str, seller_a: int
) -> None:
    make_warehouse(seller_a, "MSK")

    with pytest.raises(UnfitAssuranceError) as told:
        say(seller_id=seller_a, given_by="anna", **given)  # type: ignore[arg-type]

    assert told.value.data["what"] == what
    assert told.value.data["why"]
    assert selectors.assurances(seller_a) == []


def test_a_country_has_two_letters(seller_a: int) -> None:
    with pytest.raises(UnfitEntryError):
        say(seller_id=seller_a, kind="warranty", about="Russia", given_by="anna")


def test_a_text_gives_the_day_of_its_source() -> None:
    assert read(OWN).dated == date(2026, 11, 5)
