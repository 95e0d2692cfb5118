"""What the documents promise: commands, settings, links, records of decisions."""

import re
from pathlib import Path

import pytest
from tests.docs.commanding import PAGE, ROOT, commands, page, trouble_with

from torgpred.runtime.options import Options

READMES = ("README.md", "README.ru.md")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def shell_lines(text: str) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def test_the_page_of_commands_is_what_the_program_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.docs.commanding"


def test_every_command_says_what_it_is_for() -> None:
    assert [path for path, command in commands() if not command.help] == []


@pytest.mark.parametrize("name", READMES)
def test_a_readme_is_at_most_120_lines(name: str) -> None:
    assert len(read(name).splitlines()) <= 120


@pytest.mark.parametrize("name", READMES)
def test_every_setting_is_documented(name: str) -> None:
    text = read(name)
    named = set(re.findall(r"`(TORGPRED_[A-Z_]+)`", text))
    assert {f"TORGPRED_{field.upper()}" for field in Options.model_fields} <= named


def test_no_document_names_a_setting_that_does_not_exist() -> None:
    known = {f"TORGPRED_{field.upper()}" for field in Options.model_fields}
    read_elsewhere = {
        name
        for path in (ROOT / "src").rglob("*.py")
        for name in re.findall(r"TORGPRED_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8"))
    }
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        named = set(re.findall(r"TORGPRED_[A-Z_]+[A-Z]", text))
        assert named <= known | read_elsewhere, document.name


@pytest.mark.parametrize("name", [*READMES, "docs/deploying.md"])
def test_the_commands_of_a_readme_exist_with_their_options(name: str) -> None:
    lines = [line for line in shell_lines(read(name)) if line.startswith("torgpred")]
    assert lines
    assert {line: told for line in lines if (told := trouble_with(line))} == {}


@pytest.mark.parametrize("name", READMES)
def test_the_targets_of_a_readme_stand_in_the_makefile(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = {line.split()[1] for line in shell_lines(read(name)) if line.startswith("make ")}
    assert named
    assert named <= targets


def test_both_readmes_have_the_same_shape() -> None:
    def shape(name: str) -> tuple[list[str], int, int]:
        text = read(name)
        heads = re.findall(r"^#+ ", text, re.MULTILINE)
        return heads, text.count("\n| "), text.count("```sh")

    assert shape("README.md") == shape("README.ru.md")


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda one: one.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [one.split("#")[0] for one in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [one for one in targets if one and not re.match(r"[a-z]+:", one)]
    assert [one for one in local if not (document.parent / one).exists()] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda one: one.name)
def test_a_decision_says_why_what_and_what_else_was_possible(record: Path) -> None:
    text = record.read_text(encoding="utf-8")
    assert re.match(rf"# {record.name[:4]} \S", text)
    assert re.search(r"^Status: \w+ · Area: \w", text, re.MULTILINE)
    parts = ("Context", "Decision", "Consequences", "Alternatives")
    assert [part for part in parts if f"\n**{part}.**" not in text] == []


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(one.name[:4]) for one in RECORDS]
    assert numbers == list(range(1, len(numbers) + 1))
