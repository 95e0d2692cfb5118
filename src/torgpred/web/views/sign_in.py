"""allauth's own views, each with who may enter it."""

from collections.abc import Callable, Sequence
from typing import Final, cast

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver
from django.urls.resolvers import RoutePattern

from torgpred.web.desks import open_to_all, signed_in

_DURING_SIGN_IN: Final = frozenset({"mfa_authenticate", "mfa_login_webauthn"})

View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Register a view of allauth's that one meets before being signed in."""

    def entered(*args: object, **kwargs: object) -> HttpResponse:
        return view(*args, **kwargs)

    return open_to_all(entered)


def person(view: View) -> View:
    """Register a view of allauth's for whoever is signed in."""
    return signed_in(view)


def second_factors(found: Sequence[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Return allauth's addresses of second factors, each with who may enter it."""
    kept: list[URLPattern | URLResolver] = []
    for one in found:
        if isinstance(one, URLPattern):
            mark = public if one.name in _DURING_SIGN_IN else person
            kept.append(URLPattern(one.pattern, mark(one.callback), one.default_args, one.name))
        else:
            pattern = cast("RoutePattern", one.pattern)
            kept.append(URLResolver(pattern, second_factors(one.url_patterns)))
    return kept
