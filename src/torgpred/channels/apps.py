from django.apps import AppConfig
from typing_extensions import override


class ChannelsConfig(AppConfig):
    """The area torgpred.channels."""

    name = "torgpred.channels"
    label = "channels"

    @override
    def ready(self) -> None:
        from torgpred.channels import services, tasks  # noqa: PLC0415 - only once Django is ready
        from torgpred.runtime import jobs, secrets  # noqa: PLC0415

        secrets.re_encrypts("shops", services.reseal_credentials)
        jobs.on("channels.shops", lane=jobs.Lane.CONTENT, every=600)(tasks.refresh_rules)
