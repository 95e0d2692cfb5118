"""Answers: written down for a buyer, marked as read, dialogues given to a seller.

What is written here waits in the database until an exchange sends it (`exchanging`).
"""

from collections.abc import Mapping

from django.db.models import Max

from torgpred.accounts import selectors as accounts
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.orders import models
from torgpred.orders.core import templates
from torgpred.orders.core.messages import LONGEST, plain, same_text
from torgpred.orders.core.templates import LANGUAGES, Template
from torgpred.orders.models import MessageState
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope, scope

_NAME_LONGEST = 40
_WAITING = (MessageState.WANTED, MessageState.TRYING)


class UnknownDialogueError(TorgpredError):
    """The tenant has no such dialogue."""

    code = "messages.unknown_dialogue"
    template = "Dialogue {given} is not known, or another's. See: torgpred messages list"


class BadAnswerError(TorgpredError):
    """The text cannot be sent."""

    code = "messages.bad_answer"
    template = "The answer cannot be sent: {reason}"


class NotToGiveError(TorgpredError):
    """The dialogue cannot be given to this seller."""

    code = "messages.not_to_give"
    template = "Dialogue {given} cannot be given to {whose}: {reason}."


class BadTemplateNameError(TorgpredError):
    """A template cannot be called or spoken so."""

    code = "messages.bad_template_name"
    template = "A template cannot be kept as {given!r}: {reason}."


def write_down(*, tenant_id: int, dialogue_id: int, text: str, actor: str) -> int:
    """Write an answer down for the buyer of a dialogue; return the message's id.

    It is sent by the next exchange of the shop. The same text that still waits in this dialogue is
    not written twice. Raises UnknownDialogueError, BadAnswerError.
    """
    text = plain(text).strip()
    if not text:
        raise BadAnswerError(reason="it is empty.")
    if len(text) > LONGEST:
        raise BadAnswerError(reason=f"it has {len(text)} characters; {LONGEST} are allowed.")
    with scope(tenant_id):
        dialogue = _dialogue(tenant_id, dialogue_id)
        if dialogue.erased_at is not None:
            raise BadAnswerError(reason="the buyer was erased, nobody knows whom to write to.")
        if not dialogue.buyer:
            raise BadAnswerError(reason="the marketplace did not say to whom.")
        mine = models.Message.objects.filter(dialogue_id=dialogue.pk)
        for waiting in mine.filter(state__in=_WAITING):
            if same_text(waiting.text, text):
                return int(waiting.pk)
        seen = mine.filter(from_buyer=True).aggregate(last=Max("at"))["last"]
        made = models.Message.objects.create(
            tenant_id=dialogue.tenant_id,
            dialogue_id=dialogue.pk,
            shop_id=dialogue.shop_id,
            at=now(),
            from_buyer=False,
            text=text,
            state=MessageState.WANTED,
            written_by=actor,
            seen_until=seen,
        )
        wake("messages.written")
        return int(made.pk)


def mark_read(*, tenant_id: int, dialogue_id: int) -> int:
    """Mark a buyer's messages as read, at the marketplace too; return how many were not.

    May be repeated. Raises UnknownDialogueError and what the connector raises.
    """
    with scope(tenant_id):
        dialogue = _dialogue(tenant_id, dialogue_id)
        theirs = models.Message.objects.filter(dialogue_id=dialogue.pk, from_buyer=True)
        last = theirs.filter(read=False).aggregate(last=Max("at"))["last"]
    if last is None or dialogue.erased_at is not None:
        return 0
    channel_services.open(dialogue.shop_id).mark_read(dialogue.buyer, last)
    with scope(tenant_id):
        return models.Message.objects.filter(
            dialogue_id=dialogue.pk, from_buyer=True, read=False, at__lte=last
        ).update(read=True)


def give(*, dialogue_id: int, seller_id: int) -> None:
    """Give a dialogue of a joint shop to one of its sellers, who alone reads and answers it then.

    Where its order is known, the seller must have a part in it. Raises UnknownDialogueError,
    NotToGiveError.
    """
    whose = accounts.tenant_by_id(seller_id).code
    with operator_scope():
        dialogue = models.Dialogue.objects.select_for_update().filter(pk=dialogue_id).first()
        if dialogue is None:
            raise UnknownDialogueError(given=dialogue_id)
        card = channels.shop(dialogue.shop_id)
        if not card.joint or seller_id not in channels.admitted(card.id):
            raise NotToGiveError(
                given=dialogue_id, whose=whose, reason="it does not sell in that joint shop"
            )
        if not _has_part(dialogue.order_id, seller_id):
            raise NotToGiveError(
                given=dialogue_id, whose=whose, reason="it has no part in that order"
            )
        dialogue.tenant_id = seller_id
        dialogue.save(update_fields=["tenant_id"])
        models.Message.objects.filter(dialogue_id=dialogue.pk).update(tenant_id=seller_id)


def set_template(*, seller_id: int, name: str, language: str, text: str, actor: str) -> Template:
    """Keep a seller's own words for an answer in one language.

    Raises BadTemplateNameError, BadTemplateError, UnknownPlaceholderError.
    """
    name = name.strip().casefold()
    if not name or len(name) > _NAME_LONGEST or not name.isprintable():
        raise BadTemplateNameError(given=name, reason=f"a name has 1 to {_NAME_LONGEST} characters")
    if language not in LANGUAGES:
        raise BadTemplateNameError(
            given=name, reason=f"the language is one of {', '.join(LANGUAGES)}, not {language}"
        )
    made = Template(name, language, templates.checked(plain(text)))
    with scope(seller_id):
        models.AnswerTemplate.objects.update_or_create(
            seller_id=seller_id,
            name=name,
            language=language,
            defaults={"text": made.text, "changed_by": actor},
        )
    return made


def remove_template(*, seller_id: int, name: str, language: str) -> bool:
    """Forget a seller's own words; a built-in template of that name holds again then."""
    with scope(seller_id):
        gone, _ = models.AnswerTemplate.objects.filter(
            seller_id=seller_id, name=name.strip().casefold(), language=language
        ).delete()
    return bool(gone)


def worded(
    found: Mapping[tuple[str, str], Template], name: str, language: str, values: Mapping[str, str]
) -> str:
    """Return the text of a template by name, filled with an order's values.

    Raises UnknownTemplateError, NothingToFillInError.
    """
    return templates.filled(templates.chosen(found, name.strip().casefold(), language), values)


def _has_part(order_id: int | None, seller_id: int) -> bool:
    """Tell whether a seller has a part in an order; anybody has where there is no order."""
    if order_id is None:
        return True
    return models.Consignment.objects.filter(order_id=order_id, seller_id=seller_id).exists()


def _dialogue(tenant_id: int, dialogue_id: int) -> models.Dialogue:
    """Return a tenant's dialogue, locked: one who writes is not overtaken by one who erases."""
    found = (
        models.Dialogue.objects.select_for_update()
        .filter(tenant_id=tenant_id, pk=dialogue_id)
        .first()
    )
    if found is None:
        raise UnknownDialogueError(given=dialogue_id)
    return found
