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
        from torgpred.campaigns.services import judging_anew, reminding, simulating  # noqa: PLC0415
        from torgpred.notices.services import gathering  # noqa: PLC0415
        from torgpred.runtime import jobs  # noqa: PLC0415

        gathering.look_also(reminding.find)
        jobs.on("campaigns.judge", lane=jobs.Lane.REPORTS, every=600.0)(tasks.keep_up)
        jobs.on(judging_anew.WAKE, lane=jobs.Lane.REPORTS)(tasks.judge_anew)
        jobs.on(simulating.WAKE, lane=jobs.Lane.REPORTS)(tasks.simulate)
        jobs.on(WAKE, lane=jobs.Lane.PRICES, every=5.0)(tasks.run)
