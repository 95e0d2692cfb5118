"""Addresses of the API. Everything under the prefix answers as the API does, unknown ones too."""

from collections.abc import Iterator

from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from torgpred.api.answering import answered, unknown
from torgpred.api.application import api
from torgpred.api.describing import openapi, reference


def _operations() -> Iterator[URLPattern]:
    """Yield an address for each path; its view knows the methods."""
    seen = set()
    for one in api.urls[0]:
        route = str(one.pattern)
        if isinstance(one, URLPattern) and route and route not in seen:
            seen.add(route)
            yield path(route, answered(one.callback), name=f"api-{one.name}")


urlpatterns: list[URLPattern] = [
    path("openapi.json", openapi, name="api-openapi"),
    path("docs", reference, name="api-docs"),
    *_operations(),
    re_path("", csrf_exempt(answered(unknown)), name="api-unknown"),
]
