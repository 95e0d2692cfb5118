"""A program that asks the API with a token."""

import json
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client

from torgpred.accounts.core.tokens import SCOPES
from torgpred.accounts.services import make_token

ROOT = "/api/v1"
ALL = list(SCOPES)


def make_secret(tenant: int, *scopes: str, **overrides: Any) -> str:  # noqa: ANN401
    """Make a token of a tenant, with all scopes where none is named, and return its secret."""
    given: dict[str, Any] = {"name": "test", "days": 30, "made_by": "test"}
    _, secret = make_token(tenant_id=tenant, scopes=list(scopes) or ALL, **(given | overrides))
    return secret


class Program:
    """Asks with one token; writes carry a new key unless one is given."""

    def __init__(self, secret: str = "") -> None:
        self.secret = secret
        self.client = Client(raise_request_exception=False)

    def get(self, path: str, **headers: str) -> HttpResponse:
        answer = self.client.get(ROOT + path, headers=self._headers(headers))
        assert isinstance(answer, HttpResponse)
        return answer

    def post(self, path: str, body: object = None, *, key: str = "", **headers: str) -> Any:  # noqa: ANN401
        return self.client.post(
            ROOT + path,
            json.dumps(body if body is not None else {}),
            content_type="application/json",
            headers=self._headers({"Idempotency-Key": key or str(uuid4()), **headers}),
        )

    def send(self, path: str, files: dict[str, Any], *, key: str = "") -> Any:  # noqa: ANN401
        """Post a form with files."""
        headers = self._headers({"Idempotency-Key": key or str(uuid4())})
        return self.client.post(ROOT + path, files, headers=headers)

    def _headers(self, given: dict[str, str]) -> dict[str, str]:
        own = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        return {**own, **{name.replace("_", "-"): value for name, value in given.items()}}


def told(answer: Any) -> Any:  # noqa: ANN401
    """Return an answer's JSON."""
    return json.loads(answer.content)
