"""Second factors at rest: sealed by the key file, sealed anew when a key is rotated."""

from typing import Final

from django.db import transaction

from torgpred.runtime.secrets import Reseal

CONTEXT: Final = "second factor"
_SEALED: Final = ("secret", "seed")


def reseal(again: Reseal) -> int:
    """Seal all second factors with the newest key; return how many."""
    from allauth.mfa.models import Authenticator  # noqa: PLC0415 - once Django is ready

    count = 0
    with transaction.atomic():
        for row in Authenticator.objects.order_by("id"):
            for name in _SEALED:
                if name in row.data:
                    row.data[name] = again(row.data[name], CONTEXT)
                    count += 1
            row.save(update_fields=["data"])
    return count
