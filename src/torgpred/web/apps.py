from django.apps import AppConfig
from typing_extensions import override


class WebConfig(AppConfig):
    """The browser's shell: templates, styles, words."""

    name = "torgpred.web"
    label = "web"

    @override
    def ready(self) -> None:
        from torgpred.runtime import secrets  # noqa: PLC0415 - only once Django is ready
        from torgpred.web import factors, languages  # noqa: PLC0415

        languages.ensure_compiled()
        secrets.re_encrypts("second factors", factors.reseal)
