"""Compiles the catalogues of words into the wheel; a clone compiles them at its first start."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Words(BuildHookInterface):  # type: ignore[misc] # hatchling is there at build time only
    """Writes a .mo beside each .po."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Compile before files are gathered."""
        for source in Path(self.root, "src").rglob("*.po"):
            target = source.with_suffix(".mo")
            with source.open("rb") as file:
                catalogue = read_po(file)
            with target.open("wb") as file:
                write_mo(file, catalogue)
            build_data["artifacts"].append(str(target.relative_to(self.root)))
