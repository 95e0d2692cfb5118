from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """The area torgpred.orders."""

    name = "torgpred.orders"
    label = "orders"
