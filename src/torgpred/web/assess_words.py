"""What the assessment page says: the assessment's own words, and findings as all pages say them."""

from typing import Final

from django.utils.translation import get_language
from typing_extensions import override

from torgpred.kernel.findings import Finding
from torgpred.listings.core.assessed.words import Words
from torgpred.web import words

_LANGUAGES: Final = {"ru": "ru", "zh-hans": "zh"}


class PageWords(Words):
    """An assessment's words in the reader's language."""

    def __init__(self) -> None:
        super().__init__(_LANGUAGES.get(get_language() or "", "en"))

    @override
    def finding(self, finding: Finding) -> str:
        return words.tell_finding(finding)[0]
