from django.apps import AppConfig
from typing_extensions import override


class NoticesConfig(AppConfig):
    """The area torgpred.notices."""

    name = "torgpred.notices"
    label = "notices"

    @override
    def ready(self) -> None:
        from torgpred.notices import tasks  # noqa: PLC0415 - only once Django is ready
        from torgpred.notices.services import wishes  # noqa: PLC0415
        from torgpred.runtime import jobs, secrets  # noqa: PLC0415

        secrets.re_encrypts("notices", wishes.reseal_webhooks)
        jobs.on("notices.gather", lane=jobs.Lane.REPORTS, every=60.0)(tasks.gather)
        jobs.on("notices.due", lane=jobs.Lane.REPORTS, every=20.0)(tasks.send)
        jobs.on("notices.old", lane=jobs.Lane.REPORTS, every=21_600.0)(tasks.prune)
