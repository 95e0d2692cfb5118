"""Texts whose letters an earlier conversion replaced with question marks."""

import re
from typing import Final

from torgpred.catalogue.core.offers import Param
from torgpred.catalogue.core.yml.parsing import LOST
from torgpred.kernel.findings import Finding

_SIGN: Final = "???"
_RUN: Final = re.compile(r"(?<!\w)\?{3,}")
"""Where words stood; behind a letter they are the writer's own."""
_TAG: Final = re.compile(r"<[^<>]*>")
_TEXTS: Final = ("name", "model", "typePrefix", "vendor", "description")


def is_destroyed(text: str) -> bool:
    """Tell whether a third or more of a text's letters are runs of three or more question marks."""
    if _SIGN not in text:
        return False
    bare = _TAG.sub(" ", text)
    lost = sum(map(len, _RUN.findall(bare)))
    return lost > 0 and 2 * lost >= sum(map(str.isalpha, bare))


def leave_out(
    first: dict[str, str], params: list[Param], place: str, findings: list[Finding]
) -> None:
    """Take destroyed texts out of an offer, each with a finding, as those with U+FFFD are.

    Without its name an offer is held. Parameters are looked at where another text is destroyed.
    """
    broken = [tag for tag in _TEXTS if _SIGN in first.get(tag, "") and is_destroyed(first[tag])]
    if not broken:
        return
    for tag in broken:
        findings.append(LOST.at(place, first[tag], tag=tag))
        first[tag] = ""
    lost = [one for one in params if is_destroyed(one.value) or is_destroyed(one.name)]
    if lost:
        findings.append(LOST.at(place, f"{lost[0].name}: {lost[0].value}", tag="param"))
        params[:] = [one for one in params if one not in lost]
