"""Texts and pictures for a marketplace, put together from the seller's own facts only.

Nothing is written that the seller did not say: texts are cleaned, reduced to what a marketplace
shows, and cut at a word's end; every cut is told.
"""

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final

import nh3

from torgpred.catalogue.core.offers import Offer
from torgpred.listings.core.remarks import advice

TITLE_CUT = advice(
    "content.title_cut",
    "The title has {length} characters, {limit} are allowed: it was cut at a word.",
    "Shorten the name in the file so that the important words come first.",
)
DESCRIPTION_CUT = advice(
    "content.description_cut",
    "The description has {length} characters, {limit} are allowed: its end was left out.",
    "Shorten the description in the file.",
)
PICTURES_CUT = advice(
    "content.pictures_cut",
    "There are {length} pictures, {limit} are allowed: the rest was left out.",
    "Put the most telling pictures first.",
)
PICTURE_ADDRESS = advice(
    "content.picture_address",
    "This is not the address of a picture that a marketplace could fetch.",
    "Give addresses that begin with https:// or http:// and hold no spaces.",
)

_TAG_NAMES: Final = "p br ul ol li b strong i em h1 h2 h3 h4 h5 h6 table thead tbody tr td th"
TAGS: Final = frozenset(_TAG_NAMES.split())
"""What is left of HTML. No attributes, pictures, links or styles: marketplaces refuse them."""
_GONE_WITH_TEXT: Final = {"script", "style", "iframe", "object", "noscript", "template"}

_JUNK: Final = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f"
    "\u2600-\u27bf\u2b00-\u2bff\ufe00-\ufe0f\ufeff\ufff0-\uffff\U0001f000-\U0001faff"
    "\U000e0000-\U0010ffff\ue000-\uf8ff"
)
"""Control and invisible characters, pictograms and private ones."""
_junk: Final = re.compile(f"[{_JUNK}]+")
_spaces: Final = re.compile(r"\s+")
_plain_html: Final = re.compile(
    rf"(?:[^<>&{_JUNK}]++|&(?:amp|quot|nbsp|laquo|raquo|mdash|ndash);"
    rf"|</?(?:{'|'.join(sorted(TAGS, key=len, reverse=True))})>|<br ?/>)*+"
)
_open_close: Final = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
_breaks: Final = re.compile(r"<(?:br|/p|/li|/h\d|/tr|/div)\b[^>]*>", re.IGNORECASE)
_any_tag: Final = re.compile(r"<[^>]*>")
_address: Final = re.compile(r"https?://[^\s/$.?#<>\"'][^\s<>\"']*", re.IGNORECASE)
_looks_html: Final = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:[a-zA-Z]{2,8}|#\d{1,6});")


def one_line(text: str) -> str:
    """Return text without junk characters, with single spaces, trimmed."""
    if _junk.search(text) is not None:
        text = _junk.sub(" ", text)
    return " ".join(text.split())


def cut_at_word(text: str, limit: int) -> str:
    """Return the text, cut after the last word that fits into so many characters."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    space = head.rfind(" ")
    kept = head[:space] if space > limit // 2 else text[:limit]
    return kept.rstrip(" ,;:-–—/(").rstrip()


def stem_title(names: Sequence[str]) -> str:
    """Return the title of a product with several variants: the words that all names begin with.

    Where they share less than two words and ten characters, the first name is as good as any.
    """
    first = names[0]
    if len(names) == 1 or all(name == first for name in names):
        return first
    rows = [name.split() for name in names]
    shared: list[str] = []
    for words in zip(*rows, strict=False):
        if any(word != words[0] for word in words):
            break
        shared.append(words[0])
    title = " ".join(shared).rstrip(" ,;:-–—/(").rstrip()
    return title if len(shared) >= 2 and len(title) >= 10 else first


def title_of(offers: Sequence[Offer]) -> str:
    """Return the title of a product, one line: its name, else vendor and model."""
    if len(offers) == 1:
        return one_line(offers[0].name) or _without_name(offers[0])
    return stem_title([one_line(offer.name) or _without_name(offer) for offer in offers])


def _without_name(offer: Offer) -> str:
    return one_line(f"{offer.vendor} {offer.model}")


def reduced_html(text: str) -> str:
    """Return HTML with the allowed tags only, without attributes, scripts or junk characters.

    Text that holds no HTML is escaped and its lines become `<br>`.
    """
    text = text.strip()
    if _plain_html.fullmatch(text) is not None:
        if "<" in text:
            return text if _balanced(text) else _cleaned(text)
        return text.replace("\n", "<br>") if "\n" in text else text
    if _looks_html.search(text) is None:
        text = html.escape(_junk.sub(" ", text).strip(), quote=False)
        return re.sub(r"\r?\n", "<br>", text)
    return _cleaned(text)


def _cleaned(text: str) -> str:
    text = _junk.sub(" ", text)
    if "<" not in text and _looks_html.search(html.unescape(text)):
        text = html.unescape(text)  # the whole text was escaped once more
    kept = nh3.clean(
        text,
        tags=set(TAGS),
        clean_content_tags=_GONE_WITH_TEXT,
        attributes={},
        link_rel=None,
    ).strip()
    # A line's end in HTML is a space; without any tag left it would read as a break.
    return kept if "<" in kept else re.sub(r"\s*[\r\n]\s*", " ", kept)


def _balanced(text: str) -> bool:
    open_tags: list[str] = []
    for close, name in _open_close.findall(text):
        if name == "br":
            if close:
                return False
        elif not close:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return False
    return not open_tags


def plain_text(text: str) -> str:
    """Return the text of HTML, paragraphs as lines."""
    text = _breaks.sub("\n", text)
    text = html.unescape(_any_tag.sub("", text))
    lines = (one_line(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def description_of(text: str, limit: int, *, html_allowed: bool) -> tuple[str, int]:
    """Return a description within the limit and its full length before cutting.

    Too long HTML is cut between its blocks where possible; else it becomes cut plain text.
    """
    if not text:
        return "", 0
    shown = reduced_html(text) if html_allowed else plain_text(reduced_html(text))
    length = len(shown)
    if length <= limit:
        return shown, length
    if not html_allowed or "<" not in shown:
        return cut_at_word(shown, limit), length
    head = shown[:limit]
    end = max(
        head.rfind(tag) + len(tag) if tag in head else 0 for tag in ("</p>", "</ul>", "</ol>")
    )
    if end > limit // 2 and _balanced(head[:end]):
        return head[:end], length
    words = html.escape(plain_text(shown), quote=False).replace("\n", "<br>")
    kept = cut_at_word(words, limit)
    broken = kept.rfind("<")
    if broken > kept.rfind(">"):
        kept = kept[:broken]
    entity = kept.rfind("&")
    if entity > kept.rfind(";"):
        kept = kept[:entity]
    return kept.rstrip(), length


def is_address(text: str) -> bool:
    """Tell whether a text is the address of a picture that a marketplace could fetch."""
    return _address.fullmatch(text) is not None


def pictures_of(offers: Iterable[Offer]) -> tuple[list[str], list[str]]:
    """Return a product's picture addresses in order, each once, and what is no address.

    Every variant's first picture comes before anybody's second, so that all are seen.
    """
    rows = [offer.pictures for offer in offers]
    if len(rows) == 1:
        ordered: Iterable[str] = rows[0]
    else:
        longest = max(map(len, rows))
        ordered = (row[place] for place in range(longest) for row in rows if place < len(row))
    good: dict[str, None] = {}
    bad: list[str] = []
    for picture in ordered:
        if _address.fullmatch(picture) is not None:
            good[picture] = None
        else:
            bad.append(picture)
    return list(good), bad


def told_by_params(offer: Offer, title: str) -> str:
    """Return a description made of the seller's own params; empty where there are none."""
    lines = dict.fromkeys(
        f"{one_line(param.name)}: {one_line(param.value)} {param.unit}".strip()
        for param in offer.params
        if param.name and param.value
    )
    return "\n".join([title, *lines]) if lines else ""
