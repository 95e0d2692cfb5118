"""Writes: done once per Idempotency-Key, by a named actor, on the seller's record."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from pydantic import BaseModel

from torgpred.accounts import services as accounts
from torgpred.accounts.services.writes import Answer, Asked, answer_once
from torgpred.api.entering import Entered
from torgpred.api.problems import NoKeyError

KEY: Final = "Idempotency-Key"
_LONGEST: Final = 200

View = Callable[..., BaseModel]


def once(view: View, *, status: int, whole: bool) -> Callable[..., HttpResponse]:
    """Return a view whose work is done once per key, and whose answer is kept for a day.

    `whole`: the work is one transaction and the answer is kept in it.
    """

    @wraps(view)
    def answered(request: Entered, *args: object, **kwargs: object) -> HttpResponse:
        caller = request.caller
        key = request.headers.get(KEY, "").strip()
        if not 1 <= len(key) <= _LONGEST or not (key.isascii() and key.isprintable()):
            raise NoKeyError

        def do() -> Answer:
            with accounts.acting(caller.actor):
                made = view(request, *args, **kwargs)
            _on_record(request, view.__name__)
            return Answer(status, made.model_dump_json().encode())

        asked = Asked(caller.tenant.id, caller.token.id, key, digest_of(request))
        answer = answer_once(asked, do, whole=whole)
        response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
        if answer.again:
            response["Idempotency-Replayed"] = "true"
        return response

    return answered


def digest_of(request: Entered) -> bytes:
    """Return the SHA-256 of what a request asks: method, address, and body, files by content."""
    found = sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        found.update(request.body)
        return found.digest()
    for name, values in sorted(request.POST.lists()):
        found.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists(), key=lambda pair: pair[0]):
        for file in files:
            found.update(repr((name, file.name, file.size)).encode())
            _digest_file(file, found.update)
    return found.digest()


def _digest_file(file: "UploadedFile[Any]", update: Callable[[bytes], None]) -> None:
    for chunk in file.chunks():
        update(chunk)
    file.seek(0)


def _on_record(request: Entered, operation: str) -> None:
    """Write down that the token did something at the seller."""
    caller, match = request.caller, request.resolver_match
    named = [str(one) for name, one in (match.kwargs if match else {}).items() if name != "seller"]
    accounts.record_deed(
        tenant_id=caller.seller.id,
        email=caller.signed,
        on_behalf=caller.on_behalf,
        what=f"api.{operation}",
        about=" ".join([operation.replace("_", " "), *named]),
    )
