import httpcore
import pytest
from typing_extensions import override

from torgpred.kernel.errors import NeedsPersonError
from torgpred.runtime import addresses
from torgpred.runtime.addresses import GuardedBackend, check_address
from torgpred.runtime.options import Options


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("https://openapi.aliexpress.ru", "https://openapi.aliexpress.ru"),
        ("https://openapi.aliexpress.ru/public/", "https://openapi.aliexpress.ru/public"),
        ("https://8.8.8.8", "https://8.8.8.8"),
        ("http://127.0.0.1:8400/aer", "http://127.0.0.1:8400/aer"),
        ("http://localhost:8400", "http://localhost:8400"),
        ("http://[::1]:8400", "http://[::1]:8400"),
        ("http://known.example", "http://known.example"),
        ("http://twin:8400", "http://twin:8400"),
    ],
)
def test_public_https_twins_and_named_hosts_are_allowed(
    address: str, taken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "options", lambda: Options(allow_hosts="other, Twin"))

    assert check_address(address, known_hosts=["known.example"]) == taken


@pytest.mark.parametrize(
    "address",
    [
        "",
        "openapi.aliexpress.ru",
        "ftp://openapi.aliexpress.ru",
        "file:///etc/passwd",
        "http://openapi.aliexpress.ru",
        "http://169.254.169.254/latest",
        "https://169.254.169.254",
        "https://10.0.0.5",
        "https://192.168.1.1",
        "https://[fd00::1]",
        "https://[::ffff:10.0.0.5]",
        "https://database",
        "https://db.internal",
        "https://user:secret@openapi.aliexpress.ru",
        "https://:secret@openapi.aliexpress.ru",
        "https://openapi.aliexpress.ru?token=1",
        "https://openapi.aliexpress.ru#part",
        "https://openapi.aliexpress.ru:99999",
        "https://openapi.aliexpress.ru\\@127.0.0.1",
        "https://10.1",
        "https://0x7f.0.0.1",
        "https://10.0.0.1.",
        "https://printer.local.",
        "https://metadata.internal.",
        "https://[64:ff9b::a00:1]",
        "https://[2002:a00:1::]",
    ],
)
def test_the_inside_of_our_network_and_crooked_addresses_are_not(address: str) -> None:
    with pytest.raises(NeedsPersonError):
        check_address(address)


def test_a_password_in_a_refused_address_is_not_repeated() -> None:
    with pytest.raises(NeedsPersonError) as caught:
        check_address("https://user:hunter2@openapi.aliexpress.ru")

    assert "hunter2" not in str(caught.value)


class Recording(httpcore.NetworkBackend):
    """Notes where a connection would go; numbers that end in .99 do not answer."""

    def __init__(self) -> None:
        self.tried: list[str] = []

    @override
    def connect_tcp(self, host: str, *_: object, **__: object) -> httpcore.NetworkStream:
        self.tried.append(host)
        if host.endswith(".99"):
            raise httpcore.ConnectError
        return httpcore.MockStream([])


def tried(host: str, *numbers: str) -> list[str]:
    inner = Recording()
    GuardedBackend(lambda *_: numbers, inner).connect_tcp(host, 443)
    return inner.tried


def test_a_connection_goes_to_a_public_number_of_the_name() -> None:
    assert tried("shop.example", "8.8.8.99", "8.8.4.4") == ["8.8.8.99", "8.8.4.4"]


@pytest.mark.parametrize(
    "number",
    ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.5", "0.0.0.0"],
)
def test_a_name_that_leads_into_our_own_network_is_not_followed(number: str) -> None:
    with pytest.raises(NeedsPersonError, match="no public address"):
        tried("shop.example", "8.8.8.8", number)


def test_twins_and_named_hosts_are_reached_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "options", lambda: Options(allow_hosts="Twin"))

    assert tried("twin", "10.0.0.5") == ["twin"]
    assert tried("127.0.0.1") == ["127.0.0.1"]
