"""An assessment as a sheet of sentences and tables, which terminal and page print alike."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.kernel.findings import Severity
from torgpred.listings.core.assessed.told import Told, answers_in_words, group_name
from torgpred.listings.core.assessed.words import Words, clean
from torgpred.listings.core.assessing import PRESUMED_LEAD_TIME, Assessed, Place

HEADLINE_ANSWERS: Final = 3
_ROWS: Final = 40
_FINDINGS: Final = 12
_SHOP_FACTS: Final = frozenset({"delivery_template", "lead_time", "unit", "currency"})
_FILE_FACTS: Final = frozenset({"price", "cost", "picture", "title", "description"})


class Section(msgspec.Struct, frozen=True):
    """A heading with sentences and a table; `numbers` are columns that align to the right."""

    name: str
    """What it is about: answers, price, missing, categories, file, assumed or next."""
    title: str
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()
    """Rows that are sums."""


class Sheet(msgspec.Struct, frozen=True):
    """What is printed. All texts are free of control characters."""

    language: str
    title: str
    subtitle: str
    headline: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]


def sheet_of(
    done: Assessed,
    words: Words,
    *,
    today: date,
    rates: Sequence[str] = (),
    after: Sequence[str] = (),
) -> Sheet:
    """Lay an assessment out.

    `rates` are sentences about the rates that were given, `after` says what to do next.
    """
    told = answers_in_words(done, words)
    sections = [_answers(told, words), _price(done, words), _missing(done, words),
                _categories(done, words), _file(done, words)]  # fmt: skip
    if done.readable:
        sections.append(_assumed(done, words, rates))
        if after:
            sections.append(Section("next", words.say("head.next"), lines=tuple(after)))
    return Sheet(
        language=words.language,
        title=words.say("title"),
        subtitle=words.say(
            "subtitle",
            file=clean(done.file),
            market=done.market.name,
            day=today.isoformat(),
        ),
        headline=_headline(done, words),
        summary=tuple(_summary(done, told, words)),
        sections=tuple(one for one in sections if one is not None),
    )


# --- sentences ----------------------------------------------------------------------------------
def _headline(done: Assessed, words: Words) -> str:
    if not done.readable:
        return words.say("not_a_feed")
    result = done.result
    key = "ready_all" if result.ready == result.offers else "ready"
    return words.say_many(
        key,
        result.offers,
        ready=words.number(result.ready),
        taken=words.number(result.offers),
        market=done.market.name,
    )


def _summary(done: Assessed, told: Sequence[Told], words: Words) -> list[str]:
    if not done.readable:
        return []
    said = [words.say("file.partial")] if done.look.scope == "partial" else []
    presumed = sum(one.presumed for one in done.places)
    if presumed and done.confirmed > done.result.ready:
        freed = words.number(done.confirmed)
        said.append(words.say_many("confirmed", presumed, places=presumed, confirmed=freed))
    first = told[:HEADLINE_ANSWERS]
    if first and first[-1].cumulative:
        key = "answers" if len(first) > 1 else "answer_one"
        frees = words.number(first[-1].cumulative)
        if any(one.at_most for one in first):
            frees = words.say("up_to", count=frees)
        said.append(words.say(key, count=len(first), frees=frees))
    said += _shelf(done, words)
    if done.result.beyond_answers:
        left = done.result.beyond_answers
        said.append(words.say_many("beyond", left, count=words.number(left)))
    return said


def _shelf(done: Assessed, words: Words) -> list[str]:
    example = done.result.example
    if example is None:
        why = _why_no_price([fact for fact, _ in done.result.missing], words)
        return [words.say("no_shelf", why=why)]
    currency = example.waterfall.currency
    said = [
        words.say(
            "shelf",
            price=f"{words.number(example.price)} {currency}",
            keeps=f"{words.number(example.keeps)} {currency}",
        )
    ]
    if example.keeps <= 0:
        said.append(words.say("at_a_loss"))
    return said


def _why_no_price(lacking: Sequence[str], words: Words) -> str:
    for fact in lacking:
        if fact.startswith("rate:"):
            return words.say("why_rate", currency=clean(fact.removeprefix("rate:")))
    return words.say("why_currency" if "currency" in lacking else "why_price")


# --- answers ------------------------------------------------------------------------------------
def _answers(told: Sequence[Told], words: Words) -> Section | None:
    if not told:
        return None
    rows = [
        (str(number), one.wording, _freed(one, words), words.number(one.cumulative))
        for number, one in enumerate(told, start=1)
    ]
    names = ("col.number", "col.answer", "col.frees", "col.cumulative")
    return Section(
        name="answers",
        title=words.say("head.answers"),
        columns=tuple(map(words.say, names)),
        rows=tuple(rows),
        numbers=frozenset({0, 2, 3}),
    )


def _freed(one: Told, words: Words) -> str:
    if not one.frees:
        return words.say("frees.opens", count=words.number(one.concerns))
    count = words.number(one.frees)
    return words.say("up_to", count=count) if one.at_most else count


# --- tables -------------------------------------------------------------------------------------
def _price(done: Assessed, words: Words) -> Section | None:
    example = done.result.example
    if example is None:
        return None
    fall = example.waterfall
    rows = [
        (words.label(line.label), words.number(line.amount), clean(words.note(line.note)))
        for line in fall.lines
    ]
    rows.append((words.label("Price on the shelf"), words.number(example.price), ""))
    rows.append((words.label("You keep"), words.number(example.keeps), ""))
    return Section(
        name="price",
        title=words.say("head.price", sku=clean(example.sku)),
        columns=(
            words.say("col.line"),
            words.say("col.amount", currency=fall.currency),
            words.say("col.note"),
        ),
        rows=tuple(rows),
        numbers=frozenset({1}),
        strong=frozenset({len(rows) - 2, len(rows) - 1}),
    )


def _missing(done: Assessed, words: Words) -> Section | None:
    if not done.result.missing:
        return None
    rows = [
        (words.number(count), _sentence(fact, done, words), words.say(_how(fact)))
        for fact, count in done.result.missing[:_ROWS]
    ]
    return Section(
        name="missing",
        title=words.say("head.missing"),
        columns=tuple(map(words.say, ("col.offers", "col.fact", "col.how"))),
        rows=tuple(rows),
        numbers=frozenset({0}),
    )


def _sentence(fact: str, done: Assessed, words: Words) -> str:
    """Name a missing fact; a hold that has none by what it says of an offer."""
    named = words.fact(fact, done.attribute_names)
    if named != fact:
        return named
    for reason in done.result.held:
        if reason.code == fact:
            return clean(reason.example.message)
    return fact


def _how(fact: str) -> str:
    kind = fact.partition(":")[0]
    if kind in _FILE_FACTS or "." in kind:
        return "how.file"
    return "how.shop" if kind == "rate" or kind in _SHOP_FACTS else "how.answer"


def _categories(done: Assessed, words: Words) -> Section | None:
    if not done.places:
        return None
    rows = []
    for place in done.places[:_ROWS]:
        theirs = " / ".join(place.market_path)
        if not place.category_id:
            names = "; ".join(" / ".join(one.path) for one in place.others)
            theirs = words.say("perhaps", names=names) if names else words.say("none_like")
        name = group_name(place.key, place, words)
        rows.append((words.number(place.offers), name, theirs, _sure(place, words)))
    left = len(done.places) - len(rows)
    return Section(
        name="categories",
        title=words.say("head.categories"),
        lines=(f"+ {words.number(left)}",) if left else (),
        columns=tuple(map(words.say, ("col.offers", "col.yours", "col.theirs", "col.sure"))),
        rows=tuple(rows),
        numbers=frozenset({0}),
    )


def _sure(place: Place, words: Words) -> str:
    if not place.category_id:
        return words.say("sure.choose")
    if place.certain:
        return words.say("sure.certain")
    return words.say("sure.confirm", confidence=f"{place.confidence:.2f}")


def _file(done: Assessed, words: Words) -> Section:
    look = done.look
    lines = []
    if done.readable:
        lines.append(
            words.say_many(
                "file.shape",
                look.offers,
                format=look.format,
                encoding=look.encoding,
                offers=words.number(look.offers),
                taken=words.number(look.taken),
            )
        )
        if look.scope == "partial":
            lines.append(words.say("file.partial"))
        elif not look.complete:
            lines.append(words.say("file.cut"))
        if not look.findings:
            lines.append(words.say("file.clean"))
    ranked = sorted(look.findings, key=lambda code: _weight(done, code))
    rows = [
        (
            words.number(look.findings[code]),
            clean(words.finding(look.examples[code])),
            clean(look.examples[code].place),
        )
        for code in ranked[:_FINDINGS]
    ]
    if len(ranked) > _FINDINGS:
        lines.append(words.say("more", count=len(ranked) - _FINDINGS))
    return Section(
        name="file",
        title=words.say("head.file"),
        lines=tuple(lines),
        columns=tuple(map(words.say, ("col.count", "col.finding", "col.place"))) if rows else (),
        rows=tuple(rows),
        numbers=frozenset({0}),
    )


def _weight(done: Assessed, code: str) -> tuple[int, int, str]:
    order = (Severity.ERROR, Severity.WARNING, Severity.NOTE)
    severity = done.look.examples[code].severity
    return order.index(severity), -done.look.findings[code], code


# --- what was assumed ---------------------------------------------------------------------------
def _assumed(done: Assessed, words: Words, rates: Sequence[str]) -> Section:
    return Section(
        name="assumed",
        title=words.say("head.assumed"),
        lines=tuple(assumptions(done, words, rates)),
    )


def assumptions(done: Assessed, words: Words, rates: Sequence[str] = ()) -> list[str]:
    """Return in sentences what nobody told and the assessment took for granted."""
    policy = done.policy
    said = [
        words.say(f"assumed.basis.{policy.basis.value}", margin=_plain(policy.margin)),
        words.say("assumed.commission", value=_plain(policy.commission)),
        words.say("assumed.fee", value=_plain(policy.fee)),
    ]
    tariff = policy.route.logistics
    if tariff is not None:
        said.append(
            words.say(
                "assumed.delivery",
                parcel=_plain(tariff.per_parcel),
                kg=_plain(tariff.per_kg),
                currency=tariff.currency,
            )
        )
    tax = policy.route.tax_out
    said.append(words.say("assumed.tax", value=_plain(tax)) if tax else words.say("assumed.no_tax"))
    tree = "assumed.learnt" if done.market.learnt else "assumed.tree"
    shop = words.say("assumed.shop", days=PRESUMED_LEAD_TIME)
    return [*said, *rates, shop, words.say("assumed.brands"), words.say(tree)]


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
