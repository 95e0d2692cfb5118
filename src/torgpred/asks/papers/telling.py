"""A dossier worded in a language."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from django.utils.translation import gettext, override, pgettext

from torgpred.asks.core import words
from torgpred.asks.core.adding import Amounts
from torgpred.asks.core.clocks import Timeliness
from torgpred.asks.core.dossiers import Dossier, FigureTold
from torgpred.asks.core.entries import LANGUAGES
from torgpred.asks.core.errors import UnfitAskError
from torgpred.asks.core.library import DAYS, version
from torgpred.asks.core.withholding import Withheld
from torgpred.asks.papers.laying import Block, Page
from torgpred.channels.families import families
from torgpred.kernel import days


def page_of(dossier: Dossier, language: str) -> Page:
    """Return a dossier in a language; the ask's own text in another where it is not in this one.

    Raises UnfitAskError.
    """
    if language not in LANGUAGES:
        raise UnfitAskError(
            what="language", value=language[:40], why=f"choose of {', '.join(LANGUAGES)}"
        )
    with override(language):
        teller = _Teller(dossier, language)
        over = teller.say("dossier", code=dossier.code)
        return Page(language, over, dossier.title, tuple(teller.blocks()))


class _Teller:
    """Words one dossier; inside a language."""

    def __init__(self, dossier: Dossier, language: str) -> None:
        self._of = dossier
        self._language = language
        self._locale = days.locale_of(language)

    # --- words ------------------------------------------------------------------------------------
    @staticmethod
    def say(key: str, **data: object) -> str:
        """Return a sentence of a dossier, filled."""
        return gettext(words.SAID[key]).format(**data)

    @staticmethod
    def label(kind: str, code: str) -> str:
        """Return a code's name."""
        named = words.LABELS[kind].get(code)
        return pgettext(kind, named) if named else code

    def day(self, given: date | None) -> str:
        """Return a day; a dash where there is none."""
        return "—" if given is None else days.day(given, self._locale)

    def moment(self, given: datetime) -> str:
        """Return a moment in UTC by day and minute."""
        return f"{days.moment(given.astimezone(UTC), self._locale)} UTC"

    def number(self, given: Decimal | int) -> str:
        """Return a number with its thousands parted, all its decimals kept."""
        places = -int(given.as_tuple().exponent) if isinstance(given, Decimal) else 0
        pattern = "#,##0" + (f".{'0' * places}" if places > 0 else "")
        return format_decimal(given, pattern, locale=self._locale)

    def amounts(self, given: Amounts) -> str:
        """Return amounts with their units in one line."""
        return " · ".join(
            f"{self.number(one)} {unit}"
            if unit.isupper()
            else f"{self.unit(unit)}: {self.number(one)}"
            for unit, one in given.items()
        )

    def unit(self, code: str) -> str:
        """Return a unit's name; a currency stays its code."""
        return self.label("ask unit", code)

    # --- the page, top to bottom ------------------------------------------------------------
    def blocks(self) -> Iterator[Block]:
        """Yield the page."""
        of, rule = self._of, self._of.rule
        yield Block(
            "note",
            self.say("inside")
            if of.inside
            else self.say("outside", least=rule.least, share=rule.most_share),
        )
        yield Block("pairs", rows=tuple(self._head()))
        yield from self._part("request", [Block("text", self._text())] if of.texts else [])
        yield from self._part(
            "evidence", [block for one in of.figures for block in self._figure(one)]
        )
        if of.joined is not None:
            yield from self._part("complaint", self._joined())
        yield from self._part("promises", self._promises())
        yield from self._part("clocks", self._clocks())
        yield from self._part("answers", self._answers())
        yield from self._part("deliveries", self._deliveries())
        if of.inside:
            yield from self._part("history", self._moves())
        yield from self._appendix()

    def _head(self) -> Iterator[tuple[str, str]]:
        of = self._of
        yield self.say("marketplace"), market_name(of.family)
        yield self.say("kind"), self.label("ask kind", of.kind)
        yield self.say("state"), self.label("ask state", of.state)
        yield self.say("asked_by"), of.asked_by
        if of.campaign:
            yield self.say("campaign"), of.campaign
        yield self.say("made"), self.moment(of.made_at)
        if of.head:
            yield self.say("head"), spaced(of.head)

    def _text(self) -> str:
        texts = self._of.texts
        return texts.get(self._language) or next(iter(texts.values()))

    def _part(self, key: str, blocks: Iterable[Block]) -> Iterator[Block]:
        yield Block("heading", self.say(key))
        found = list(blocks)
        yield from found or [Block("text", self.say("none"))]

    def _figure(self, one: FigureTold) -> Iterator[Block]:
        title = self.label("ask query", one.query)
        if one.struck:
            yield Block("text", f"{self.say('struck', number=one.number)} {spaced(one.seal)}")
            return
        yield Block("subheading", self.say("figure", number=one.number, title=title))
        if one.says:
            yield Block("text", one.says)
        chosen = version(one.query, one.version)
        if chosen is not None:
            yield Block("text", gettext(chosen.about))
        if one.withheld:
            yield Block("note", self._why(one.withheld))
        if one.total or not one.withheld:
            yield from self._sums(one)
        yield Block("pairs", rows=tuple(self._origin(one)))

    def _why(self, one: Withheld) -> str:
        why = gettext(words.WITHHELD[one.reason]).format(
            least=one.rule.least, share=one.rule.most_share, number=one.beside
        )
        return f"{self.say('withheld_outside')} ({why})" if self._of.inside else why

    def _sums(self, one: FigureTold) -> Iterator[Block]:
        yield Block("pairs", rows=((self.say("whole"), self.amounts(one.total) or "0"),))
        units = list(one.total)
        lines = [(name or "—", sums) for name, sums in one.groups.items()]
        if one.together:
            count, sums = one.together
            lines.append((gettext(words.TOGETHER).format(count=count), sums))
        if len(lines) > 1:
            yield self._table("group", units, lines)
        if one.by_seller:
            yield self._table("seller", units, sorted(one.by_seller.items()))

    def _table(
        self, first: str, units: list[str], lines: Iterable[tuple[str, Mapping[str, Decimal]]]
    ) -> Block:
        head = (self.say(first), *(self.unit(unit) for unit in units))
        rows = [
            (name, *(self.number(sums[unit]) if unit in sums else "—" for unit in units))
            for name, sums in lines
        ]
        return Block("table", rows=(head, *rows), numbers=len(units))

    def _origin(self, one: FigureTold) -> Iterator[tuple[str, str]]:
        yield self.say("as_of"), self.moment(one.as_of)
        named = f"{one.query} ({one.version})"
        yield self.say("query"), "; ".join([named, *self._parameters(one)])
        if one.sellers is not None:
            yield self.say("sellers"), self.number(one.sellers)
        if one.rows is not None:
            yield self.say("rows"), self.number(one.rows)
            yield self.say("rows_digest"), spaced(one.rows_digest)
        yield self.say("seal"), spaced(one.seal)

    def _parameters(self, one: FigureTold) -> Iterator[str]:
        for name, value in one.params.items():
            if name != "sellers" and value:
                told = self.day(date.fromisoformat(value)) if name in DAYS else value
                yield f"{self.label('ask parameter', name)} {told}"
        if one.sellers_named < 0:
            return
        listed = ", ".join(one.params.get("sellers", []))
        yield listed or gettext(words.JOINED).format(count=one.sellers_named)

    def _joined(self) -> Iterator[Block]:
        of = self._of
        yield Block("text", self.say("joined", count=of.joined))
        if of.parts:
            head = (self.say("seller"), self.say("state"), self.say("whole"))
            rows = [
                (one.seller, self.label("ask joining", one.state), self.amounts(one.effect) or "0")
                for one in of.parts
            ]
            yield Block("table", rows=(head, *rows))

    def _promises(self) -> Iterator[Block]:
        if self._of.promises:
            head = ("side", "who", "what", "due", "kept")
            known = {None: "open", True: "yes", False: "no"}
            rows = [
                (self.label("ask side", one.side.value), one.who, one.what, self.day(one.due),
                 self.say(known[one.kept]))
                for one in self._of.promises
            ]  # fmt: skip
            yield Block("table", rows=(tuple(map(self.say, head)), *rows))

    def _clocks(self) -> Iterator[Block]:
        if self._of.clocks:
            head = ("clock", "started", "due", "state", "source")
            rows = [
                (gettext(one.title), f"{gettext(one.event)}, {self.day(one.started)}",
                 self.day(one.due),
                 self.label("ask clock", one.state.value) if one.stands is Timeliness.OVER
                 else self.label("ask due", one.stands.value), gettext(one.source))
                for one in self._of.clocks
            ]  # fmt: skip
            yield Block("table", rows=(tuple(map(self.say, head)), *rows))

    def _answers(self) -> Iterator[Block]:
        for one in self._of.answers:
            yield Block("subheading", ", ".join(filter(None, (self.day(one.day), one.who))))
            if one.text:
                yield Block("text", one.text)
            if one.file:
                pair = (self.say("file"), f"{one.file_name}: {spaced(one.file)}")
                yield Block("pairs", rows=(pair,))

    def _deliveries(self) -> Iterator[Block]:
        if self._of.deliveries:
            head = ("day", "what", "worth")
            rows = [
                (self.day(one.day), one.what,
                 self.say("by_figure", number=one.figure) if one.figure else "—")
                for one in self._of.deliveries
            ]  # fmt: skip
            yield Block("table", rows=(tuple(map(self.say, head)), *rows))

    def _moves(self) -> Iterator[Block]:
        if self._of.moves:
            head = ("day", "from", "to", "by", "note")
            rows = [
                (self.moment(one.at), self.label("ask state", one.before),
                 self.label("ask state", one.after), one.by, one.note)
                for one in self._of.moves
            ]  # fmt: skip
            yield Block("table", rows=(tuple(map(self.say, head)), *rows))

    def _appendix(self) -> Iterator[Block]:
        yield Block("heading", self.say("appendix"))
        yield Block("text", self.say("recompute", code=self._of.code))
        yield Block("text", self.say("sealing"))
        for one in self._of.queries:
            yield Block("subheading", f"{one.code} ({one.version})")
            yield Block("code", one.sql.strip())


def market_name(family: str) -> str:
    """Return a marketplace's name; its code where no connector of it is installed."""
    known: Any = families().get(family)
    return str(getattr(known, "title", "") or getattr(known, "name", "") or family)


def spaced(seal: str) -> str:
    """Return hex in groups of eight, so that a line may break and an eye may follow."""
    return " ".join(seal[place : place + 8] for place in range(0, len(seal), 8))
