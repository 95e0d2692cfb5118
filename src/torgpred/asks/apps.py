from django.apps import AppConfig


class AsksConfig(AppConfig):
    """The area torgpred.asks."""

    name = "torgpred.asks"
    label = "asks"
