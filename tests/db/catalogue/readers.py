"""A feed reader that stands in memory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from torgpred.catalogue.core.offers import Category, Offer
from torgpred.catalogue.core.reading import Entry, Reader, Scope, Taken
from torgpred.kernel.digests import digest_of
from torgpred.kernel.findings import Finding, Kind, Severity

BROKEN = Kind("test.broken", Severity.ERROR, "Broken at {place}.", "Mend it.")


def make_offer(key: str = "A1", **overrides: Any) -> Offer:  # noqa: ANN401 - any field
    fields: dict[str, Any] = {
        "key": key,
        "name": f"Чайник {key}",
        "product_key": key,
        "category": "7",
        "price": Decimal("100.50"),
        "currency": "RUB",
        **overrides,
    }
    return Offer(**fields)


@dataclass(frozen=True)
class Broken:
    """An element that is no offer; its key may still be legible."""

    key: str = ""


@dataclass
class MemoryReader:
    content: Sequence[Offer | Broken]
    complete: bool = True
    at_head: Scope = Scope.CATALOGUE
    at_end: Scope = Scope.CATALOGUE
    fails_after: int | None = None
    found: Sequence[Finding] = ()
    categories: Mapping[str, Category] = field(
        default_factory=lambda: {"7": Category(key="7", name="Чайники", path=("Чайники",))}
    )
    format: str = "memory"
    profile: str = "test"
    encoding: str = "utf-8"
    currencies: Mapping[str, str] = field(default_factory=dict)
    parsed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scope = self.at_head

    def entries(self) -> Iterator[Entry]:
        for number, offer in enumerate(self.content, start=1):
            if self.fails_after is not None and number > self.fails_after:
                raise MemoryError("the power went off")
            value = offer if isinstance(offer, Offer) else {"broken": number}
            yield Entry(number=number, place=f"line {number}", digest=digest_of(value), raw=offer)
        self.scope = self.at_end

    def read(self, entry: Entry) -> Taken:
        self.parsed.append(entry.number)
        if isinstance(entry.raw, Broken):
            return Taken(offer=None, findings=(BROKEN.at(entry.place),), key=entry.raw.key)
        assert isinstance(entry.raw, Offer)
        return Taken(offer=entry.raw)

    def findings(self) -> list[Finding]:
        return list(self.found)


def opening(reader: MemoryReader) -> Callable[..., Reader]:
    """Return what `take_in` opens feeds with: this content, read anew each time."""

    def open_reader(path: Path, *, memory: object = None) -> Reader:
        reader.scope = reader.at_head
        return reader

    return open_reader
