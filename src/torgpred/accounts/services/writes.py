"""Writes that programs ask for: each done once per key, its answer given again for a day.

A write that is under way is an advisory lock of its session, so nothing has to expire when its
process dies. What then stands in the row is the key and the request without an answer: the same
request may be sent again. Where the work is one transaction (`whole`), the answer is written in it:
either both are there or neither is. Other work promises itself that repeating it is safe.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Final, NamedTuple

import django.db
from django.db import connection, transaction

from torgpred.accounts.core.tokens import KeyReusedError, WriteUnderWayError
from torgpred.accounts.models import Write
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope, scope

KEPT: Final = timedelta(hours=24)
_AT_ONCE: Final = 1_000


class Answer(NamedTuple):
    """An answer as it goes out. `again` where it was given before."""

    status: int
    body: bytes
    again: bool = False


class Asked(NamedTuple):
    """A write as it was asked for: whose token, its key, and the SHA-256 of the request."""

    tenant_id: int
    token_id: int
    key: str
    digest: bytes


def answer_once(asked: Asked, do: Callable[[], Answer], *, whole: bool) -> Answer:
    """Carry a write out, or give the answer that it had within the last 24 hours.

    `whole`: do it and keep its answer in one transaction. An error that `do` raises is no answer:
    the same request may try again with the same key. Raises KeyReusedError where the key came with
    another request, WriteUnderWayError while the same one is being done, and what `do` raises.
    """
    with _alone(asked) as alone:
        kept = _kept(asked)
        if bytes(kept.digest) != asked.digest:
            raise KeyReusedError(key=asked.key)
        if kept.status is not None:
            return Answer(kept.status, bytes(kept.body), again=True)
        if not alone:
            raise WriteUnderWayError
        if whole:
            with transaction.atomic():
                answer = do()
                _keep(asked, answer)
        else:
            answer = do()
            _keep(asked, answer)
    return answer


@contextmanager
def _alone(asked: Asked) -> Iterator[bool]:
    """Hold the write's lock, if nobody else does; tell whether it is held."""
    name = f"accounts.write.{asked.token_id}.{asked.key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            # A connection that was lost gave it up already.
            with suppress(django.db.Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def _kept(asked: Asked) -> Write:
    """Return the row of a write, made for it where the key is new or its day is over."""
    moment = now()
    with scope(asked.tenant_id):
        Write.objects.filter(token_id=asked.token_id, key=asked.key, at__lt=moment - KEPT).delete()
        fresh = Write(
            tenant_id=asked.tenant_id,
            token_id=asked.token_id,
            key=asked.key,
            digest=asked.digest,
            at=moment,
        )
        Write.objects.bulk_create([fresh], ignore_conflicts=True)
        return Write.objects.get(token_id=asked.token_id, key=asked.key)


def _keep(asked: Asked, answer: Answer) -> None:
    with scope(asked.tenant_id):
        rows = Write.objects.filter(token_id=asked.token_id, key=asked.key)
        rows.update(status=answer.status, body=answer.body)


def forget_old_writes() -> bool:
    """Delete some writes whose day is over; True where more are."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM accounts_write WHERE id IN (SELECT id FROM accounts_write"
            " WHERE at < %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED)",
            [now() - KEPT, _AT_ONCE],
        )
        return bool(cursor.rowcount == _AT_ONCE)
