from django.apps import AppConfig
from typing_extensions import override


class RuntimeConfig(AppConfig):
    """The area torgpred.runtime."""

    name = "torgpred.runtime"
    label = "runtime"

    @override
    def ready(self) -> None:
        import stamina.instrumentation  # noqa: PLC0415 - only once Django is ready

        from torgpred.runtime import jobs, tasks  # noqa: PLC0415

        # The journal and the metrics tell of every attempt; log lines beside them are noise.
        stamina.instrumentation.set_on_retry_hooks([])
        jobs.on("runtime.journal", lane=jobs.Lane.REPORTS, every=3600)(tasks.prune_journal)
