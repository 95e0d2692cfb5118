from django.apps import AppConfig
from typing_extensions import override


class AccountsConfig(AppConfig):
    """The area torgpred.accounts."""

    name = "torgpred.accounts"
    label = "accounts"

    @override
    def ready(self) -> None:
        from torgpred.accounts import tasks  # noqa: PLC0415 - only once Django is ready
        from torgpred.runtime import jobs  # noqa: PLC0415

        jobs.on("accounts.writes", lane=jobs.Lane.REPORTS, every=600.0)(tasks.forget_old_writes)
        jobs.on("accounts.sessions", lane=jobs.Lane.REPORTS, every=3600.0)(
            tasks.forget_old_sessions
        )
