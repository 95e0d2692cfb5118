from django.apps import AppConfig
from typing_extensions import override


class AsksConfig(AppConfig):
    """The area torgpred.asks."""

    name = "torgpred.asks"
    label = "asks"

    @override
    def ready(self) -> None:
        from torgpred.asks.services import reminding  # noqa: PLC0415 - only once Django is ready
        from torgpred.notices.services import gathering  # noqa: PLC0415

        gathering.look_also(reminding.find)
