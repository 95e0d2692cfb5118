"""The command line as the documents should tell it: walk the program, write docs/commands.md.

Run `python -m tests.docs.commanding` after changing a command; a test compares.
"""

import inspect
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import typer.main

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "commands.md"

_HEAD = """# Commands

Every command of the one program `torgpred`, as `--help` tells it. This page is written by
`python -m tests.docs.commanding` and compared with the program by a test.

Exit code 0 means that it worked, 1 an expected error told in one line, 2 a wrong command line or a
file of which nothing can be used.
"""


@cache
def program() -> Any:  # noqa: ANN401 - typer may bring a click of its own
    """Return the whole program as click sees it."""
    from torgpred.cli import main  # noqa: PLC0415 - registering has effects on the module's app

    if not main.app.registered_commands:
        main._register()
    return typer.main.get_command(main.app)


def commands() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with its path below `torgpred`."""
    yield from _below((), program())


def _below(path: tuple[str, ...], command: Any) -> Iterator[tuple[tuple[str, ...], Any]]:  # noqa: ANN401
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
        return
    for name in sorted(children):
        yield from _below((*path, name), children[name])


def trouble_with(line: str) -> str:
    """Return why a shell line that starts with `torgpred` does not parse; empty where it does."""
    words = shlex.split(line, comments=True)[1:]
    command = program()
    while children := getattr(command, "commands", None):
        if not words or words[0] not in children:
            return f"no command {' '.join(words[:1])!r}"
        command = children[words.pop(0)]
    try:
        command.make_context(command.name, words)
    except Exception as error:
        if "ClickException" not in {one.__name__ for one in type(error).__mro__}:
            raise
        return getattr(error, "message", "") or type(error).__name__
    return ""


def page() -> str:
    """Return docs/commands.md as it should be."""
    return _HEAD + "".join(_entry(path, command) for path, command in commands())


def _entry(path: tuple[str, ...], command: Any) -> str:  # noqa: ANN401
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option"]
    shown = [_shown(one) for one in arguments]
    title = " ".join(["torgpred", *path, *shown])
    told = " ".join(inspect.cleandoc(command.help or "").split())
    rows = [(f"`{_name(one)}`", getattr(one, "help", None) or "") for one in arguments]
    rows += [(f"`{_spelt(one)}`", _told(one)) for one in options]
    lines = [f"\n## `{title}`\n\n{told}\n"]
    if rows:
        lines.append("\n| | |\n| --- | --- |\n")
        lines += [f"| {name} | {_cell(text)} |\n" for name, text in rows]
    return "".join(lines)


def _name(argument: Any) -> str:  # noqa: ANN401
    name: str = argument.metavar or argument.name.upper()
    return name


def _shown(argument: Any) -> str:  # noqa: ANN401
    name = _name(argument) + ("..." if argument.nargs == -1 else "")
    return name if argument.required else f"[{name}]"


def _spelt(option: Any) -> str:  # noqa: ANN401
    return " / ".join([*option.opts, *option.secondary_opts])


def _told(option: Any) -> str:  # noqa: ANN401
    default = getattr(option.default, "value", option.default)
    if (
        default is None
        or default == ""
        or isinstance(default, bool)
        or callable(default)
        or isinstance(default, Path)
    ):
        return option.help or ""
    return f"{option.help or ''} Default: {default}."


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
