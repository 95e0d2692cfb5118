from django.apps import AppConfig
from typing_extensions import override


class StockConfig(AppConfig):
    """The area torgpred.stock."""

    name = "torgpred.stock"
    label = "stock"

    @override
    def ready(self) -> None:
        from torgpred.runtime import jobs  # noqa: PLC0415 - only once Django is ready
        from torgpred.stock import tasks  # noqa: PLC0415

        jobs.on("catalogue.changed", lane=jobs.Lane.FEEDS, every=30.0)(tasks.take_from_feeds)
        jobs.on("stock.locks", lane=jobs.Lane.STOCK, every=15.0)(tasks.close_due_locks)
