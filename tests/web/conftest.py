from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import override_settings

_PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


@pytest.fixture(autouse=True)
def _plain_static() -> Iterator[None]:
    """Names of static files without digests: nothing was laid out for a test."""
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": _PLAIN}):
        yield
