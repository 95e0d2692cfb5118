from django.apps import AppConfig
from typing_extensions import override


class ListingsConfig(AppConfig):
    """The area torgpred.listings."""

    name = "torgpred.listings"
    label = "listings"

    @override
    def ready(self) -> None:
        from torgpred.listings import tasks  # noqa: PLC0415 - only once Django is ready
        from torgpred.listings.services import (  # noqa: PLC0415
            applying,
            marking,
            price_moments,
            requesting,
            working_out,
        )
        from torgpred.runtime import jobs  # noqa: PLC0415

        jobs.on(applying.WAKE, lane=jobs.Lane.CONTENT)(tasks.go_on)
        # A new token or address is what a plan may wait for.
        jobs.on("channels.shops", lane=jobs.Lane.CONTENT, every=300.0)(tasks.go_on)
        jobs.on(price_moments.PREPARE, lane=jobs.Lane.PRICES)(tasks.prepare_prices)
        jobs.on(price_moments.DUE, lane=jobs.Lane.PRICES)(tasks.switch_prices)
        jobs.on(price_moments.LOOK_AFTER, lane=jobs.Lane.PRICES)(tasks.look_after_prices)
        jobs.on(requesting.WAKE, lane=jobs.Lane.CONTENT)(tasks.make_plans)
        jobs.on(marking.WAKE, lane=jobs.Lane.STOCK)(tasks.tell)
        jobs.on("listings.tidy", lane=jobs.Lane.REPORTS, every=3600.0)(tasks.tidy)
        jobs.on("listings.forget", lane=jobs.Lane.REPORTS, every=600.0)(tasks.forget)
        jobs.on(working_out.WAKE, lane=jobs.Lane.CONTENT)(tasks.work_out)
