"""Root URLs: the screens."""

from torgpred.web.urls import urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

handler400 = "torgpred.web.views.failing.not_found"
handler403 = "torgpred.web.views.failing.forbidden"
handler404 = "torgpred.web.views.failing.not_found"
handler500 = "torgpred.web.views.failing.broken"
