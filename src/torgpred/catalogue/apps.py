from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    """The area torgpred.catalogue."""

    name = "torgpred.catalogue"
    label = "catalogue"
