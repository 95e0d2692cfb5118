"""The ASGI application, given to the server by name: `torgpred.site.app:application`.

Hot and public routes live here; everything else is handed to Django, whose answers are made in a
pool of threads.
"""

import os

import django
from django.core.wsgi import get_wsgi_application
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount, Route

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torgpred.runtime.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django first

from torgpred.kernel import shapes  # noqa: E402 - Django first
from torgpred.site import urls  # noqa: E402, F401 - all that pages use is loaded
from torgpred.web import handing_over, health, pictures, serving  # noqa: E402 - Django first
from torgpred.web.board import streaming  # noqa: E402 - Django first

THREADS = 16
"""Pages that one process makes at once; each holds a connection to the database meanwhile."""

serving.prepare()
shapes.make_ready()
application = Starlette(
    routes=[
        Route("/files/{ref:str}/{name:str}", pictures.picture, methods=["GET", "HEAD"]),
        Route("/healthz", health.live),
        Route("/readyz", health.ready),
        Route("/m/board/stream", streaming.of_the_house),
        Route("/s/{code:str}/board/stream", streaming.of_a_seller),
        Mount("/", handing_over.handed(get_wsgi_application(), THREADS)),
    ],
    middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=settings.ALLOWED_HOSTS)],
)
