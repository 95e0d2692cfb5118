from django.apps import AppConfig
from typing_extensions import override


class RuntimeConfig(AppConfig):
    """The area torgpred.runtime."""

    name = "torgpred.runtime"
    label = "runtime"

    @override
    def ready(self) -> None:
        from torgpred.runtime import jobs, tasks  # noqa: PLC0415 - only once Django is ready

        jobs.on("runtime.journal", lane=jobs.Lane.REPORTS, every=3600)(tasks.prune_journal)
