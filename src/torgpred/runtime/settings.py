"""Django's settings, made from `runtime.options`. Importing this starts nothing."""

from typing import Any

from torgpred.runtime.options import options

_options = options()

DEBUG = _options.debug
# Signing keys of sessions come from the key file when the web shell starts; nothing else signs.
SECRET_KEY = "replaced by the web shell from the key file"  # noqa: S105
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский"), ("zh-hans", "简体中文")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
ROOT_URLCONF = "torgpred.site.urls"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "torgpred.runtime",
    "torgpred.accounts",
    "torgpred.channels",
    "torgpred.catalogue",
    "torgpred.stock",
    "torgpred.listings",
    "torgpred.orders",
]

DATABASES: dict[str, dict[str, Any]] = {
    # The engine asks runtime.database where the server is each time it connects.
    "default": {"ENGINE": "torgpred.runtime.backend", "OPTIONS": {"role": "app"}},
    "owner": {
        "ENGINE": "torgpred.runtime.backend",
        "OPTIONS": {"role": "owner"},
        "TEST": {"MIRROR": "default"},
    },
}

PGHISTORY_APPEND_ONLY = True
