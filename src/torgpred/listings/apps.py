from django.apps import AppConfig


class ListingsConfig(AppConfig):
    """The area torgpred.listings."""

    name = "torgpred.listings"
    label = "listings"
