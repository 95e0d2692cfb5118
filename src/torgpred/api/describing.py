"""The description of the API: OpenAPI as a file, and the same as a page to read."""

import json
from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from torgpred.accounts.core.tokens import SCOPES
from torgpred.api.answering import answered
from torgpred.api.application import api
from torgpred.api.problems import MEDIA_TYPE

PREFIX: Final = "api/v1"
_METHODS: Final = ("get", "post")
_SAID: Final = {
    "400": "The request cannot be read, or lacks its key.",
    "401": "The token is not known, was revoked or has expired.",
    "403": "The token lacks the scope.",
    "404": "There is nothing here that the token may know of.",
    "409": "The state of things is in the way, or the key is in use.",
    "413": "The body is too large.",
    "422": "Fields do not fit.",
    "429": "Too many requests; `Retry-After` tells the seconds.",
    "503": "Something that is needed does not answer now.",
}


@cache
def described() -> dict[str, Any]:
    """Return the description of the API as OpenAPI 3.1."""
    text = json.dumps(api.get_openapi_schema(path_prefix=PREFIX), ensure_ascii=False)
    # Classes end so that they are not taken for the areas' values; programs need not know.
    found: dict[str, Any] = json.loads(text.replace('Shape"', '"'))
    for operations in found["paths"].values():
        for one in operations.values():
            _tell_problems(one)
            scope = one.pop("x-scope", "")
            one["security"] = [{"Bearer": [scope] if scope else []}]
    found["components"]["securitySchemes"] = {
        "Bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token, made on the page API tokens or by `torgpred token add`."
            " Scopes: " + "; ".join(f"`{name}`: {what}" for name, what in SCOPES.items()),
        }
    }
    return found


def _tell_problems(operation: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if int(status) < 400:
            answer["headers"] = _headers(operation)
            continue
        answer["description"] = _SAID[status]
        answer["content"] = {MEDIA_TYPE: answer["content"]["application/json"]}
        if status in {"429", "503"}:
            answer["headers"] = {
                "Retry-After": {"schema": {"type": "string"}, "description": "Seconds."}
            }


def _headers(operation: dict[str, Any]) -> dict[str, Any]:
    if "requestBody" in operation or any(
        one["in"] == "header" for one in operation.get("parameters", ())
    ):
        return {
            "Idempotency-Replayed": {
                "schema": {"type": "string", "enum": ["true"]},
                "description": "Given where the answer was given before.",
            }
        }
    return {
        "ETag": {
            "schema": {"type": "string"},
            "description": "Give it back as If-None-Match: 304 where nothing changed.",
        }
    }


def _openapi(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        json.dumps(described(), ensure_ascii=False), content_type="application/json"
    )


openapi = require_safe(answered(_openapi))


@require_safe
def reference(request: HttpRequest) -> HttpResponse:
    """Show the description as a page, without any script."""
    found = described()
    given = {
        "about": [_pieces(one) for one in found["info"]["description"].split("\n\n")],
        "scopes": SCOPES.items(),
        "sections": _sections(found),
        "shapes": [
            {"name": name, "about": one.get("description", ""), "fields": _fields(one)}
            for name, one in sorted(found["components"]["schemas"].items())
        ],
    }
    return render(request, "api/reference.html", given)


def _sections(found: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    sections: dict[str, list[dict[str, Any]]] = {}
    for path, operations in found["paths"].items():
        for method in _METHODS:
            if method not in operations:
                continue
            one = operations[method]
            sections.setdefault(one["tags"][0], []).append(
                {
                    "id": one["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "summary": one["summary"],
                    "about": _pieces(one["description"]),
                    "parameters": [_parameter(each) for each in one.get("parameters", ())],
                    "body": _body(one),
                    "answers": _answers(one),
                }
            )
    return sections


def _pieces(text: str) -> list[dict[str, Any]]:
    """Return a text in pieces, those between backticks marked as code."""
    return [{"text": piece, "code": place % 2 == 1} for place, piece in enumerate(text.split("`"))]


def _parameter(one: dict[str, Any]) -> dict[str, str]:
    return {
        "name": one["name"],
        "place": one["in"],
        "about": one.get("description", ""),
        "type": _type(one["schema"]),
        "needed": "required" if one.get("required") else "",
    }


def _body(one: dict[str, Any]) -> dict[str, Any] | None:
    for media, given in one.get("requestBody", {}).get("content", {}).items():
        schema = given["schema"]
        return {"media": media, "type": _type(schema), "fields": _fields(schema)}
    return None


def _answers(one: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"status": status, "about": answer["description"], "type": _type(_schema(answer))}
        for status, answer in one["responses"].items()
    ]


def _schema(answer: dict[str, Any]) -> dict[str, Any]:
    return next((one["schema"] for one in answer.get("content", {}).values()), {})


def _fields(schema: dict[str, Any]) -> list[dict[str, str]]:
    needed = set(schema.get("required", ()))
    return [
        {
            "name": name,
            "type": _type(one),
            "about": one.get("description", ""),
            "needed": "required" if name in needed else "",
            "example": json.dumps(one["examples"][0], ensure_ascii=False)
            if one.get("examples")
            else "",
        }
        for name, one in schema.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """Return a schema in a few words, as the page shows it."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(map(_type, schema["anyOf"])))
    if "enum" in schema:
        return " | ".join(json.dumps(one) for one in schema["enum"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"map to {_type(schema['additionalProperties'])}"
    return str(schema.get("format") or kind)
