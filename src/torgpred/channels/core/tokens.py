"""When a token ends, where it says so itself."""

import base64
import binascii
from datetime import UTC, datetime

import msgspec


class _Claims(msgspec.Struct):
    exp: float | None = None


def ends_at(secret: str) -> datetime | None:
    """Return when a JSON web token (RFC 7519) ends; None for other secrets and endless ones.

    It is read, not verified: nothing is granted by it.
    """
    parts = secret.split(".")
    if len(parts) != 3:
        return None
    try:
        raw = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
        claims = msgspec.json.decode(raw, type=_Claims)
        return None if claims.exp is None else datetime.fromtimestamp(claims.exp, UTC)
    except (binascii.Error, msgspec.DecodeError, ValueError, OverflowError, OSError):
        return None
