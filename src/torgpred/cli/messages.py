"""`torgpred messages`: what buyers ask, by when to answer, and the answers."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.choosing import person, seller_of, shop_meant, tenant_of
from torgpred.cli.entering import enter

if TYPE_CHECKING:
    from torgpred.orders.selectors.messages import DialogueCard

PATIENCE = 30.0
"""Seconds to wait for a worker that is at the same shop's messages."""

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]
Seller = Annotated[str, typer.Argument(help="Code of the seller; OPERATOR for joint shops' own.")]
Dialogue = Annotated[int, typer.Argument(help="Number of the dialogue, as the list tells it.")]
Language = Annotated[str, typer.Option(help="ru, en or zh; the shop's if not given.")]

messages = typer.Typer(no_args_is_help=True, help="Buyers' messages: read and answer them.")
templates = typer.Typer(no_args_is_help=True, help="Words for answers, in several languages.")
messages.add_typer(templates, name="templates")

# Buyers' words are shown as they are: never as markup, and without what steers a terminal.
console = Console(markup=False, emoji=False, highlight=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(messages, name="messages")


def _print_json(value: object) -> None:
    import msgspec

    typer.echo(msgspec.json.encode(value).decode())


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


@messages.command("pull")
def pull(
    shop: Annotated[
        str, typer.Argument(help="Number or name of a shop, or a seller's code; all if not given.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Read new messages of shops, and send the answers that wait."""
    enter()
    from torgpred.channels import selectors as channels
    from torgpred.channels.core.shops import ShopState
    from torgpred.orders.services.exchanging import exchange

    active = [one for one in channels.shops() if one.state is ShopState.ACTIVE]
    told: list[dict[str, Any]] = []
    for card in [shop_meant(shop)] if shop else active:
        done = exchange(shop_id=card.id, patience=PATIENCE)
        counts = {} if done is None else done.as_dict()
        told.append({"shop": card.id, "name": card.name, "busy": done is None, **counts})
    if as_json:
        _print_json(told)
        return
    if not told:
        console.print("No shop is active. Add one: torgpred shop add SELLER")
        return
    table = Table("shop", "new", "sent", "refused", "still to send")
    for one in told:
        shown = [str(one.get(name, "")) for name in ("new", "sent", "refused", "waiting")]
        table.add_row(one["name"] + (" (a worker is at it)" if one["busy"] else ""), *shown)
    console.print(table)


@messages.command("list")
def list_dialogues(
    seller: Annotated[
        str, typer.Argument(help="Code of a seller, OPERATOR for joint shops' own; all if none.")
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Answered ones too.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 50,
    as_json: Json = False,
) -> None:
    """List the dialogues that wait for an answer, the oldest clock first."""
    enter()
    from torgpred.accounts import selectors as accounts
    from torgpred.orders.selectors import messages as selectors

    whose = tenant_of(seller).id if seller else None
    found = selectors.dialogues(whose, everything=everything, limit=limit)
    if as_json:
        _print_json(found)
        return
    if not found:
        console.print(
            "Nobody waits for an answer. Read the shops: torgpred messages pull;"
            " see all: torgpred messages list --all"
        )
        return
    codes = {one.id: one.code for one in accounts.sellers()}
    table = Table("dialogue", "seller", "order", "answer by", "last", "said", "to send", "trouble")
    for one in found:
        table.add_row(str(one.id), codes.get(one.tenant_id, "OPERATOR"), *_shown(one))
    console.print(table)


def _shown(one: "DialogueCard") -> tuple[str, ...]:
    from torgpred.orders.core.messages import printable

    said = " ".join(printable(one.excerpt).split())
    until = _time(one.answer_by) + (" LATE" if one.late else "")
    return (
        one.order,
        until,
        _time(one.last_at),
        said,
        str(one.unsent or ""),
        printable(one.trouble),
    )


@messages.command("show")
def show(seller: Seller, dialogue: Dialogue, as_json: Json = False) -> None:
    """Show the messages of a dialogue."""
    enter()
    from torgpred.orders.core.messages import printable
    from torgpred.orders.selectors import messages as selectors

    who = tenant_of(seller)
    found = selectors.messages(who.id, dialogue)
    if as_json:
        _print_json(found)
        return
    if not found:
        console.print(
            f"{who.code} has no dialogue {dialogue}. See: torgpred messages list {who.code} --all"
        )
        return
    for one in found:
        by = "buyer" if one.from_buyer else one.written_by or "the cabinet"
        state = "" if one.state == "there" else f" ({one.state}) {printable(one.trouble)}"
        console.print(f"{_time(one.at)} {by}{state}")
        for line in printable(one.text or "erased").splitlines():
            console.print(f"    {line}")


@messages.command("answer")
def answer(
    seller: Seller,
    dialogue: Dialogue,
    text: Annotated[str, typer.Argument(help="What to write; or name a --template.")] = "",
    template: Annotated[str, typer.Option(help="Name of a template to fill and send.")] = "",
    language: Language = "",
    as_json: Json = False,
) -> None:
    """Answer the buyer of a dialogue. What cannot be sent now, a worker sends later, once."""
    enter()
    from torgpred.kernel.errors import OutboundError
    from torgpred.orders.selectors import messages as selectors
    from torgpred.orders.services import answering
    from torgpred.orders.services.exchanging import exchange

    if bool(text) == bool(template):
        raise typer.BadParameter("Give a text or a --template, one of both.")
    who = tenant_of(seller)
    found = selectors.filling(who.id, dialogue)
    if found is None:
        raise answering.UnknownDialogueError(given=dialogue)
    if template:
        known = selectors.templates(who.id)
        text = answering.worded(known, template, language or found.language, found.values)
    message = answering.write_down(
        tenant_id=who.id, dialogue_id=dialogue, text=text, actor=person()
    )
    reason = ""
    try:
        exchange(shop_id=found.shop_id, patience=PATIENCE)
    except OutboundError as error:  # it is written down: a worker goes on
        reason = str(error)
    one = next(one for one in selectors.messages(who.id, dialogue) if one.id == message)
    if as_json:
        _print_json(one)
    elif one.state == "there":
        console.print("Sent.")
    elif one.state == "refused":
        console.print(f"The marketplace refused it: {one.trouble}")
    else:
        console.print(
            "Written down, and not sent for certain yet: a worker looks and sends it;"
            f" so does: torgpred messages pull. {reason or one.trouble}"
        )
    if one.state == "refused":
        raise typer.Exit(1)


@messages.command("read")
def mark_read(seller: Seller, dialogue: Dialogue, as_json: Json = False) -> None:
    """Mark the buyer's messages of a dialogue as read, at the marketplace too."""
    enter()
    from torgpred.orders.services import answering

    marked = answering.mark_read(tenant_id=tenant_of(seller).id, dialogue_id=dialogue)
    if as_json:
        _print_json({"dialogue": dialogue, "marked": marked})
        return
    console.print(f"{marked} marked as read." if marked else "All were read already.")


@messages.command("give")
def give(
    dialogue: Dialogue,
    seller: Annotated[str, typer.Argument(help="Code of the seller who shall answer.")],
    as_json: Json = False,
) -> None:
    """Give a joint shop's dialogue to one of its sellers, who alone sees it from then on."""
    enter()
    from torgpred.orders.services import answering

    who = seller_of(seller)
    answering.give(dialogue_id=dialogue, seller_id=who.id)
    if as_json:
        _print_json({"dialogue": dialogue, "seller": who.code})
        return
    console.print(f"Dialogue {dialogue} is with {who.code} now.")


@messages.command("state")
def state(as_json: Json = False) -> None:
    """Show when each shop's messages were last read, and what kept them from being read."""
    enter()
    from torgpred.orders.selectors import messages as selectors

    found = selectors.message_pulls()
    if as_json:
        _print_json(found)
        return
    if not found:
        console.print("No shop's messages were read yet: torgpred messages pull")
        return
    table = Table("shop", "last read", "trouble")
    for one in found:
        table.add_row(str(one.shop_id), _time(one.pulled_at) or "never", one.trouble)
    console.print(table)


@templates.command("list")
def list_templates(seller: Seller, language: Language = "", as_json: Json = False) -> None:
    """List templates: the seller's own and the built-in ones."""
    enter()
    from torgpred.orders.selectors import messages as selectors

    found = [
        one
        for one in selectors.templates(tenant_of(seller).id).values()
        if not language or one.language == language
    ]
    if as_json:
        _print_json(found)
        return
    if not found:
        console.print(f"There are no templates in {language!r}. Languages: ru, en, zh")
        return
    table = Table("name", "language", "text", "whose")
    for one in found:
        table.add_row(one.name, one.language, one.text, "built in" if one.built_in else "own")
    console.print(table)


@templates.command("set")
def set_template(
    seller: Seller,
    name: Annotated[str, typer.Argument(help="Name of the template.")],
    text: Annotated[
        str, typer.Argument(help="Its words, with {order}, {track}, {ship_by}, {name}.")
    ],
    language: Annotated[str, typer.Option(help="ru, en or zh.")] = "ru",
    as_json: Json = False,
) -> None:
    """Keep words of one's own for an answer; they go before a built-in template."""
    enter()
    from torgpred.orders.services import answering

    made = answering.set_template(
        seller_id=tenant_of(seller).id, name=name, language=language, text=text, actor=person()
    )
    if as_json:
        _print_json(made)
        return
    console.print(f"Template {made.name} ({made.language}) is kept.")


@templates.command("remove")
def remove_template(
    seller: Seller,
    name: Annotated[str, typer.Argument(help="Name of the template.")],
    language: Annotated[str, typer.Option(help="ru, en or zh.")] = "ru",
    as_json: Json = False,
) -> None:
    """Forget words of one's own."""
    enter()
    from torgpred.orders.services import answering

    gone = answering.remove_template(seller_id=tenant_of(seller).id, name=name, language=language)
    if as_json:
        _print_json({"removed": gone})
        return
    console.print(f"{name} is gone." if gone else f"There is no own template {name} ({language}).")
