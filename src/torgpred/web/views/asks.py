"""Asks: the register, one ask with its evidence, and its figures recomputed."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from torgpred.asks import selectors
from torgpred.asks.core import words as ask_area
from torgpred.asks.core.adding import Amounts
from torgpred.asks.core.clocks import CLOCKS
from torgpred.asks.core.dossiers import FigureTold
from torgpred.asks.core.library import OF_MONEY, newest, query
from torgpred.asks.core.states import MOVES, OVER, AskState, ClockState, Kind, Side
from torgpred.asks.selectors.checking import verify
from torgpred.asks.selectors.dossier import dossier
from torgpred.campaigns import selectors as campaigns
from torgpred.channels.families import families
from torgpred.web import ask_words, showing, words
from torgpred.web.desks import Desk, manager_desk

_STATES: Final = ("", "open", *AskState)


@manager_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the register, and the clocks that are due soon."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    text, before = request.GET.get("q", "").strip(), request.GET.get("before", "")
    if state not in _STATES or kind not in {"", *Kind}:
        raise Http404
    found = selectors.asks(
        state=state, kind=kind, text=text, before=showing.whole_number(before),
        limit=showing.PAGE + 1,
    )  # fmt: skip
    given = {
        "page": showing.page(found, lambda one: str(one.id), before),
        "rows": [(one, showing.market_name(one.family)) for one in found[: showing.PAGE]],
        "states": [one.value for one in AskState],
        "kinds": [one.value for one in Kind],
        "families": [(code, showing.market_name(code)) for code in families()],
        "campaigns": campaigns.campaigns(),
        "languages": ask_words.LANGUAGES,
        "state": state,
        "kind": kind,
        "text": text,
        "filtered": bool(state or kind or text),
        "due": selectors.due_soon(limit=10),
        "rule": selectors.small_groups(),
    }
    return render(request, "web/asks/index.html", given)


@manager_desk()
def show(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Show an ask with its evidence, promises, clocks, answers and what was delivered."""
    card, told = selectors.ask(ask), dossier(ask, inside=True)
    language, text = ask_words.text_of(card.texts)
    given = {
        "ask": card,
        "told": told,
        "name": showing.market_name(card.family),
        "language": {"zh-hans": "zh-Hans"}.get(language, language),
        "text": text,
        "texts": [(code, name, card.texts.get(code, "")) for code, name in ask_words.LANGUAGES],
        "figures": [_figure(one) for one in told.figures],
        "parts": [(one, ask_words.amounts(one.effect)) for one in told.parts],
        "queries": [(one, words.word(one.about)) for one in newest()],
        "money": OF_MONEY,
        "families": [(code, showing.market_name(code)) for code in families()],
        "rules": CLOCKS,
        "sides": [one.value for one in Side],
        "clock_states": [one.value for one in ClockState],
        "moves": [one.value for one in MOVES[card.state]],
        "over": card.state in OVER,
        "draft": card.state is AskState.DRAFT,
        "complaint": card.kind is Kind.COMPLAINT,
        "effect": ask_words.parameters(card.effect_params),
    }
    return render(request, "web/asks/ask.html", given)


@manager_desk()
def check(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Recompute every figure of an ask from its stored query, and show what differs."""
    seal = request.GET.get("seal", "").replace(" ", "")[:64]
    found = verify(ask, known=seal)
    rows = [
        {
            "one": one,
            "kept": ask_words.amounts(one.kept.total),
            "now": ask_words.amounts(one.now.total) if one.now else [],
        }
        for one in found.figures
    ]
    given = {"ask": selectors.ask(ask), "found": found, "rows": rows, "seal": seal}
    return render(request, "web/asks/check.html", given)


def _figure(one: FigureTold) -> dict[str, Any]:
    units = list(one.total)
    return {
        "one": one,
        "about": words.word(query(one.query).about),
        "total": ask_words.amounts(one.total),
        "parameters": ask_words.parameters(one.params),
        "units": units,
        "groups": _lines(units, one.groups) if len(one.groups) > 1 else [],
        "sellers": _lines(units, one.by_seller),
        "withheld": withheld(one),
    }


def withheld(one: FigureTold) -> str:
    """Say why a figure is not shown outside; empty where it is."""
    if one.withheld is None:
        return ""
    found = one.withheld
    return words.say(
        ask_area.WITHHELD[found.reason], least=found.rule.least, share=found.rule.most_share,
        number=found.beside,
    )  # fmt: skip


def _lines(units: list[str], lines: dict[str, Amounts]) -> list[tuple[str, list[str]]]:
    return [
        (name, [ask_words.amount(unit, sums[unit]) if unit in sums else "—" for unit in units])
        for name, sums in lines.items()
    ]
