"""An enclosed process reaches this machine only, whatever library makes the call."""

import subprocess
import sys

import pytest

from torgpred.runtime import enclosed

_HEAD = """
import socket, smtplib, urllib.request
import httpx
from torgpred.runtime import enclosed
from torgpred.runtime.enclosed import EnclosedError
server = socket.create_server(("127.0.0.1", 0))
here = server.getsockname()[1]
{enclose}
def refused(work):
    try:
        work()
    except EnclosedError:
        return True
    except Exception as error:
        while error is not None:
            if isinstance(error, EnclosedError):
                return True
            error = error.__cause__ or error.__context__
    return False
"""
_WAYS = {
    "a connection": 'socket.create_connection(("192.0.2.1", 443), timeout=0.2)',
    "a connection by IPv6": ('socket.socket(socket.AF_INET6).connect(("2001:db8::1", 443, 0, 0))'),
    "a datagram": 'socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("192.0.2.1", 53))',
    "a name": 'socket.getaddrinfo("marketplace.example", 443)',
    "an old look-up of a name": 'socket.gethostbyname("marketplace.example")',
    "httpx": 'httpx.get("http://192.0.2.1/", timeout=0.2)',
    "urllib": 'urllib.request.urlopen("http://192.0.2.1/", timeout=0.2)',
    "mail": 'smtplib.SMTP("192.0.2.1", 25, timeout=0.2)',
    "everything of this machine": 'socket.socket().connect(("0.0.0.0", 9))',
}


def run(body: str, *, enclose: bool = True) -> str:
    head = _HEAD.format(enclose="enclosed.enclose()" if enclose else "")
    done = subprocess.run(
        [sys.executable, "-c", head + body],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("way", sorted(_WAYS))
def test_no_way_leads_out(way: str) -> None:
    assert run(f"print(refused(lambda: {_WAYS[way]}))") == "True"


def test_this_machine_is_reached_by_number_and_by_name() -> None:
    body = """
socket.create_connection(("127.0.0.1", here)).close()
socket.create_connection(("localhost", here)).close()
print("reached")
"""
    assert run(body) == "reached"


def test_without_it_the_same_call_is_not_refused() -> None:
    assert run(f"print(refused(lambda: {_WAYS['a name']}))", enclose=False) == "False"


def test_what_only_a_copy_may_do_is_refused_here() -> None:
    assert not enclosed.enclosed()
    with pytest.raises(enclosed.EnclosureError):
        enclosed.require()
