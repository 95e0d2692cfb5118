"""Sources of a campaign's orders: what each is, and the marks by which its orders are known."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from torgpred.kernel.findings import Finding
from torgpred.listings.core.remarks import hold


class SourceKind(StrEnum):
    """What kind of thing brings buyers."""

    MARKETPLACE_ADS = "marketplace_ads"
    SEARCH_ADS = "search_ads"
    BLOGGER = "blogger"
    SOCIAL = "social"
    NEWSLETTER = "newsletter"
    PARTNER_LINK = "partner_link"
    MARKETPLACE_COUPON = "marketplace_coupon"
    BANK_COUPON = "bank_coupon"
    OTHER = "other"


COUPONS: Final = frozenset({SourceKind.MARKETPLACE_COUPON, SourceKind.BANK_COUPON})
"""Kinds whose money is taken off what buyers pay."""


class Source(msgspec.Struct, frozen=True):
    """A source. `link` are the parameters that its links carry, all of them; `codes` its codes."""

    id: int
    code: str
    name: str
    kind: SourceKind
    link: dict[str, str] = {}
    codes: tuple[str, ...] = ()


BAD_CODE = hold(
    "source.code",
    "{value} is no short name of a source.",
    "Write 1 to 40 small letters, digits and dashes, such as blogger-anna.",
)
NO_NAME = hold("source.no_name", "The source has no name.", "Say what people call it.")
BAD_LINK = hold(
    "source.link",
    "{value} holds no parameters of a link.",
    "Write them as they stand in the link, such as utm_source=anna&utm_campaign=1111.",
)
TAKEN_CODE = hold(
    "source.taken_code",
    "The code {value} marks the orders of {other} already.",
    "One code belongs to one source: take it away there, or leave it out here.",
)
TAKEN_LINK = hold(
    "source.taken_link",
    "The parameters {value} mark the orders of {other} already.",
    "Give each source parameters of its own.",
)
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def bare(mark: str) -> str:
    """Return a code as it is compared: without outer spaces, case aside."""
    return mark.strip().casefold()


def link_of(text: str) -> dict[str, str]:
    """Return the parameters of a link, or of what stands behind its question mark."""
    query = text.strip().partition("#")[0].rpartition("?")[2]
    if "=" not in query:
        return {}
    return {name.lower(): value for name, value in parse_qsl(query)}


def unfit(source: Source, others: Iterable[Source]) -> list[Finding]:
    """Return what cannot be so in a source beside the campaign's others."""
    found: list[Finding] = []
    if not _CODE.fullmatch(source.code):
        found.append(BAD_CODE.at("code", source.code))
    if not source.name.strip():
        found.append(NO_NAME.at("name"))
    mine = {bare(one): one for one in source.codes}
    for other in others:
        if other.code == source.code:
            continue
        found += [
            TAKEN_CODE.at("codes", mine[bare(code)], other=other.name)
            for code in other.codes
            if bare(code) in mine
        ]
        if source.link and source.link == other.link:
            shown = "&".join(f"{name}={value}" for name, value in source.link.items())
            found.append(TAKEN_LINK.at("link", shown, other=other.name))
    return found


def sources_of(mark: str, sources: Sequence[Source]) -> list[Source]:
    """Return the sources that a mark points to: a code, or a link with its parameters.

    A code is compared first. Of links those win that ask for the most parameters; more than one
    is returned where the mark does not tell them apart.
    """
    by_code = [one for one in sources if bare(mark) in {bare(code) for code in one.codes}]
    if by_code:
        return by_code
    given = link_of(mark)
    fitting = [one for one in sources if one.link and _carries(given, one.link)]
    most = max((len(one.link) for one in fitting), default=0)
    return [one for one in fitting if len(one.link) == most]


def named(text: str, sources: Sequence[Source]) -> list[Source]:
    """Return the sources that a cell of a table means: by short name, name, or mark."""
    wanted = bare(text)
    by_name = [one for one in sources if wanted in {one.code, bare(one.name)}]
    return by_name or sources_of(text, sources)


def _carries(given: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(given.get(name.lower()) == value for name, value in wanted.items())
