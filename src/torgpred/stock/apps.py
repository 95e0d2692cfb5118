from django.apps import AppConfig


class StockConfig(AppConfig):
    """The area torgpred.stock."""

    name = "torgpred.stock"
    label = "stock"
