"""What the screens say is there in every language, whole, and compiles without outside tools."""

import gettext
import re
import shutil
from pathlib import Path

import pytest
from tests.docs import wording

from torgpred.web.languages import ensure_compiled

WHOLE = ("ru", "zh_Hans")


def forms(text: object) -> list[str]:
    return [text] if isinstance(text, str) else [str(one) for one in text]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_a_catalogue_holds_exactly_what_is_said(language: str) -> None:
    kept = {(one.context, str(one.id)) for one in wording.catalogue(language) if one.id}
    said = {(one.context, str(one.id)) for one in wording.updated(language) if one.id}

    assert kept == said, "run: python -m tests.docs.wording"


@pytest.mark.parametrize("language", WHOLE)
def test_every_sentence_is_translated(language: str) -> None:
    missing = [
        one.id for one in wording.catalogue(language) if one.id and not all(forms(one.string))
    ]

    assert missing == []


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_a_translation_names_nothing_that_the_sentence_does_not(language: str) -> None:
    wrong = [
        (one.id, form)
        for one in wording.catalogue(language)
        for form in forms(one.string)
        if one.id and not names(form) <= names(" ".join(forms(one.id)))
    ]
    assert wrong == []


def names(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", text))


def test_catalogues_compile_by_themselves_and_only_when_due(tmp_path: Path) -> None:
    shutil.copytree(wording.WEB / "locale", tmp_path, dirs_exist_ok=True)
    for old in tmp_path.rglob("*.mo"):
        old.unlink()

    made = ensure_compiled(tmp_path)

    assert len(made) == len(wording.LANGUAGES)
    assert ensure_compiled(tmp_path) == []
    russian = gettext.translation("django", str(tmp_path), ["ru"])
    told = [russian.ngettext("{n} offer", "{n} offers", n) for n in (1, 2, 5, 21)]
    assert told == ["{n} предложение", "{n} предложения", "{n} предложений", "{n} предложение"]
