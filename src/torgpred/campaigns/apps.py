from django.apps import AppConfig
from typing_extensions import override


class CampaignsConfig(AppConfig):
    """The area torgpred.campaigns."""

    name = "torgpred.campaigns"
    label = "campaigns"

    @override
    def ready(self) -> None:
        from torgpred.campaigns import tasks  # noqa: PLC0415 - only once Django is ready
        from torgpred.campaigns.core.running import WAKE  # noqa: PLC0415
        from torgpred.runtime import jobs  # noqa: PLC0415

        jobs.on(WAKE, lane=jobs.Lane.PRICES, every=5.0)(tasks.run)
