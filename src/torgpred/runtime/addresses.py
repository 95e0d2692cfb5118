"""Where calls may go: known at the address that a person enters, and again at each connection.

A name proves nothing: whoever owns it may let it point into our own network, today or after it was
checked. So the numbers a name resolves to are looked at when the connection is made, and the
connection goes to a number that was looked at.
"""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final
from urllib.parse import quote, urlsplit

import httpcore
import httpx
from typing_extensions import override

from torgpred.kernel.errors import NeedsPersonError
from torgpred.runtime.options import options

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]
"""Takes a host and a port, returns the numbers it has; raises OSError."""

_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)\Z")
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


def check_address(address: str, known_hosts: Sequence[str] = ()) -> str:
    """Return a base address without trailing slash, if calls may go there.

    Allowed are https to any public host, and anything to a loopback address (a twin), to one of
    `known_hosts` or to a host named in TORGPRED_ALLOW_HOSTS. So nobody who may enter a shop's
    address can point us at the inside of our own network; what its name resolves to is looked at
    when a call is made.

    Raises NeedsPersonError.
    """
    text = address.strip()
    host, scheme = _parts(text)
    allowed = host in _allowed_hosts() or host in known_hosts or _loopback(host)
    if not allowed and (scheme != "https" or _internal(host)):
        raise NeedsPersonError(
            reason=f"Calls to {scheme}://{host} are not allowed: use https and a public host,"
            f" or name it in TORGPRED_ALLOW_HOSTS."
        )
    return text.rstrip("/")


def check_strangers_address(address: str) -> tuple[str, str]:
    """Return base address and path of what somebody whom we do not know wants fetched.

    Only https at its own port of a public host, and hosts that TORGPRED_ALLOW_HOSTS names: not even
    this machine itself, whose other services are nobody's business.

    Raises NeedsPersonError.
    """
    text = address.strip()
    try:
        parts = urlsplit(text)
        base = check_address(f"{parts.scheme}://{parts.netloc}")
        host = (parts.hostname or "").lower().removesuffix(".")
        strange = parts.scheme != "https" or parts.port not in {None, 443} or _internal(host)
    except ValueError as error:
        raise NeedsPersonError(reason=FOR_STRANGERS) from error
    if host not in _allowed_hosts() and (strange or _loopback(host)):
        raise NeedsPersonError(reason=FOR_STRANGERS)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return base, f"{path}?{query}" if query else path


FOR_STRANGERS: Final = "Give an address that begins with https:// and that everybody can open."


def _parts(address: str) -> tuple[str, str]:
    """Return host (lower case, without a final dot) and scheme of a plain base address."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower().removesuffix(".")
        plain = parts.port != 0 and httpx.URL(address).host != ""
    except (ValueError, httpx.InvalidURL):
        host, plain = "", False
    if (
        not (plain and host)
        or parts.scheme not in {"http", "https"}
        or "@" in parts.netloc
        or "\\" in address
        or parts.query
        or parts.fragment
        or _crooked_number(host)
    ):
        raise NeedsPersonError(
            reason=f"{_shown(address)!r} is no address: give https://host, without user or query."
        )
    return host, parts.scheme


def _shown(address: str) -> str:
    """Return an address without the password that somebody may have put into it."""
    return re.sub(r"//[^/]*@", "//[hidden]@", address)[:200]


def _crooked_number(host: str) -> bool:
    """Tell whether a host is a number in another than the usual form, such as 10.1 or 0x7f.1."""
    return _address_of(host) is None and bool(_NUMBER.match(host.rpartition(".")[2]))


def _allowed_hosts() -> set[str]:
    return {one.strip().lower() for one in options().allow_hosts.split(",") if one.strip()}


def _loopback(host: str) -> bool:
    found = _address_of(host)
    return host == "localhost" or (found is not None and found.is_loopback)


def _internal(host: str) -> bool:
    """Tell whether a host is not one of the public internet, as far as its name shows."""
    found = _address_of(host)
    if found is not None:
        return not is_public(found)
    return "." not in host or host.endswith((".local", ".internal", ".lan", ".localhost"))


def _address_of(host: str) -> IpAddress | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_public(found: IpAddress) -> bool:
    """Tell whether a number is one of the public internet, also the one packed into it."""
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return found.is_global and not found.is_multicast


def _resolved(host: str, port: int) -> list[str]:
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to public numbers only, but for loopback and the hosts that an engineer named."""

    def __init__(
        self, resolve: Resolve = _resolved, inner: httpcore.NetworkBackend | None = None
    ) -> None:
        self._resolve = resolve
        self._inner = inner or httpcore.SyncBackend()

    @override
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of a host's numbers that answers.

        Raises NeedsPersonError where one of them lies inside our own network, httpcore.ConnectError
        where the name is not known or nobody answers.
        """
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for number in self._numbers(host, port):
            try:
                return self._inner.connect_tcp(number, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _numbers(self, host: str, port: int) -> Sequence[str]:
        name = host.lower().removesuffix(".")
        if name in _allowed_hosts() or _loopback(name):
            return [host]
        try:
            numbers = self._resolve(host, port)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        for number in numbers:
            found = _address_of(number.partition("%")[0])
            if found is None or not is_public(found):
                raise NeedsPersonError(
                    reason=f"{host} leads to {number}, which is no public address. Correct the"
                    " address, or name the host in TORGPRED_ALLOW_HOSTS."
                )
        return numbers


class GuardedTransport(httpx.HTTPTransport):
    """httpx's transport over a `GuardedBackend`; it knows no proxies."""

    def __init__(self, *, max_connections: int, max_keepalive_connections: int) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            max_connections=max_connections,
            max_keepalive_connections=max_keepalive_connections,
            keepalive_expiry=5.0,
            network_backend=GuardedBackend(),
        )
