"""The form that adds a passkey: for signing in with it alone, unless one unticks that."""

from typing import Any

from allauth.mfa.webauthn.forms import AddWebAuthnForm


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc] # allauth tells no types
    """Without the tick a passkey is no use at the door's button for passkeys."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as Django's forms take
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
