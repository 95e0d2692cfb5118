import json

import pytest
from tests.db.cli.conftest import Run

from torgpred.accounts import selectors, services
from torgpred.accounts.core.errors import UnfitEntryError
from torgpred.accounts.core.tokens import SCOPES, TokenRefusedError, UnknownTokenError
from torgpred.accounts.services import tokens
from torgpred.cli import tokens as commands

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_token_is_made_shown_once_listed_and_revoked(run: Run) -> None:
    seller = services.add_seller(name="Лампы", country="RU", code="LAMPS")
    made = run(
        "token", "add", "LAMPS", "1C", "--scope", "stock:read", "--scope", "stock:write", "--json"
    )
    told = json.loads(made.stdout)
    card, tenant = tokens.enter(told["secret"])
    listed = run("token", "list", "LAMPS")

    assert (card.id, tenant.id) == (told["id"], seller.id)
    assert card.scopes == ("stock:read", "stock:write")
    assert "1C" in listed.stdout
    assert told["secret"] not in listed.stdout

    run("token", "revoke", "LAMPS", str(card.id))

    with pytest.raises(TokenRefusedError):
        tokens.enter(told["secret"])
    (one,) = json.loads(run("token", "list", "LAMPS", "--json").stdout)
    assert one["state"] == "revoked"
    deeds = selectors.deeds(tenant_id=seller.id)
    assert [deed.what for deed in deeds] == ["token-revoke", "token-make"]


def test_what_cannot_be_is_told(run: Run) -> None:
    services.add_seller(name="Лампы", country="RU", code="LAMPS")
    services.add_seller(name="Чай", country="RU", code="TEA")
    run("token", "add", "LAMPS", "1C", "--scope", "stock:read")

    with pytest.raises(UnfitEntryError):
        run("token", "add", "LAMPS", "1C", "--scope", "everything")
    with pytest.raises(UnknownTokenError):
        run("token", "revoke", "TEA", "1")


def test_the_help_names_every_scope() -> None:
    said = (commands.add.__doc__ or "").replace("\n", " ")
    assert all(scope in said for scope in SCOPES)
