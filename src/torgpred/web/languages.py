"""Catalogues of words: kept as text (.po), compiled where that is due, by no tool of the system.

A wheel brings the compiled ones along. A clone compiles at the first start and whenever a text
was changed.
"""

import os
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES: Final = Path(__file__).parent / "locale"


def ensure_compiled(folder: Path = LOCALES) -> list[Path]:
    """Compile the catalogues that changed since; return those that were. Safe to run twice at once.

    Where the folder cannot be written, what was compiled before is used.
    """
    done = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            compile_one(source, target)
        except OSError:
            continue
        done.append(target)
    return done


def compile_one(source: Path, target: Path) -> None:
    """Compile one catalogue; nobody ever reads a half-written one."""
    with source.open("rb") as file:
        catalogue = read_po(file)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(target)
