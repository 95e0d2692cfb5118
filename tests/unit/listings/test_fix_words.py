"""The texts of fix files: whole in every language, with the same names to be filled in."""

import re

import pytest

from torgpred.kernel.findings import Kind
from torgpred.listings.core import holds, pricing
from torgpred.listings.core.checks import variants
from torgpred.listings.core.fixing.findings import KINDS
from torgpred.listings.core.fixing.texts import EN, RU, RU_FINDINGS, RU_HOLDS, ZH, FixWords


def names(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("other", [RU, ZH])
def test_a_language_says_everything_with_the_same_data(other: dict[str, str]) -> None:
    assert other.keys() == EN.keys()
    assert [key for key in EN if names(EN[key]) != names(other[key])] == []


def test_every_finding_of_a_fix_file_is_said_in_russian() -> None:
    said = {text for kind in KINDS for text in (kind.template, kind.mend)}
    assert {text for text in said if text not in RU_FINDINGS and text != "{mend}"} == set()
    assert RU_FINDINGS.keys() <= said, "a sentence that nobody says"
    for text, russian in (RU_FINDINGS | RU_HOLDS).items():
        assert names(text) == names(russian), text


def test_no_hold_is_translated_that_does_not_exist() -> None:
    kinds: list[Kind] = [*variants.PriceFits.kinds, holds.REFUSED, pricing.TOO_HEAVY]
    for check in (variants.VariantsLimit, variants.VariantsOnce, variants.VariantsDiffer):
        kinds += check.kinds
    said = {text for kind in kinds for text in (kind.template, kind.mend)}
    assert RU_HOLDS.keys() <= said


@pytest.mark.parametrize(
    ("asked", "language"), [("ru", "ru"), ("zh-hans", "zh"), ("ZH", "zh"), ("en", "en"), ("", "en")]
)
def test_a_language_is_chosen_by_its_beginning(asked: str, language: str) -> None:
    words = FixWords(asked)
    assert words.language == language
    assert words("col.price", currency="RUB").endswith("RUB")
    assert words("a sentence nobody translated") == "a sentence nobody translated"


@pytest.mark.parametrize(
    ("language", "button"),
    [("en", "2. Give it back"), ("ru", "2. Верните"), ("zh-hans", "2. 交回")],
)
def test_the_way_back_through_the_browser_comes_before_the_command(
    language: str, button: str
) -> None:
    told = FixWords(language)("how.8")
    assert 0 < told.index(button) < told.index("torgpred fix")
