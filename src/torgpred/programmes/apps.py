from django.apps import AppConfig
from typing_extensions import override


class ProgrammesConfig(AppConfig):
    """The area torgpred.programmes."""

    name = "torgpred.programmes"
    label = "programmes"

    @override
    def ready(self) -> None:
        from torgpred.programmes import tasks  # noqa: PLC0415 - only once Django is ready
        from torgpred.runtime import jobs  # noqa: PLC0415

        jobs.on("programmes.judge", lane=jobs.Lane.REPORTS, every=300.0)(tasks.judge)
