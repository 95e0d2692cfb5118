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
        jobs.on("messages.written", lane=jobs.Lane.ORDERS, every=30.0)(tasks.exchange_messages)
        jobs.on("orders.erasing", lane=jobs.Lane.REPORTS, every=3600.0)(tasks.erase_buyers)
        jobs.on("orders.finish", lane=jobs.Lane.ORDERS, every=60.0)(tasks.finish_shipping)
        jobs.on("orders.gather", lane=jobs.Lane.ORDERS, every=10.0)(tasks.gather_consignments)
        jobs.on("orders.changed", lane=jobs.Lane.REPORTS, every=10.0)(tasks.fold_tallies)
