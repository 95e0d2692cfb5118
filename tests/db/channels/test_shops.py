import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import connection
from typing_extensions import override

from torgpred.accounts.core.errors import UnknownTenantError
from torgpred.channels import selectors, services
from torgpred.channels.core.shops import (
    MissingCredentialsError,
    ShopCard,
    ShopClosedError,
    ShopExistsError,
    ShopNotJointError,
    ShopState,
    UnknownFamilyError,
    UnknownShopError,
)
from torgpred.kernel.errors import NeedsPersonError
from torgpred.runtime import journal, secrets
from torgpred.runtime.scope import operator_scope, scope
from torgpred.runtime.secrets import WrongKeyError

pytestmark = pytest.mark.django_db


def make_shop(
    tenant_id: int,
    name: str = "Лампы",
    credentials: Mapping[str, str] | None = None,
    address: str = "",
) -> ShopCard:
    return services.add_shop(
        tenant_id=tenant_id,
        family="fake",
        name=name,
        address=address,
        credentials={"token": "t0p-secret"} if credentials is None else credentials,
    )


def column(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [row[0] for row in cursor.fetchall()]


def test_a_shop_has_its_marketplaces_address_and_currency(seller_a: int) -> None:
    card = make_shop(seller_a)

    assert (card.address, card.currency) == ("https://api.fake.example", "RUB")
    assert (card.joint, card.state) == (False, ShopState.ACTIVE)
    assert selectors.shop(card.id) == card
    assert selectors.shops() == [card]


def test_the_operators_shop_is_a_joint_one(operator: int) -> None:
    assert make_shop(operator).joint


def test_secrets_are_sealed_and_reach_the_connector_only(seller_a: int) -> None:
    card = make_shop(seller_a, credentials={"token": "t0p-secret", "public_site": "http://x"})

    with operator_scope():
        [sealed] = column("SELECT sealed FROM channels_credential")
    opened: Any = services.open(card.id)

    assert "t0p-secret" not in sealed
    assert dict(opened.secrets) == {"token": "t0p-secret", "public_site": "http://x"}
    assert "t0p-secret" not in repr(opened.secrets)


def test_another_tenant_sees_neither_shop_nor_secrets(seller_a: int, seller_b: int) -> None:
    card = make_shop(seller_a)

    with scope(seller_b):
        with pytest.raises(UnknownShopError):
            selectors.shop(card.id)
        assert column("SELECT id FROM channels_credential") == []
    assert selectors.shops_of(seller_b) == []
    assert selectors.shops_of(seller_a) == [card]


def test_an_admitted_seller_sees_the_joint_shop_but_none_of_its_secrets(
    operator: int, seller_a: int, seller_b: int
) -> None:
    card = make_shop(operator)
    services.test_shop(card.id)
    services.admit_seller(shop_id=card.id, seller_id=seller_a)
    services.admit_seller(shop_id=card.id, seller_id=seller_a)

    assert selectors.shops_of(seller_a) == [card]
    assert selectors.shops_of(seller_b) == []
    with scope(seller_a):
        assert selectors.shop(card.id) == card
        assert [one.id for one in selectors.delivery_templates(card.id)] == ["10"]
        assert column("SELECT id FROM channels_credential") == []
        assert column("UPDATE channels_shop SET name = 'mine' RETURNING id") == []
    with scope(seller_b):
        assert selectors.delivery_templates(card.id) == []


def test_a_sellers_shop_admits_nobody(seller_a: int, seller_b: int) -> None:
    card = make_shop(seller_a)

    with pytest.raises(ShopNotJointError):
        services.admit_seller(shop_id=card.id, seller_id=seller_b)


def test_what_cannot_be_a_shop_is_refused(seller_a: int) -> None:
    make_shop(seller_a)

    with pytest.raises(ShopExistsError):
        make_shop(seller_a)
    with pytest.raises(MissingCredentialsError, match="token"):
        make_shop(seller_a, name="two", credentials={"token": " "})
    with pytest.raises(NeedsPersonError, match="not allowed"):
        make_shop(seller_a, name="three", address="http://169.254.169.254")
    with pytest.raises(UnknownTenantError):
        make_shop(10**9, name="four")
    with pytest.raises(UnknownFamilyError, match="fake"):
        services.add_shop(tenant_id=seller_a, family="broken", name="x", credentials={})
    assert len(selectors.shops()) == 1


def test_a_test_keeps_its_verdict_and_the_templates(seller_a: int) -> None:
    card = make_shop(seller_a)

    assert services.test_shop(card.id).ok

    trial = selectors.trial(card.id)
    assert trial is not None
    assert (trial.ok, trial.message) == (True, "fine")
    assert [one.name for one in selectors.delivery_templates(card.id)] == ["Почта"]


def test_a_dead_token_is_a_verdict_and_a_new_one_mends_it(seller_a: int) -> None:
    card = make_shop(seller_a, credentials={"token": "dead"})

    report = services.test_shop(card.id)
    services.replace_credentials(shop_id=card.id, credentials={"token": "alive"})

    assert (report.ok, report.message) == (False, "The token is dead.")
    assert services.test_shop(card.id).ok


def test_nothing_is_sent_for_a_paused_shop(seller_a: int) -> None:
    card = make_shop(seller_a)

    services.change_shop(shop_id=card.id, state=ShopState.PAUSED)

    with pytest.raises(ShopClosedError):
        services.open(card.id)
    assert services.test_shop(card.id).ok


def test_changes_of_a_shop_are_audited(seller_a: int, seller_b: int) -> None:
    card = make_shop(seller_a)
    services.change_shop(shop_id=card.id, name="Новое имя")

    with scope(seller_a):
        names = column("SELECT name FROM channels_shopevent ORDER BY pgh_id")
    with scope(seller_b):
        others = column("SELECT name FROM channels_shopevent")

    assert names == ["Лампы", "Новое имя"]
    assert others == []


def test_a_rotation_reseals_every_shop(seller_a: int, seller_b: int) -> None:
    cards = [make_shop(seller_a), make_shop(seller_b)]
    with operator_scope():
        before = column("SELECT sealed FROM channels_credential ORDER BY id")

    done = secrets.rotate()

    with operator_scope():
        after = column("SELECT sealed FROM channels_credential ORDER BY id")
    assert done["shops"] == 2
    assert not set(before) & set(after)
    opened: list[Any] = [services.open(card.id) for card in cards]
    assert [one.secrets["token"] for one in opened] == ["t0p-secret"] * 2


def test_secrets_do_not_open_for_another_shop(seller_a: int, seller_b: int) -> None:
    one, two = make_shop(seller_a), make_shop(seller_b, credentials={"token": "other"})
    with operator_scope():
        column(
            "UPDATE channels_credential SET sealed = (SELECT sealed FROM channels_credential"
            f" WHERE shop_id = {one.id}) WHERE shop_id = {two.id} RETURNING id"
        )

    with pytest.raises(WrongKeyError):
        services.open(two.id)


@pytest.mark.django_db(transaction=True)
def test_a_connectors_call_leaves_through_the_shops_own_way_out(seller_a: int) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        @override
        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        card = make_shop(seller_a, address=f"http://127.0.0.1:{server.server_port}")
        opened: Any = services.open(card.id)

        status = opened.ping()
        server.shutdown()
        thread.join()

    assert status == 204
    [entry] = journal.lines(tenant_id=seller_a, shop_id=card.id)
    assert entry.line.operation == "ping"
    assert column("SELECT key FROM runtime_slot") == [f"fake shop {card.id} token"]
