"""A process that may speak to this machine only, from a moment until its end.

A rehearsal runs on a copy of real shops, and an error in it must not reach a real marketplace,
whatever library makes the call. So the interpreter itself is asked: an audit hook sees every
connection and every datagram before it leaves, and no code of the process can take it away again.
Programs that the process starts are not bound by it; it starts its own server and twins only.
"""

import ipaddress
import socket
import sys
from typing import Any

from torgpred.kernel.errors import TorgpredError

_LOCAL = {"localhost", ""}
_CONNECTS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
_NAMES = {"socket.getaddrinfo", "socket.gethostbyname"}
_closed = False


class EnclosedError(TorgpredError):
    """Something in an enclosed process wanted to reach another machine."""

    code = "enclosed.refused"
    template = "This process speaks to this machine only; {address} was not called."


class EnclosureError(TorgpredError):
    """A programming error: what only a copy of the installation may do was asked of the real one.

    Nothing was done.
    """

    code = "enclosed.required"
    template = "This is done in a rehearsal's own copy only."


def enclose() -> None:
    """Let nothing in this process reach another machine from now on. It cannot be undone."""
    global _closed  # noqa: PLW0603 - a fact about the process
    if not _closed:
        _closed = True
        sys.addaudithook(_watch)


def enclosed() -> bool:
    """Tell whether this process can reach this machine only."""
    return _closed


def require() -> None:
    """Raise EnclosureError unless this process is enclosed."""
    if not _closed:
        raise EnclosureError


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _CONNECTS:
        # The address of a datagram's message may be missing: its socket was connected before.
        address = arguments[1] if len(arguments) > 1 else None
        if address is not None and not _is_here(arguments[0], address):
            raise EnclosedError(address=_told(address))
    elif event in _NAMES and not _is_local(arguments[0]):
        raise EnclosedError(address=_told(arguments[0]))


def _is_here(one: socket.socket, address: object) -> bool:
    if one.family not in {socket.AF_INET, socket.AF_INET6}:
        return True  # a socket file of this machine
    return isinstance(address, tuple) and _is_local(address[0])


def _is_local(host: object) -> bool:
    if host is None:
        return True
    text = host.decode(errors="replace") if isinstance(host, bytes) else str(host)
    if text in _LOCAL:
        return True
    try:
        return ipaddress.ip_address(text.split("%")[0]).is_loopback
    except ValueError:
        return False


def _told(address: object) -> str:
    return str(address[0] if isinstance(address, tuple) and address else address)[:100]
