"""Advice grouped: by what is told of which category, over the offers that go live."""

from torgpred.listings.core.advised import advised
from torgpred.listings.core.remarks import Remark, advice, hold

TOLD = advice("paper.advised", "It seems to need {value}.", "Look.")
ELSE = advice("title.cut", "It was cut: {value}.", "Look.")
HELD = hold("paper.missing", "{value} is missing.", "Record it.")


def test_advice_is_counted_by_what_it_says_of_which_category() -> None:
    honey = Remark(TOLD.at("", "a declaration"), "", "duty:food", "honey")
    wax = Remark(TOLD.at("", "a declaration"), "", "duty:food", "wax")
    found = advised(
        [
            (("H-1", "H-2"), 2, 5, (honey, Remark(ELSE.at("", "x")))),
            (("H-3",), 1, 1, (honey, Remark(HELD.at("", "a mark")))),
            (("W-1",), 1, 2, (wax,)),
        ],
        {"paper.advised", "paper.missing"},
    )
    assert [(one.remark.group, one.offers, one.examples) for one in found] == [
        ("honey", 6, ("H-1", "H-2", "H-3")),
        ("wax", 2, ("W-1",)),
    ]


def test_advice_on_a_variant_counts_it_alone() -> None:
    one = Remark(TOLD.at("", "a mark"), "A-1", "duty:mark", "boots")
    (found,) = advised([(("A", "B"), 7, 9, (one,))], {"paper.advised"})
    assert found.offers == 7
