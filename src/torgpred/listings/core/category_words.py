"""What the words of a category's name tell: how much each counts, whom the goods are for, kinship.

Russian names put what the goods are into a noun; adjectives and what follows "для", "от", "из" only
narrow it. So "Мышки беспроводные" is nearer to "Мыши" than to "Беспроводные зарядки".
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from torgpred.listings.core.abbreviations import spelt_out
from torgpred.listings.core.names import stem, stems, words

_ADJECTIVE: Final = 0.7
_COMPLEMENT: Final = 0.75
_SAMPLE_SHARE: Final = 0.3
_SAMPLE_WORDS: Final = 6
_NARROWING: Final = "для от из под без с со по на к ко в во при"
_SMALL: Final = "ик ок ек очк ечк ичк оньк еньк ушк юшк иц"
_HEADS: Final = (
    "авто аква аэро бензо био вело видео гидро кино макси микро мини мото мульти нано пневмо радио"
    " спец спорт супер тепло термо турбо ультра фото эко электро энерго"
)
_BEFORE_COMPLEMENT: Final = frozenset(_NARROWING.split())
_OF_EMPTY: Final = 0.3
_EMPTY: Final = frozenset({"все", "весь", "вся", "разный", "разные", "новинки", "хиты", "серия"})
_AND: Final = frozenset({"и", "или"})
_ADJECTIVE_ENDINGS: Final = ("ый", "ий", "ой", "ая", "яя", "ое", "ее", "ые", "ие", "ых", "их")
_NOUN_ENDINGS: Final = ("ение", "ание", "тие", "лие", "ения", "ания", "обои")
_DIMINUTIVES: Final = frozenset(_SMALL.split())
_MAKERS: Final = ("ник", "ниц", "щик", "льниц")
"""Endings that make another thing of a word: чай, чайник."""
_COMPOUNDS: Final = tuple(sorted(_HEADS.split(), key=len, reverse=True))

EXCLUSIVE: Final = tuple(
    frozenset(stem(word) for word in line.split())
    for line in (
        "мужской мужчина мужчин мальчик мальчики",
        "женский женщина женщин девочка девочки",
        "детский дети детей ребенок малыш малыши мальчик мальчики девочка девочки новорожденный",
        "кошка кошки кошек кот котов",
        "собака собаки собак щенок",
        "птица птицы птиц",
        "рыба рыбы аквариум аквариумный",
        "автомобиль авто автомобильный",
        "кукла куклы кукол",
    )
)
"""Whom goods are for: a category for one group is not for another, nor for everybody."""

_OF_ANIMALS: Final = (
    "животное питомец зоотовары кошка кошки кошек кот собака собаки собак щенок попугай грызун"
    " хомяк ветеринарный зоо"
)
_ANIMALS: Final = frozenset(stem(word) for word in _OF_ANIMALS.split())


def users(said: Iterable[str]) -> frozenset[int]:
    """Return the numbers of the groups of users that stems name."""
    known = set(said)
    return frozenset(number for number, group in enumerate(EXCLUSIVE) if group & known)


def for_animals(said: Iterable[str]) -> bool:
    """Tell whether stems speak of goods for animals."""
    return not _ANIMALS.isdisjoint(said)


def weighed(text: str) -> dict[str, float]:
    """Return the stems of a name in order with what each counts, 1 for the noun.

    Shortenings are spelt out first. A text of words that tell nothing keeps them.
    """
    plain = spelt_out(text)
    kept = set(stems(plain))
    found: dict[str, float] = {}
    complement = False
    for word in words(plain):
        if word in _AND:
            complement = False
        elif word in _BEFORE_COMPLEMENT:
            complement = True
        root = stem(word)
        if root not in kept:
            continue
        weight = _COMPLEMENT if complement else 1.0
        if word in _EMPTY:
            weight = _OF_EMPTY
        if _is_adjective(word):
            weight *= _ADJECTIVE
        found[root] = max(found.get(root, 0.0), weight)
    return found


def whole_name(path: Sequence[str]) -> dict[str, float]:
    """Return what the words of a category's name count, with its parent's where it has no noun.

    "Вечерние" under "Платья" are dresses, "Для массажа" under "Масла" are oils.
    """
    own = weighed(path[-1])
    if len(path) > 1 and all(counts < 1.0 for counts in own.values()):
        own = weighed(path[-2]) | own
    return own


def _is_adjective(word: str) -> bool:
    return (
        len(word) > 4
        and word.endswith(_ADJECTIVE_ENDINGS)
        and not word.endswith(_NOUN_ENDINGS)
    )  # fmt: skip


def sampled(names: Sequence[str]) -> dict[str, float]:
    """Return the stems that many product names share, with the share."""
    counts: Counter[str] = Counter()
    for name in names:
        first = words(spelt_out(name))[:_SAMPLE_WORDS]
        # A dict, not a set: the order decides in which order weights are summed.
        counts.update(dict.fromkeys(stem(word) for word in first if not word[0].isdigit()).keys())
    return {
        word: count / len(names)
        for word, count in counts.items()
        if count >= _SAMPLE_SHARE * len(names) and len(word) > 2
    }


def words_by_stem(texts: Iterable[str]) -> dict[str, str]:
    """Return by its stem the word that a person wrote, the first one of several."""
    said: dict[str, str] = {}
    for text in texts:
        for word in words(spelt_out(text)):
            said.setdefault(stem(word), word)
    return said


def derived(word: str, other: str) -> float:
    """Return how sure two stems are of one root: шоколад, шоколадн; 0 where they are not."""
    short, long = sorted((word, other), key=len)
    tail = long.removeprefix(short)
    if short == long:
        return 1.0
    head = head_of(short)
    if head and long.startswith(head):
        return derived(short.removeprefix(head), long.removeprefix(head))
    if len(short) < 3 or len(long) - len(short) > 6:
        return 0.0
    if tail != long or len(short) == 3:
        return _lengthened(short, tail)
    shared = next((at for at, letter in enumerate(short) if letter != long[at]), len(short))
    if shared >= 5 and shared >= len(short) - 2:
        return 0.6
    return 0.9 if len(short) >= 5 and single(short) == single(long) else 0.0


def _lengthened(short: str, tail: str) -> float:
    if len(short) == 3:
        return 0.6 if tail in _DIMINUTIVES else 0.0
    if tail.startswith(_MAKERS):
        return 0.35
    return 0.85 if len(short) >= 5 or tail in _DIMINUTIVES else 0.6


def single(word: str) -> str:
    """Return a word with doubled letters made one: шопперы, шоперы."""
    return "".join(letter for at, letter in enumerate(word) if at == 0 or letter != word[at - 1])


def head_of(word: str) -> str:
    """Return the first part of a compound: авто of авточехл; empty where it is none."""
    for head in _COMPOUNDS:
        if word.startswith(head) and len(word) - len(head) >= 3:
            return head
    return ""


def parts_of(word: str, known: Mapping[str, object]) -> dict[str, float]:
    """Return the known stems that a compound is made of, with how sure each tells what it is.

    Its end says what it is, other compounds of the same head what it belongs to.
    """
    head = head_of(word)
    rest = word.removeprefix(head)
    if not head or rest not in known:
        return {}
    return {rest: 0.8} | {other: 0.3 for other in known if other.startswith(head)}
