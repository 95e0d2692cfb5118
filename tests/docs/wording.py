"""Gathers every sentence that the screens say, and keeps the catalogues up to date.

Run `python -m tests.docs.wording`: new sentences enter the .po files empty, gone ones leave. What
is gathered: templates ({% t %}, {% tn %}), the web shell's own Python, names of codes, and what the
areas say in templates of their own (errors, findings with their mends, reasons, price lines).
"""

import importlib
import os
import pkgutil
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torgpred.runtime.settings")

WEB = Path(__file__).resolve().parents[2] / "src" / "torgpred" / "web"
LANGUAGES = ("ru", "zh_Hans", "en")
"""English holds only what the screens say otherwise than the command line."""
AREAS = (
    "accounts", "channels", "catalogue", "stock", "listings", "orders", "programmes", "campaigns",
    "asks", "web",
)  # fmt: skip
NOT_SHOWN = (
    "torgpred.stock", "torgpred.listings.core.fixing",
    "torgpred.listings.core.reference", "torgpred.listings.core.duties",
    "torgpred.listings.services.fix", "torgpred.listings.core.facts",
    "torgpred.orders.services.erasing", "torgpred.channels.services",
)  # fmt: skip
"""What no screen can bring about yet: it joins with the screen that does."""
_QUOTED = r"""(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')"""
_T = re.compile(r"\{%\s*t\s+" + _QUOTED)
_TN = re.compile(r"\{%\s*tn\s+" + _QUOTED + r"\s+" + _QUOTED)
_PYTHON = {"_": None, "gettext": None, "gettext_noop": None, "say": None, "word": None,
           "say_many": (1, 2)}  # fmt: skip


class Sentence(NamedTuple):
    """A sentence to be translated: with a form for many, or a context, where it has one."""

    text: str
    many: str = ""
    context: str = ""


def of_templates() -> Iterator[Sentence]:
    for path in sorted((WEB / "templates").rglob("*.html")):
        source = path.read_text(encoding="utf-8")
        for double, single in _T.findall(source):
            yield Sentence(double or single)
        for one, one_, many, many_ in _TN.findall(source):
            yield Sentence(one or one_, many or many_)


def of_python() -> Iterator[Sentence]:
    for path in sorted(WEB.rglob("*.py")):
        source = BytesIO(path.read_bytes())
        # babel says that it yields lists of text; it yields a text, or a tuple of texts.
        told: Iterator[tuple[Any, ...]] = extract_python(source, _PYTHON, [], {})
        for _, _, found, _ in told:
            texts = [found] if isinstance(found, str) else list(found or ())
            if texts and texts[0]:
                yield Sentence(texts[0], (texts[1] or "") if len(texts) > 1 else "")


def of_labels() -> Iterator[Sentence]:
    from torgpred.web.ask_labels import LABELS  # noqa: PLC0415
    from torgpred.web.words import NOTE_PARTS  # noqa: PLC0415

    for kind, names in LABELS.items():
        for name in names.values():
            yield Sentence(name, context=kind)
    for part in NOTE_PARTS:
        yield Sentence(part, context="note")


def of_kinds() -> Iterator[Sentence]:
    """Yield what the areas say in templates: errors, findings, problems."""
    from torgpred.channels.core.contract import Problem  # noqa: PLC0415
    from torgpred.kernel.errors import TorgpredError  # noqa: PLC0415
    from torgpred.kernel.findings import Kind  # noqa: PLC0415

    for module in modules():
        for value in vars(module).values():
            if str(getattr(value, "__module__", "")).startswith(NOT_SHOWN):
                continue
            kinds: Iterable[object] = value.values() if isinstance(value, dict) else [value]
            if isinstance(value, type) and issubclass(value, TorgpredError):
                yield Sentence(value.template)
            elif isinstance(value, type):
                kinds = vars(value).values()
            for kind in kinds:
                if isinstance(kind, Problem):
                    yield from (Sentence(kind.message), Sentence(kind.mend))
                if isinstance(kind, Kind):
                    yield Sentence(kind.template)
                    yield Sentence(kind.mend)


def of_constants() -> Iterator[Sentence]:
    """Yield what the areas say without a template: reasons, lines of a price, titles of duties."""
    from torgpred.accounts.core.tokens import SCOPES  # noqa: PLC0415
    from torgpred.campaigns.services import errands  # noqa: PLC0415
    from torgpred.catalogue.services import requesting as readings  # noqa: PLC0415
    from torgpred.listings.core import diff, guards  # noqa: PLC0415
    from torgpred.listings.core.adopting import WHY  # noqa: PLC0415
    from torgpred.listings.services import (  # noqa: PLC0415
        handing,
        requesting,
        resting,
        undoable,
        undoing,
        working_out,
    )
    from torgpred.orders.core.templates import PLACEHOLDERS  # noqa: PLC0415
    from torgpred.runtime.addresses import FOR_STRANGERS  # noqa: PLC0415
    from torgpred.web import reasons  # noqa: PLC0415
    from torgpred.web.order_words import REASONS  # noqa: PLC0415
    from torgpred.web.words import COMPOSED, PRICE_LINES, WORKERS  # noqa: PLC0415

    for text in (
        undoing.CREATED, undoable.REMOVED, undoable.GONE, undoable.MADE_ANEW,
        undoable.CHANGED_SINCE, undoable.ON_AGAIN, undoable.OFF_AGAIN, undoing.AS_BEFORE,
        undoing.FORGOTTEN,
        undoing.NEVER_TOLD, undoing.NO_VARIANT, handing.REFUSED_TOGETHER,
        *resting._WHAT.values(), *resting._CAUSES.values(),
    ):  # fmt: skip
        yield Sentence(text)
    broke = (
        readings.BROKE, requesting.BROKE, working_out.BROKE, errands.BROKE, FOR_STRANGERS
    )  # fmt: skip
    yield from map(
        Sentence, (*diff.REASONS, *WHY.values(), *broke, *PRICE_LINES, *WORKERS, *COMPOSED)
    )
    yield from map(Sentence, (*REASONS, *reasons.REASONS, *PLACEHOLDERS.values()))
    from torgpred.connectors.aliexpress_ru import errors  # noqa: PLC0415
    from torgpred.notices.core.kinds import SENTENCES  # noqa: PLC0415

    yield from map(Sentence, (*SENTENCES, *errors.SENTENCES))
    from torgpred.asks.core import clocks, words  # noqa: PLC0415

    yield from map(Sentence, words.SENTENCES)
    for rule in clocks.CLOCKS:
        said = (rule.title, rule.starts, rule.source, *(one.title for one in rule.steps))
        yield from map(Sentence, said)
    duties = tomllib.loads((WEB.parent / "listings" / "duties.toml").read_text(encoding="utf-8"))
    yield from (Sentence(one["title"]) for one in duties["duty"])
    for pair in guards.SAID.values():
        yield from map(Sentence, pair)
    yield from map(Sentence, SCOPES.values())
    from torgpred.orders.core import funnel, health, joint  # noqa: PLC0415

    yield from map(Sentence, of_programmes())
    yield Sentence(joint.StillThereError.template)
    from torgpred.campaigns.library import library  # noqa: PLC0415
    from torgpred.campaigns.services import packs  # noqa: PLC0415

    yield from map(Sentence, (*packs.HEADINGS, *packs.SHEETS, *packs.STEPS))
    yield from (Sentence(one.title) for one in library())
    for told in (*funnel.WHY.values(), *health.KINDS.values(), *joint.BLOCKS.values()):
        yield from (Sentence(told.template), Sentence(told.mend))


def of_programmes() -> Iterator[str]:
    """Yield what the library of programmes says, and what can be wrong with a seller's word."""
    from torgpred.programmes.core.values import WHATS, WHYS  # noqa: PLC0415
    from torgpred.programmes.library import library  # noqa: PLC0415

    for one in library():
        yield from (one.name, one.source, *(each.source for each in one.conditions))
    yield from (*WHATS, *WHYS)


def modules() -> Iterator[ModuleType]:
    for area in AREAS:
        package = importlib.import_module(f"torgpred.{area}")
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"torgpred.{area}."):
            if found.name.startswith(NOT_SHOWN):
                continue
            if ".migrations" not in found.name and found.name.rpartition(".")[2] != "embedding":
                yield importlib.import_module(found.name)


def sentences() -> list[Sentence]:
    """Return every sentence once, in a steady order."""
    import django  # noqa: PLC0415

    django.setup()
    found: dict[tuple[str, str], Sentence] = {}
    for one in (*of_templates(), *of_python(), *of_labels(), *of_kinds(), *of_constants()):
        known = found.get((one.text, one.context))
        if (
            one.text.strip()
            and not re.fullmatch(r"(\{\w+\}\W*)+", one.text)
            and (known is None or one.many)
        ):
            found[one.text, one.context] = one
    return sorted(found.values())


def path_of(language: str) -> Path:
    return WEB / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(language: str) -> Catalog:
    """Return the catalogue with exactly the sentences there are, translations kept."""
    old, new = catalogue(language), Catalog(locale=language, project="Torgpred", fuzzy=False)
    # Times in the files would only make every change of words two changes.
    new.creation_date = new.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    for one in sentences():
        known = old.get(one.text, one.context or None)
        string = known.string if known else ""
        if language == "en" and not string:
            continue
        if one.many:
            if not isinstance(string, tuple | list):
                string = ("",) * new.num_plurals
            new.add((one.text, one.many), tuple(string), context=one.context or None)
        else:
            new.add(
                one.text, string if isinstance(string, str) else "", context=one.context or None
            )
    return new


def main() -> None:
    for language in LANGUAGES:
        made = updated(language)
        path_of(language).parent.mkdir(parents=True, exist_ok=True)
        with path_of(language).open("wb") as file:
            write_po(file, made, width=100, omit_header=False, sort_output=True)
        missing = sum(
            1
            for one in made
            if one.id
            and not all([one.string] if isinstance(one.string, str) else one.string or [""])
        )
        sys.stdout.write(f"{language}: {len(made)} sentences, {missing} without a translation\n")


if __name__ == "__main__":
    main()
