"""The secret part of an assessment's link, and what alone is kept of it."""

from hashlib import sha256


def digest_of_token(token: str) -> bytes:
    """Return the 32 bytes by which a link is found again; the token itself is kept nowhere."""
    return sha256(token.encode()).digest()
