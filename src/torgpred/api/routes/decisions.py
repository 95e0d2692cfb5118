"""What people decide about a catalogue: statements and mappings."""

from typing import Annotated, Any

from ninja import Query

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_text, page
from torgpred.api.problems import UnknownError
from torgpred.api.registering import Section
from torgpred.api.shapes.catalogue import (
    Mappings,
    MappingShape,
    NewMapping,
    NewStatement,
    NewStatements,
    Statements,
    StatementsMade,
    StatementUndone,
    UnmappedList,
)
from torgpred.api.shapes.values import Id
from torgpred.catalogue import services as catalogue
from torgpred.channels.families import families
from torgpred.listings.services import decisions, statements

READ, WRITE = "catalogue:read", "catalogue:write"
Undone = Annotated[bool, Query(False, description="Those that were undone, too.")]

section = Section("Decisions")


@section.read("/sellers/{seller}/statements", READ, Statements)
def list_statements(request: Entered, seller: str, undone: Undone) -> dict[str, object]:
    """List the statements in force, oldest first."""
    found = statements.stated(request.caller.seller.id, undone=undone)
    return {"items": [_statement(one) for one in found]}


@section.write("/sellers/{seller}/statements", WRITE, StatementsMade, status=201)
def make_statements(request: Entered, seller: str, given: NewStatements) -> StatementsMade:
    """Keep facts about groups of offers, all or none. A later one goes before an earlier one."""
    kept = statements.state_facts(
        seller_id=request.caller.seller.id,
        facts=[
            catalogue.NewStatement(
                one.kind, _value(one), one.category, tuple(one.keys), one.everything
            )
            for one in given.facts
        ],
        given_by=request.caller.actor,
    )
    return StatementsMade(ids=[one.id for one in kept])


@section.write("/sellers/{seller}/statements/{statement}/undo", WRITE, StatementUndone)
def undo_statement(request: Entered, seller: str, statement: Id) -> StatementUndone:
    """End a statement; it stays in the history."""
    ended = catalogue.undo_statement(
        seller_id=request.caller.seller.id,
        statement_id=statement,
        undone_by=request.caller.actor,
    )
    return StatementUndone(id=ended.id, kind=ended.kind, undone_at=ended.undone_at)


@section.read("/sellers/{seller}/mappings/{family}", READ, Mappings)
def mappings(
    request: Entered, seller: str, family: str, cursor: Cursor, limit: Limit
) -> dict[str, object]:
    """List where the seller's categories belong at a marketplace, by category key."""
    _known(family)
    of = f"mappings {family}"
    after = after_text(cursor, of)
    known = decisions.mappings(request.caller.seller.id, family)
    found = [known[key] for key in sorted(known) if key > after]
    rows, following = page(found, lambda one: one.category_key, of=of, limit=limit)
    return {"items": rows, "next": following}


@section.write("/sellers/{seller}/mappings/{family}", WRITE, MappingShape)
def map_category(request: Entered, seller: str, family: str, given: NewMapping) -> MappingShape:
    """Decide where a category of the seller belongs at a marketplace."""
    _known(family)
    card = decisions.map_category(
        seller_id=request.caller.seller.id,
        family=family,
        category_key=given.category_key,
        market_category=given.market_category,
        actor=request.caller.actor,
    )
    return MappingShape.model_validate(card)


@section.read("/sellers/{seller}/mappings/{family}/open", READ, UnmappedList)
def unmapped(request: Entered, seller: str, family: str) -> dict[str, object]:
    """List the categories that nobody mapped yet, the largest first, with what each may be."""
    _known(family)
    found = decisions.suggestions(seller_id=request.caller.seller.id, family=family)
    return {
        "items": [
            {
                "category_key": one.key,
                "path": list(one.path),
                "offers": one.offers,
                "proposals": [
                    {"market_category": each.category_id, "path": list(each.path)}
                    for each in one.suggestions
                ],
            }
            for one in found
        ]
    }


def _value(one: NewStatement) -> str | dict[str, str]:
    return one.value if isinstance(one.value, str) else one.value.model_dump()


def _known(family: str) -> None:
    if family not in families():
        raise UnknownError


def _statement(one: statements.Stated) -> dict[str, Any]:
    card = one.card
    return {
        "id": card.id,
        "kind": card.kind,
        "value": card.value,
        "category": card.category,
        "keys": list(card.keys),
        "everything": not card.category and not card.keys,
        "offers": one.offers,
        "given_by": card.given_by,
        "given_at": card.given_at,
        "undone_at": card.undone_at,
    }
