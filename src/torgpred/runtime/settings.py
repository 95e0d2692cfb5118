"""Django's settings, made from `runtime.options`. Importing this starts nothing."""

from importlib.util import find_spec
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from torgpred.runtime.options import options

_options = options()
_public = urlsplit(_options.public_url)
_https = _public.scheme == "https"

DEBUG = _options.debug
# The web shell puts keys from the key file in its place when it starts; nothing else signs.
SECRET_KEY = token_urlsafe(48)
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
LANGUAGES = [("ru", "Русский"), ("en", "English"), ("zh-hans", "简体中文")]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", *([_public.hostname] if _public.hostname else [])]
ROOT_URLCONF = "torgpred.site.urls"

INSTALLED_APPS = [
    # Before all others: its templates and words go before theirs.
    "torgpred.web",
    "torgpred.api",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "lucide",
    "torgpred.runtime",
    "torgpred.accounts",
    "torgpred.channels",
    "torgpred.catalogue",
    "torgpred.stock",
    "torgpred.listings",
    "torgpred.orders",
    "torgpred.notices",
    "torgpred.campaigns",
    "torgpred.programmes",
    "torgpred.asks",
    "torgpred.rehearsal",
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

# --- the web shell -------------------------------------------------------------------------------
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "torgpred.web.guarding.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "torgpred.web.desks.frame",
            ],
            "builtins": ["torgpred.web.templatetags.show"],
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = str(_options.home / "static")
_font = find_spec("fontpkg_onest")
STATICFILES_DIRS = (
    [("fonts", str(Path(_font.origin).parent / "files"))] if _font and _font.origin else []
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
FILE_UPLOAD_HANDLERS = ["torgpred.web.uploads.BoundedUpload"]

# All processes share the counts by which sign-in is slowed down.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "runtime_cache",
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_NAME = "torgpred"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [f"https://{_public.netloc}"] if _https else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
# Behind the proxy that speaks TLS for us, visitors are told apart by the address that it adds.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if _https else 0
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "torgpred.web.views.failing.csrf"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": given}
    for name, given in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desks"
ACCOUNT_ADAPTER = "torgpred.web.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
MFA_ADAPTER = "torgpred.web.adapters.SecondFactors"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Torgpred"
# Phones' clocks go wrong, and people type slowly (RFC 6238 5.2 allows for one step).
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {"add_webauthn": "torgpred.web.second_factors.AddPasskey"}
# A passkey on this machine's own http address is for trying things out only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _https
# Django itself mails nothing: notices go by torgpred.notices.services.post.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
