from django.apps import AppConfig
from typing_extensions import override


class OrdersConfig(AppConfig):
    """The area torgpred.orders."""

    name = "torgpred.orders"
    label = "orders"

    @override
    def ready(self) -> None:
        from torgpred.orders import tasks  # noqa: PLC0415 - only once Django is ready
        from torgpred.runtime import jobs  # noqa: PLC0415

        jobs.on("orders.pull", lane=jobs.Lane.ORDERS, every=5.0)(tasks.pull_all)
        jobs.on("stock.changed", lane=jobs.Lane.ORDERS, every=30.0)(tasks.settle_shortages)
