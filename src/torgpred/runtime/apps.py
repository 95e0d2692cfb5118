from django.apps import AppConfig


class RuntimeConfig(AppConfig):
    """The area torgpred.runtime."""

    name = "torgpred.runtime"
    label = "runtime"
