from django.apps import AppConfig
from typing_extensions import override


class CatalogueConfig(AppConfig):
    """The area torgpred.catalogue."""

    name = "torgpred.catalogue"
    label = "catalogue"

    @override
    def ready(self) -> None:
        from torgpred.catalogue import tasks  # noqa: PLC0415 - only once Django is ready
        from torgpred.catalogue.services import requesting  # noqa: PLC0415
        from torgpred.runtime import jobs  # noqa: PLC0415

        jobs.on(requesting.WAKE, lane=jobs.Lane.FEEDS)(tasks.read_files)
        jobs.on("catalogue.changed", lane=jobs.Lane.CONTENT, every=30.0)(tasks.keep_words)
