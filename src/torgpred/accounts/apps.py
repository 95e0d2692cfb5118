from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The area torgpred.accounts."""

    name = "torgpred.accounts"
    label = "accounts"
