from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """The area torgpred.campaigns."""

    name = "torgpred.campaigns"
    label = "campaigns"
