from django.apps import AppConfig
from typing_extensions import override


class RehearsalConfig(AppConfig):
    """Rehearsals of campaigns, against the twins."""

    name = "torgpred.rehearsal"
    label = "rehearsal"

    @override
    def ready(self) -> None:
        from torgpred.campaigns.core.rehearsing.stages import WAKE  # noqa: PLC0415
        from torgpred.rehearsal import tasks  # noqa: PLC0415 - only once Django is ready
        from torgpred.runtime import jobs  # noqa: PLC0415

        jobs.on(WAKE, lane=jobs.Lane.REPORTS, every=30.0)(tasks.play_next)
