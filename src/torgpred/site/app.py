"""The ASGI application, given to the server by name: `torgpred.site.app:application`.

Hot and public routes live here; the screens, when they come, are handed to Django behind them.
"""

import os

import django
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torgpred.runtime.settings")
django.setup()

from torgpred.runtime.options import options  # noqa: E402 - Django first
from torgpred.web import health, pictures  # noqa: E402 - Django first


def _hosts() -> list[str]:
    """Return the hosts that may be asked for: this machine and the public address."""
    public = options().public_url.split("//")[-1].split("/")[0].rsplit(":", 1)[0]
    return ["127.0.0.1", "localhost", *([public] if public else [])]


application = Starlette(
    routes=[
        Route("/files/{ref:str}/{name:str}", pictures.picture, methods=["GET", "HEAD"]),
        Route("/health/live", health.live),
        Route("/health/ready", health.ready),
    ],
    middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=_hosts())],
)
