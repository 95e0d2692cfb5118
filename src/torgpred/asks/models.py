"""Tables of asks: what is asked of marketplaces, on which figures, with which promises and clocks.

Everything is the operator's but joinings, which are the joined seller's: a seller reads its own
part of a complaint there and nothing else. Figures are only added: triggers refuse changes.
"""

from typing import ClassVar

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from torgpred.asks.core.sealing import SALT, SEAL
from torgpred.asks.core.states import AskState, ClockState, JoiningState, Kind, Side
from torgpred.asks.core.withholding import LEAST, MOST_SHARE

DIGEST = 32
_OWN_CONSENT = """
    IF current_setting('torgpred.tenant', true) IS DISTINCT FROM NEW.seller_id::text THEN
        IF NEW.state IN ('joined', 'declined', 'left')
           AND (TG_OP = 'INSERT' OR NEW.state IS DISTINCT FROM OLD.state) THEN
            RAISE EXCEPTION 'consent is given in the scope of the seller itself';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        RAISE EXCEPTION 'a seller does not ask itself to join';
    END IF;
    IF (to_jsonb(NEW) - ARRAY['state', 'member_id', 'decided_by', 'decided_at'])
       <> (to_jsonb(OLD) - ARRAY['state', 'member_id', 'decided_by', 'decided_at']) THEN
        RAISE EXCEPTION 'a seller decides, and changes nothing else of a case';
    END IF;
    IF NEW.state = 'joined' AND NOT EXISTS (
        SELECT FROM accounts_member WHERE id = NEW.member_id AND tenant_id = NEW.seller_id
        AND ended_at IS NULL AND role <> 'reader') THEN
        RAISE EXCEPTION 'consent is given by a member of the seller';
    END IF;
    RETURN NEW;
"""


def _choices(of: type[AskState | Kind | Side | ClockState | JoiningState]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in of]


@pghistory.track()
class Ask(models.Model):
    """A request to a marketplace. People name it by its code."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=8, unique=True)
    family = models.CharField(max_length=40)
    """The marketplace asked; a connector for it need not be there."""
    kind = models.CharField(max_length=9, choices=_choices(Kind))
    title = models.CharField(max_length=200)
    texts = models.JSONField(default=dict)
    """What is asked and why, by language."""
    asked_by = models.CharField(max_length=200)
    """In whose name: the operator's own, or as it is told to the marketplace."""
    campaign = models.CharField(max_length=40, blank=True)
    """Code of the campaign it is for; empty where it is for none."""
    effect = models.JSONField(null=True)
    """Of a complaint: the query and parameters by which each seller's effect is told."""
    state = models.CharField(max_length=9, choices=_choices(AskState), default=AskState.DRAFT.value)
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    figures = models.PositiveIntegerField(default=0)
    """How many figures there are: one taken out at the end of the chain would not break it."""
    head = models.BinaryField(max_length=SEAL, default=bytes)
    """The last figure's seal; empty where there is none."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in Kind]), name="ask_kind"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in AskState]), name="ask_state"
            ),
        ]


class Move(models.Model):
    """An ask went from one state to another."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="moves")
    before = models.CharField(max_length=9)
    after = models.CharField(max_length=9)
    note = models.TextField(blank=True)
    by = models.CharField(max_length=254)
    at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class _Sealed(models.Model):
    """A number with all that it was made of, and the seal over it (asks.core.sealing)."""

    query = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    sql = models.TextField()
    params = models.JSONField()
    as_of = models.DateTimeField()
    rows = models.PositiveIntegerField()
    rows_digest = models.BinaryField(max_length=DIGEST)
    value = models.JSONField()
    """asks.core.adding.Value; amounts as text."""
    cells = models.JSONField()
    """Its sums by group and seller: what is shown outside is decided by them."""
    salt = models.BinaryField(max_length=SALT)
    previous = models.BinaryField(max_length=SEAL, default=bytes)
    seal = models.BinaryField(max_length=SEAL)

    class Meta:
        abstract = True


class Figure(_Sealed):
    """A number an ask rests on; the chain of an ask's figures goes by their numbers."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    says = models.CharField(max_length=300, blank=True)
    """What it is meant to show, in the manager's words."""
    made_by = models.CharField(max_length=254)
    struck_by = models.CharField(max_length=254, blank=True)
    struck_at = models.DateTimeField(null=True)
    """No longer part of the evidence; it stays in the chain."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ask", "number"], name="one_figure_number")
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="unchanged", exclude=["struck_by", "struck_at"]),
        ]


class Joining(_Sealed):
    """One seller's part of a complaint: what it was asked, its own effect, what it said.

    What it was told of the case stands here, since it does not see the ask.
    """

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="+")
    ask_code = models.CharField(max_length=8)
    family = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    texts = models.JSONField()
    state = models.CharField(
        max_length=8, choices=_choices(JoiningState), default=JoiningState.ASKED.value
    )
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    member = models.ForeignKey(
        "accounts.Member", on_delete=models.PROTECT, null=True, related_name="+"
    )
    """Who decided for the seller: a member of its own."""
    decided_by = models.CharField(max_length=254, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "ask"], name="one_joining"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in JoiningState]), name="joining_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="joined") | Q(member__isnull=False), name="joined_by_a_member"
            ),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="own_consent",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_OWN_CONSENT,
            ),
        ]


@pghistory.track()
class Promise(models.Model):
    """What one side said it would do."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(max_length=6, choices=_choices(Side))
    who = models.CharField(max_length=200)
    what = models.CharField(max_length=1000)
    due = models.DateField(null=True)
    kept = models.BooleanField(null=True)
    """Null: not known yet."""
    said_by = models.CharField(max_length=254)
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(side__in=[one.value for one in Side]), name="promise_side"
            )
        ]


@pghistory.track()
class Clock(models.Model):
    """A deadline that runs from an event; where it comes from stands with it."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="+")
    rule = models.CharField(max_length=40, blank=True)
    """Code in asks.core.clocks; empty: one of the operator's own."""
    title = models.CharField(max_length=200)
    event = models.CharField(max_length=200)
    started = models.DateField()
    days = models.PositiveSmallIntegerField()
    due = models.DateField()
    source = models.CharField(max_length=300)
    remind_days = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=7, choices=_choices(ClockState), default=ClockState.RUNNING.value
    )
    said_by = models.CharField(max_length=254)
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in ClockState]), name="clock_state"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["due"], condition=Q(state="running"), name="running_clocks")
        ]


class Answer(models.Model):
    """What the marketplace answered, with the paper it came on."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    who = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    file = models.CharField(max_length=64, blank=True)
    """Reference into runtime.files: the SHA-256 of what it holds."""
    file_name = models.CharField(max_length=255, blank=True)
    entered_by = models.CharField(max_length=254)
    entered_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class Delivery(models.Model):
    """What was delivered in the end, and the figure that tells what it was worth."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    ask = models.ForeignKey(Ask, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    what = models.CharField(max_length=1000)
    figure = models.ForeignKey(Figure, on_delete=models.PROTECT, null=True, related_name="+")
    entered_by = models.CharField(max_length=254)
    entered_at = models.DateTimeField()

    class Meta:
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


@pghistory.track()
class SmallGroups(models.Model):
    """The operator's rule on small groups; the default where there is no row."""

    tenant = models.OneToOneField("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    least = models.PositiveSmallIntegerField(default=LEAST)
    most_share = models.PositiveSmallIntegerField(default=MOST_SHARE)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(least__gte=1, most_share__gte=1, most_share__lte=100),
                name="small_groups_fit",
            )
        ]
