"""Names made comparable: words without case and endings, so that "Красная куртка" meets "куртки".

The stemmer is a light one for Russian (and plural English): it takes the longest known ending off
and folds a fleeting vowel. It is meant for matching names, not for grammar: equal stems say "most
likely one word", and nothing is accepted on that alone.
"""

import re
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[a-zа-я0-9]+(?:[.,]\d+)?|[\u4e00-\u9fff]+")
_FOLD: Final = str.maketrans({"ё": "е", "Ё": "е", "\u00a0": " "})
_CYRILLIC: Final = re.compile(r"[а-я]+")
_LATIN: Final = re.compile(r"[a-z]+")

_ENDING_WORDS: Final = (
    "иями ями ами иях ях ах ием ьем ем ом ией ьей ей ой ий ый ое ее ая яя ую юю ые ие ых их"
    " ого его ому ему ым им ыми ими ою ею ию ью ия ья ье ьи ов ев а я о е и ы у ю ь й"
)
_ENDINGS: Final = tuple(sorted(_ENDING_WORDS.split(), key=len, reverse=True))
_STOP_WORDS: Final = (
    "и в во на с со для из к ко по от до за под над при у о об или а но the a an of for and"
    " to in with on прочее прочие другое другие товары товар"
)
_STOP: Final = frozenset(_STOP_WORDS.split())
_VOWELS: Final = frozenset("аеиоуыэюя")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return a lower-case word without its ending."""
    if _CYRILLIC.fullmatch(word):
        return _russian(word)
    if len(word) > 3 and _LATIN.fullmatch(word):
        return _english(word)
    return word


def _russian(word: str) -> str:
    for ending in _ENDINGS:
        rest = len(word) - len(ending)
        if rest >= 3 and word.endswith(ending) and _has_vowel(word[:rest]):
            word = word[:rest]
            break
    word = word.rstrip("ьй") if len(word) > 3 else word
    if len(word) > 4 and word[-1] in "кц" and word[-2] in "оеь" and word[-3] not in _VOWELS:
        return word[:-2] + word[-1]  # носок - носки, чашек - чашка
    if len(word) > 4 and word.endswith("нн"):
        return word[:-1]
    return word


def _has_vowel(text: str) -> bool:
    return any(letter in _VOWELS for letter in text)


def _english(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word


def words(text: str) -> list[str]:
    """Return the words of a text in order: lower case, ё as е, marks left out."""
    found = _WORD.findall(text.lower().translate(_FOLD))
    return [word.replace(",", ".") for word in found] if "," in text else found


@lru_cache(maxsize=50_000)
def stems(text: str) -> tuple[str, ...]:
    """Return the stems of a text's words in order, without words that tell nothing.

    A text of such words alone keeps them. "Без" (without) and "не" (not) are kept always.
    """
    found = words(text)
    return tuple(stem(word) for word in found if word not in _STOP) or tuple(found)


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """Return a text's words joined by single spaces: equal for names that differ in marks only."""
    return " ".join(words(text))


@lru_cache(maxsize=50_000)
def key_of(text: str) -> str:
    """Return a name's stems, sorted and joined: equal whatever the endings and the word order."""
    return " ".join(sorted(stems(text)))
