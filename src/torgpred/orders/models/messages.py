"""Tables of buyers' messages: dialogues, what was said in them, how far shops were read."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Dialogue(models.Model):
    """A buyer's conversation with a shop about one order, or about none that is known."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """The order's seller; the shop's owner where there is no order, or one of several sellers."""
    shop = models.ForeignKey(
        "channels.Shop", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    buyer = models.TextField()
    """The marketplace's id of the conversation; replaced when it is erased. Never logged."""
    order_number = models.CharField(max_length=64, blank=True)
    """The marketplace's number of the order, which may not be read yet; empty where none."""
    order = models.ForeignKey(
        "orders.Order", on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False
    )
    last_at = models.DateTimeField()
    answered_until = models.DateTimeField(null=True)
    """The buyer's messages up to here were answered, by the marketplace's time."""
    waiting_since = models.DateTimeField(null=True)
    """Time of the oldest message that waits for an answer; null where none does."""
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "buyer", "order_number"], name="one_dialogue")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "waiting_since"],
                condition=Q(waiting_since__isnull=False),
                name="dialogues_waiting",
            ),
            models.Index(
                fields=["tenant", "waiting_since", "-last_at", "id"], name="dialogues_as_listed"
            ),
            models.Index(
                fields=["shop"],
                condition=Q(order=None) & ~Q(order_number=""),
                name="dialogues_without_order",
            ),
            models.Index(fields=["last_at"], condition=Q(erased_at=None), name="dialogues_by_time"),
        ]


class MessageState(models.TextChoices):
    """Whether a message stands at the marketplace."""

    THERE = "there"
    WANTED = "wanted"  # written down, to be sent
    TRYING = "trying"  # a call left; to be looked for before another one leaves
    REFUSED = "refused"


class Message(models.Model):
    """One message of a dialogue: told by the marketplace, or written here for the buyer."""

    tenant = models.ForeignKey(
        "accounts.Tenant", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    """The dialogue's."""
    dialogue = models.ForeignKey(Dialogue, on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey(
        "channels.Shop", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    remote_id = models.TextField(null=True)  # noqa: DJ001 - unique where there is one
    at = models.DateTimeField()
    from_buyer = models.BooleanField()
    text = models.TextField(blank=True)
    """As it came, bounded; untrusted. Empty where it was erased. Never logged."""
    read = models.BooleanField(default=False)
    state = models.CharField(max_length=7, choices=MessageState, default=MessageState.THERE)
    written_by = models.CharField(max_length=254, blank=True)
    """Who wrote it here; empty for a buyer's, and for one that was written in the cabinet."""
    seen_until = models.DateTimeField(null=True)
    """Of one written here: the buyer's last message that its writer could see."""
    not_before = models.DateTimeField(null=True)
    """Of a wanted one: when it may be sent. Of one that is tried: from when on a reading that
    begins and does not meet it proves that it was not sent."""
    trouble = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "remote_id"], name="one_message"),
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values), name="message_state"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["shop", "id"],
                condition=Q(state__in=["wanted", "trying"]),
                name="messages_to_send",
            ),
            models.Index(fields=["at"], condition=~Q(text=""), name="texts_by_time"),
        ]


class MessagePull(models.Model):
    """How far a shop's messages were read."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """Owner of the shop."""
    shop = models.OneToOneField("channels.Shop", on_delete=models.PROTECT, related_name="+")
    after = models.TextField(blank=True)
    """The last message that is in, by the marketplace's id."""
    pulled_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)


class AnswerTemplate(models.Model):
    """A seller's own words for an answer, in one language; goes before the built-in ones."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    text = models.TextField()
    changed_by = models.CharField(max_length=254)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "name", "language"], name="one_template_text")
        ]
