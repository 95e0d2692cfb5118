"""The answers that would free most, in words."""

import msgspec

from torgpred.listings.core.answers import Answer
from torgpred.listings.core.assessed.words import Words, clean
from torgpred.listings.core.assessing import Assessed, Place


class Told(msgspec.Struct, frozen=True):
    """One answer in words. `facts` are those it gives; `at_most` where more may be asked for."""

    facts: tuple[str, ...]
    group: str
    wording: str
    frees: int
    cumulative: int
    concerns: int
    at_most: bool


def answers_in_words(done: Assessed, words: Words) -> list[Told]:
    """Return the answers in words; those of one category that free only together are one."""
    places = {one.key: one for one in done.places}
    told: list[Told] = []
    for answer in done.result.answers:
        one = _told(answer, places.get(answer.group), done, words)
        before = told[-1] if told else None
        if before and before.frees == 0 and before.group and before.group == one.group:
            told[-1] = msgspec.structs.replace(
                one,
                facts=(*before.facts, *one.facts),
                wording=_joined(before, one, done, words),
                at_most=before.at_most or one.at_most,
            )
        else:
            told.append(one)
    told = told[: done.asked]
    while told and not told[-1].frees:
        told.pop()
    return told


def _joined(before: Told, one: Told, done: Assessed, words: Words) -> str:
    fact = one.facts[-1]
    if fact == "parcel":
        return words.say("then.parcel", first=before.wording)
    name = words.fact(fact, done.attribute_names)
    return words.say("then.other", first=before.wording, name=name)


def _told(answer: Answer, place: Place | None, done: Assessed, words: Words) -> Told:
    chosen = place is not None and bool(place.category_id)
    return Told(
        facts=(answer.fact,),
        group=answer.group,
        wording=_wording(answer, place, done, words),
        frees=answer.frees,
        cumulative=answer.cumulative,
        concerns=answer.concerns,
        at_most=answer.fact == "category" and not chosen,
    )


def _wording(answer: Answer, place: Place | None, done: Assessed, words: Words) -> str:
    group = group_name(answer.group, place, words)
    kind, _, name = answer.fact.partition(":")
    if kind == "category" and place is not None and place.category_id:
        target = " / ".join(place.market_path)
        confidence = f"{place.confidence:.2f}"
        return words.say("answer.category", group=group, target=target, confidence=confidence)
    if kind == "category":
        return words.say("answer.choose", group=group)
    if kind == "parcel":
        return words.say("answer.parcel", group=group)
    if kind == "rate":
        return words.say("answer.rate", name=name)
    named = words.fact(answer.fact, done.attribute_names)
    return words.say("answer.other" if answer.group else "answer.shop", group=group, name=named)


def group_name(key: str, place: Place | None, words: Words) -> str:
    """Name one of the seller's categories by its path."""
    if not key:
        return words.say("group.none")
    return clean(" / ".join(place.path)) if place is not None and place.path else clean(key)
