"""Root URLs: the API and the screens."""

from django.urls import URLPattern, URLResolver, include, path

from torgpred.api.urls import urlpatterns as api
from torgpred.web.urls import urlpatterns as screens

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [path("api/v1/", include(api)), *screens]

handler400 = "torgpred.web.views.failing.not_found"
handler403 = "torgpred.web.views.failing.forbidden"
handler404 = "torgpred.web.views.failing.not_found"
handler500 = "torgpred.web.views.failing.broken"
