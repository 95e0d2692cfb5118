"""Read a Google Merchant feed, RSS or Atom: cut and parsed as YML is, its words turned into YML's.

Source: Google Merchant Center, product data specification.
"""

import re
from collections.abc import Iterator
from typing import Final

from typing_extensions import override

from torgpred.catalogue.core.merchant.mapping import in_yml
from torgpred.catalogue.core.offers import Category
from torgpred.catalogue.core.paths import kept_path, split_path
from torgpred.catalogue.core.reading import Entry
from torgpred.catalogue.core.yml.cutting import Opening
from torgpred.catalogue.core.yml.header import Header
from torgpred.catalogue.core.yml.markup import text_of
from torgpred.catalogue.core.yml.parsing import Raw
from torgpred.catalogue.core.yml.reading import YmlReader
from torgpred.kernel.findings import Finding, Kind, Severity

NO_TYPES = Kind(
    "feed.categories.none",
    Severity.WARNING,
    "The file holds no categories.",
    "Fill in product_type, such as Home > Kitchen: it is mapped to the marketplace's categories.",
)

ROOTS: Final = frozenset({"rss", "feed"})
_NAME: Final = re.compile(rb"<(?:[\w.-]+:)?title[\s>]")
_KEY: Final = re.compile(rb"<(?:[\w.-]+:)?id>([^<]{1,300})</")
_TYPE: Final = re.compile(rb"<(?:[\w.-]+:)?product_type(?:\s[^>]*)?>(.*?)</", re.DOTALL)


class MerchantReader(YmlReader):
    """A `Reader` over a Google Merchant feed (see `catalogue.core.reading`)."""

    format = "google"
    no_categories = NO_TYPES

    @override
    def entries(self) -> Iterator[Entry]:
        """Yield every item of the file in order, and keep the categories that they name."""
        for entry in super().entries():
            if isinstance(entry.raw, bytes):
                kept_path(self._path_of(entry.raw), self._paths)
            yield entry

    @override
    def _knows(self, header: Header, opening: Opening) -> bool:
        # What RSS calls a category is none of a shop's.
        header.findings = [one for one in header.findings if not _of_categories(one)]
        header.categories = self._paths = {}
        return opening.found and header.root.lower() in ROOTS

    @override
    def _is_named(self, body: bytes) -> bool:
        return _NAME.search(body) is not None

    @override
    def _profile(self, _bodies: list[bytes]) -> str:
        return "atom" if self.root.lower() == "feed" else "rss"

    @override
    def _in_yml(self, raw: Raw, place: str, findings: list[Finding]) -> Raw:
        path = next((text for tag, _, text in raw.items if tag == "product_type"), "")
        key = kept_path(tuple(split_path(path)), self._paths)
        return in_yml(raw, key, place, findings)

    @override
    def _key_in(self, body: bytes) -> str:
        match = _KEY.search(body)
        return match.group(1).decode(self._encoding.reading, "replace").strip() if match else ""

    def _path_of(self, body: bytes) -> tuple[str, ...]:
        match = _TYPE.search(body)
        if match is None:
            return ()
        return tuple(split_path(text_of(match.group(1).decode(self._encoding.reading, "replace"))))

    _paths: dict[str, Category]


def _of_categories(finding: Finding) -> bool:
    return finding.code.startswith("feed.category.")
