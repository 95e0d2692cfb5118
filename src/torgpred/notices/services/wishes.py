"""How a member wants to be told: kinds, hours, the clock, a webhook with its secret."""

import secrets as random_source
from collections.abc import Iterable
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.errors import UnfitEntryError
from torgpred.accounts.core.values import MemberCard
from torgpred.notices.core.kinds import Kind
from torgpred.notices.models import Wish
from torgpred.runtime.addresses import check_address
from torgpred.runtime.scope import operator_scope, scope
from torgpred.runtime.secrets import Reseal, seal

ZONES: Final = {"RU": "Europe/Moscow", "CN": "Asia/Shanghai"}
QUIET: Final = (22, 7)
MORNING: Final = 8


def wish_of(member: MemberCard) -> Wish:
    """Return a member's wish; the usual one, not stored, where it never said any."""
    with scope(member.tenant_id):
        found = Wish.objects.filter(member_id=member.id).first()
    country = accounts.tenant_by_id(member.tenant_id).country
    return found or Wish(
        tenant_id=member.tenant_id,
        member_id=member.id,
        zone=ZONES.get(country, "UTC"),
        quiet_from=QUIET[0],
        quiet_until=QUIET[1],
        digest_hour=MORNING,
    )


def wish(
    *,
    member: MemberCard,
    wanted: Iterable[str],
    mail: bool,
    zone: str,
    quiet: tuple[int, int],
    digest_hour: int,
    webhook: str,
) -> str:
    """Keep how a member wants to be told; return a new webhook's secret, else nothing.

    The secret is shown this once and kept sealed. Raises UnfitEntryError, NeedsPersonError (a
    webhook's address that calls may not go to).
    """
    if zone not in available_timezones():
        raise UnfitEntryError(what="time zone", value=zone[:40], why="choose one of the list")
    if not all(0 <= one < 24 for one in (*quiet, digest_hour)):
        raise UnfitEntryError(what="hour", value=str(quiet), why="give 0 to 23")
    address = _checked(webhook)
    row = wish_of(member)
    row.off = sorted({one.value for one in Kind} - set(wanted))
    row.mail, row.zone = mail, ZoneInfo(zone).key
    (row.quiet_from, row.quiet_until), row.digest_hour = quiet, digest_hour
    secret = ""
    if address != row.webhook:
        secret = random_source.token_urlsafe(32) if address else ""
        row.sealed = seal(secret, context_of(member.id)) if secret else ""
        row.webhook = address
    with scope(member.tenant_id):
        row.save()
    return secret


def context_of(member_id: int) -> str:
    """Return what a member's webhook secret is sealed for."""
    return f"notices webhook {member_id}"


def reseal_webhooks(reseal: Reseal) -> int:
    """Seal every webhook's secret with the newest key; return how many. For `secrets.rotate`."""
    with operator_scope():
        found = list(Wish.objects.select_for_update().exclude(sealed="").order_by("id"))
        for one in found:
            one.sealed = reseal(one.sealed, context_of(one.member_id))
        Wish.objects.bulk_update(found, ["sealed"], batch_size=500)
    return len(found)


def _checked(webhook: str) -> str:
    address = webhook.strip()
    if not address:
        return ""
    if len(address) > 500:
        raise UnfitEntryError(what="webhook", value=address[:40], why="it is too long")
    return check_address(address)
