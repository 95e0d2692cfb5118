from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    """The area torgpred.channels."""

    name = "torgpred.channels"
    label = "channels"
