import pytest

from torgpred.kernel.errors import NeedsPersonError
from torgpred.runtime import transport
from torgpred.runtime.options import Options
from torgpred.runtime.transport import check_address


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
    monkeypatch.setattr(transport, "options", lambda: Options(allow_hosts="other, Twin"))

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
        "https://openapi.aliexpress.ru?token=1",
    ],
)
def test_the_inside_of_our_network_and_crooked_addresses_are_not(address: str) -> None:
    with pytest.raises(NeedsPersonError):
        check_address(address)
