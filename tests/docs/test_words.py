"""What the screens say is there in every language, whole, and compiles without outside tools."""

import ast
import gettext
import re
import shutil
from pathlib import Path

import pytest
from django.utils import translation
from tests.docs import wording

from torgpred.listings.core import diff
from torgpred.web.languages import ensure_compiled
from torgpred.web.words import COMPOSED, stored

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


REASONED = (
    "accounts/core", "accounts/services", "listings/core/stating.py",
    "listings/services/statements.py", "channels/services/shops.py", "notices/services/wishes.py",
)  # fmt: skip
"""Where errors are given their reasons as text that a form of the screens can bring about."""


def reasons(source: str) -> list[str]:
    """Return the texts that errors are given in a source; what is filled in reads "~"."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and "Error" in ast.unparse(node.func)):
            continue
        given = [*node.args, *(one.value for one in node.keywords)]
        for one in given:
            if isinstance(one, ast.Constant) and isinstance(one.value, str):
                found.append(one.value)
            if isinstance(one, ast.JoinedStr):
                parts = [
                    part.value if isinstance(part, ast.Constant) else "~" for part in one.values
                ]
                found.append("".join(map(str, parts)))
    return [one for one in found if " " in one]


def test_each_reason_that_a_form_brings_about_is_said_in_every_language() -> None:
    root = wording.WEB.parent
    files = [root / one for one in REASONED]
    sources = [path for one in files for path in ([one] if one.suffix else one.rglob("*.py"))]
    said = {one.text for one in wording.sentences()}
    shapes = [re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(one))) for one in COMPOSED]
    missing = [
        (path.name, one)
        for path in sources
        for one in reasons(path.read_text(encoding="utf-8"))
        if one not in said and not any(shape.fullmatch(one) for shape in shapes)
    ]

    assert missing == []


@pytest.mark.parametrize("language", ["ru", "zh-hans"])
def test_why_a_step_is_made_is_said_in_the_readers_language(language: str) -> None:
    filled = [one.format(date="2026-11-01", reference="XWKS2") for one in diff.REASONS]
    with translation.override(language):
        assert [one for one in filled if stored(one) == one] == []


def test_every_table_and_column_of_the_trail_has_a_name() -> None:
    """The trail shows codes where none is given: words that nobody translated."""
    import importlib  # noqa: PLC0415

    from django.db import models  # noqa: PLC0415

    from torgpred.web.ask_labels import LABELS  # noqa: PLC0415

    trail = importlib.import_module("torgpred.accounts.selectors.trail")
    told = {table: name for name, (table, _) in trail.kinds().items()}
    fields: list[tuple[str, models.Field[object, object]]] = [
        (told[model._meta.db_table], field)
        for model in importlib.import_module("django.apps").apps.get_models()
        if model._meta.db_table in told
        for field in model._meta.concrete_fields
    ]
    unnamed = {
        f"{name}.{field.column}"
        for name, field in fields
        if field.column is not None
        and field.column not in trail._OWN | trail._DULL
        and not field.column.startswith("pgh_")
        and field.column not in LABELS["column"]
    }

    assert set(told.values()) <= LABELS["trail"].keys()
    assert unnamed == set()
