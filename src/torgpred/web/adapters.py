"""How allauth works here: nobody signs up uninvited, and second factors are sealed at rest."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from typing_extensions import override

from torgpred.runtime import secrets
from torgpred.web.factors import CONTEXT


class Accounts(DefaultAccountAdapter):  # type: ignore[misc] # allauth tells no types
    """People come by invitation only."""

    @override
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc] # allauth tells no types
    """Keys of authenticator apps and recovery codes open with the installation's key file only."""

    @override
    def encrypt(self, text: str) -> str:
        return secrets.seal(text, CONTEXT)

    @override
    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal(encrypted_text, CONTEXT)
