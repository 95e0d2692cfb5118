from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The shell torgpred.api."""

    name = "torgpred.api"
    label = "api"
