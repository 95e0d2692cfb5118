from django.apps import AppConfig
from typing_extensions import override


class WebConfig(AppConfig):
    """The browser's shell: templates, styles, words."""

    name = "torgpred.web"
    label = "web"

    @override
    def ready(self) -> None:
        from torgpred.listings.services import assessments  # noqa: PLC0415 - once Django is ready
        from torgpred.runtime import jobs, secrets  # noqa: PLC0415
        from torgpred.web import assessing, factors, languages  # noqa: PLC0415

        languages.ensure_compiled()
        secrets.re_encrypts("second factors", factors.reseal)
        jobs.on(assessments.WAKE, lane=jobs.Lane.FEEDS)(assessing.assess_next)
