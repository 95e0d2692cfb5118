"""Sending what is due: one message a member and channel, of all that waits for it.

Notices are marked as being tried and committed before anybody is called. What surely did not
arrive is tried again after a growing pause; of a call whose outcome is not known nobody tries
again, so that nothing is told twice. A process that dies between leaves them marked as tried.
"""

import hmac
import json
import time
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import override

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import MemberCard
from torgpred.kernel import days
from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError, RefusedError
from torgpred.notices.core import kinds
from torgpred.notices.core.kinds import Channel
from torgpred.notices.models import Notice, State, Wish
from torgpred.notices.services import post
from torgpred.notices.services.wishes import context_of, wish_of
from torgpred.runtime.observability import logger
from torgpred.runtime.options import options
from torgpred.runtime.scope import operator_scope, scope
from torgpred.runtime.secrets import unseal
from torgpred.runtime.transport import Call, Outlet

MOST: Final = 200
ATTEMPTS: Final = 8
PAUSE: Final = timedelta(minutes=1)
LANGUAGES: Final = {"zh": "zh-hans", "ru": "ru", "en": "en"}
_log = logger(__name__)


def send_next() -> bool:
    """Send one member what is due by one channel; True where more may be left."""
    claimed = _claim(now())
    if not claimed:
        return False
    member = _member(claimed[0])
    if member is None or member.ended_at is not None:
        _failed(claimed, RefusedError(reason="no longer a member"))
        return True
    try:
        _deliver(member, claimed[0].channel, [_said(one, member) for one in claimed], claimed[0].pk)
    except OutboundError as error:
        _failed(claimed, error)
    except Exception as error:
        # Nothing says that it went, so it is not tried again; what happened stays with it.
        problem = f"{type(error).__name__}: {error}"[:500]
        _record(claimed, state=State.FAILED.value, done_at=now(), problem=problem)
        raise
    else:
        _record(claimed, state=State.SENT.value, done_at=now(), problem="")
    return True


def trial(member: MemberCard) -> list[str]:
    """Send a member a trial by each of its channels at once; return the channels.

    Raises OutboundError's families.
    """
    wish = wish_of(member)
    ways = [*([Channel.MAIL] if wish.mail else []), *([Channel.WEBHOOK] if wish.webhook else [])]
    tenant = accounts.tenant_by_id(member.tenant_id)
    with override(language_of(member)):
        said = _(kinds.TRIAL).format(tenant=tenant.name)
    for way in ways:
        _deliver(member, way.value, [said], int(time.time()))
    return [way.value for way in ways]


def _claim(at: datetime) -> list[Notice]:
    with operator_scope():
        waiting = Notice.objects.filter(state=State.WAITING, due_at__lte=at)
        first = waiting.select_for_update(skip_locked=True).order_by("due_at", "id").first()
        if first is None:
            return []
        same = waiting.filter(member_id=first.member_id, channel=first.channel)
        found = list(same.select_for_update(skip_locked=True).order_by("id")[:MOST])
        ids = [one.pk for one in found]
        Notice.objects.filter(pk__in=ids).update(state=State.TRYING)
        return found


def _member(notice: Notice) -> MemberCard | None:
    found = accounts.members(notice.tenant_id)
    return next((one for one in found if one.id == notice.member_id), None)


def language_of(member: MemberCard) -> str:
    """Return the code of a member's language."""
    return LANGUAGES.get(member.language[:2], "en")


def _said(notice: Notice, member: MemberCard) -> str:
    language = language_of(member)
    locale = days.locale_of(language)
    data = {
        name: format_decimal(value, locale=locale) if isinstance(value, int) else value
        for name, value in notice.data.items()
    }
    if "at" in data:
        here = datetime.fromisoformat(data["at"]).astimezone(ZoneInfo(wish_of(member).zone))
        data["at"] = days.moment(here, locale)
    if "day" in data:
        data["day"] = days.day(date.fromisoformat(data["day"]), locale)
    with override(language):
        return _(kinds.sentence(notice.kind, data)).format(**data)


def _deliver(member: MemberCard, channel: str, said: list[str], number: int) -> None:
    tenant = accounts.tenant_by_id(member.tenant_id)
    if channel == Channel.WEBHOOK:
        _post(member, said, number)
        return
    with override(language_of(member)):
        subject = _(kinds.SUBJECT).format(count=len(said), tenant=tenant.name)
        lines = [_(kinds.GREETING).format(tenant=tenant.name), ""]
        lines += [*(f"- {one}" for one in said), "", *_desk(), _(kinds.FOOTER)]
    post.send(member.email, subject, "\n".join(lines))


def _desk() -> list[str]:
    """Return the line that leads to the desk, where the installation knows its own address."""
    base = options().public_url.rstrip("/")
    return [_(kinds.DESK).format(address=f"{base}/")] if base else []


def _post(member: MemberCard, said: list[str], number: int) -> None:
    """Post notices to a member's webhook, signed; an answer of 2xx is a receipt."""
    with scope(member.tenant_id):
        wish = Wish.objects.filter(member_id=member.id).exclude(webhook="").first()
    if wish is None:
        raise RefusedError(reason="the webhook was taken away")
    parts = urlsplit(wish.webhook)
    body = json.dumps({"id": number, "notices": said}, ensure_ascii=False).encode()
    stamp = str(int(time.time()))
    secret = unseal(wish.sealed, context_of(member.id))
    call = Call(
        operation="notices.webhook",
        method="POST",
        path=parts.path or "/",
        headers={
            "Content-Type": "application/json",
            "Torgpred-Notice": str(number),
            "Torgpred-Signature": f"t={stamp},v1={signature(secret, stamp, body)}",
        },
        body=body,
        repeatable=False,
    )
    base = f"{parts.scheme}://{parts.netloc}"
    answer = Outlet(tenant_id=member.tenant_id, base_address=base, seconds=20.0).send(call)
    if not 200 <= answer.status < 300:
        raise RefusedError(reason=f"the webhook answered {answer.status}")


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Return the HMAC-SHA256, in hexadecimal, of "<stamp>.<body>"."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, sha256).hexdigest()


def _failed(claimed: list[Notice], error: OutboundError) -> None:
    attempts = max(one.attempts for one in claimed) + 1
    unclear = bool(error.data.get("unclear"))
    again = not isinstance(error, RefusedError) and not unclear and attempts < ATTEMPTS
    _log.warning("notices not sent", channel=claimed[0].channel, reason=str(error), again=again)
    pause = PAUSE * 2 ** (attempts - 1)
    _record(
        claimed,
        state=(State.WAITING if again else State.FAILED).value,
        attempts=attempts,
        due_at=now() + pause if again else claimed[0].due_at,
        done_at=None if again else now(),
        problem=str(error)[:500],
    )


def _record(claimed: list[Notice], **outcome: object) -> None:
    with operator_scope():
        Notice.objects.filter(pk__in=[one.pk for one in claimed]).update(**outcome)
