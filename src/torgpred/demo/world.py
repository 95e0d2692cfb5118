"""The processes of the demo world: the twins, the picture server, the workers, the web.

Ports are chosen once and kept in the home folder: addresses in sellers' files stay the same from
one start to the next, so that their catalogues do too. While a world runs it claims its ports, so
that of two that are started at once none takes the other's.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import msgspec
from typing_extensions import override

from torgpred.demo import pictures
from torgpred.demo.sellers import all_sellers
from torgpred.kernel.errors import TorgpredError

HOST = "127.0.0.1"
DOOR = "TORGPRED_DEMO_DOOR"
"""Environment variable by which the web process knows that the demo started it."""
_FIRST_PORT = 9100
_PATIENCE = 300.0


class WorldError(TorgpredError):
    """A process of the demo did not come up."""

    code = "demo.not_up"
    template = "{what} did not answer within five minutes. Its last words: {words}"


class PortTakenError(TorgpredError):
    """Something else listens where this world did before."""

    code = "demo.port_taken"
    template = (
        "Port {port}, which this demo had before, is used by another program. Stop that one, or"
        " start the demo in a home of its own: TORGPRED_HOME=/some/empty/folder torgpred demo"
    )


class Ports(msgspec.Struct, frozen=True):
    """Where the world listens."""

    twin: int
    pictures: int
    web: int

    @property
    def twin_address(self) -> str:
        """Base address of the twin of AliExpress Russia."""
        return f"http://{HOST}:{self.twin}"

    @property
    def web_address(self) -> str:
        """Base address of the desks, the API and kept pictures."""
        return f"http://{HOST}:{self.web}"

    def picture_base(self, seller_code: str) -> str:
        """Return the address under which a seller's pictures are."""
        return f"http://{HOST}:{self.pictures}/{seller_code}"


def ports(home: Path) -> Ports:
    """Return the ports of the world that runs, or ran, in a home. Raises FileNotFoundError."""
    return msgspec.json.decode(_kept(home).read_bytes(), type=Ports)


def _kept(home: Path) -> Path:
    return home / "demo.json"


def _keep(home: Path, chosen: Ports) -> None:
    _kept(home).write_bytes(msgspec.json.encode(chosen))


@contextmanager
def running(home: Path, *, workers: bool, web: bool) -> Iterator[Ports]:
    """Run the world's processes until the end of the block, then stop them all.

    The twins and the pictures always run; the workers and the web process where wanted. SIGINT,
    SIGTERM and SIGHUP end the block with KeyboardInterrupt, also where a shell that started it in
    the background had them ignored.

    The embedded database is left running: `torgpred stop` stops it. Raises WorldError,
    PortTakenError.
    """
    with ExitStack() as held:
        held.enter_context(ended_by_signals())
        where = held.enter_context(_claimed_ports(home))
        server = _PictureServer((HOST, where.pictures), _Pictures)
        held.callback(server.server_close)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        held.callback(server.shutdown)
        children: list[subprocess.Popen[bytes]] = []
        word = _new_word(home)
        held.callback(_door(home).unlink, missing_ok=True)
        held.callback(stop, children)
        children.append(_start_twin(home, where))
        # The twin fetches pictures kept here from this machine.
        public = {"TORGPRED_PUBLIC_URL": where.web_address} if web else {}
        if workers:
            children.append(start_worker(home, public))
        if web:
            address = ["-m", "torgpred", "web", "--port", str(where.web)]
            children.append(_start(home, "web", address, {DOOR: word, **public}))
        yield where


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let the signals that ask a process to end raise KeyboardInterrupt, once, in a block."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    names = [one for one in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, one)]

    def end(*_: object) -> None:
        for name in names:  # a second one must not break off the stopping of the processes
            signal.signal(getattr(signal, name), signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {name: signal.signal(getattr(signal, name), end) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


@contextmanager
def _claimed_ports(home: Path) -> Iterator[Ports]:
    """Hold the world's ports for the length of a block, choosing them on first call.

    Raises PortTakenError.
    """
    with ExitStack() as held:
        if not _kept(home).exists():
            found = [held.enter_context(one) for one in _free(3)]
            _keep(home, Ports(*(one.getsockname()[1] for one in found)))
            yield ports(home)
            return
        where = ports(home)
        for port in (where.twin, where.pictures, where.web):
            claim = _claim(port)
            if claim is None:
                raise PortTakenError(port=port)
            held.enter_context(claim)
        yield where


def _claim(port: int) -> socket.socket | None:
    """Return a claim on a free port, None where it is taken or claimed.

    A claim is the UDP port of the same number: the system gives it up with the process, and what
    listens by TCP is not in its way.
    """
    claim = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        claim.bind((HOST, port))
        with socket.socket() as probe:
            if os.name == "posix":  # elsewhere this would let it share a port in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
    except OSError:
        claim.close()
        return None
    return claim


def _free(count: int) -> Iterator[socket.socket]:
    """Yield claims on free ports, near the usual ones where these are free."""
    port = _FIRST_PORT
    while count:
        if (claim := _claim(port)) is not None:
            count -= 1
            yield claim
        port += 1


def door_word(home: Path) -> str:
    """Return the word that opens one-click sign-in while a demo runs here; empty: none does."""
    try:
        return _door(home).read_text(encoding="ascii")
    except OSError:
        return ""


def _door(home: Path) -> Path:
    return home / "demo.door"


def _new_word(home: Path) -> str:
    word = secrets.token_urlsafe(32)
    _door(home).unlink(missing_ok=True)
    with os.fdopen(os.open(_door(home), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(word)
    return word


def open_account(where: Ports, *, code: str, name: str, brands: Sequence[str]) -> str:
    """Open a seller's account at the twin, or find it; return its token."""
    with httpx.Client(base_url=where.twin_address, timeout=30) as client:
        known = client.get("/twin/accounts").raise_for_status().json()
        for account in known:
            if account["code"] == code:
                return str(account["token"])
        new = {"code": code, "name": name, "brands": list(brands)}
        made = client.post("/twin/accounts", content=json.dumps(new)).raise_for_status()
        return str(made.json()["token"])


class _PictureServer(ThreadingHTTPServer):
    """Serves pictures; whoever leaves a page before all of them came is no error."""

    @override
    def handle_error(self, request: object, client_address: object) -> None:
        """Print what went wrong, but for a client that went away."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Pictures(BaseHTTPRequestHandler):
    """Serves /<seller code>/<SKU>-<n>.png, drawn on demand."""

    def do_GET(self) -> None:
        code, _, name = self.path.lstrip("/").partition("/")
        trade = next((one.trade for one in all_sellers() if one.code == code), "")
        content = pictures.named(name, trade=trade) if trade else None
        if content is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=86400")
        self.end_headers()
        self.wfile.write(content)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: a picture fetched is no news."""


def _start_twin(home: Path, where: Ports) -> subprocess.Popen[bytes]:
    state = home / "twins"
    state.mkdir(parents=True, exist_ok=True)
    words = ["-m", "torgpred.twins", "--port", str(where.twin), "--state", str(state)]
    child = _start(home, "twins", [*words, "--with-parent"])
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and child.poll() is None:
        try:
            httpx.get(f"{where.twin_address}/twin/ready", timeout=5).raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return child
    stop([child])
    words_said = (home / "logs" / "twins.log").read_text(errors="replace")[-500:]
    raise WorldError(what="The twin", words=words_said)


def _start(
    home: Path, name: str, words: Sequence[str], environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    logs = home / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / f"{name}.log").open("ab") as log:
        # A pipe as standard input: a child that watches it ends when this process is gone.
        return subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            [sys.executable, *words],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env={**os.environ, **(environment or {})},
        )


def start_worker(
    home: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start the workers; what they say is in the home's logs."""
    return _start(home, "worker", ["-m", "torgpred", "worker"], environment)


def stop(children: Sequence[subprocess.Popen[bytes]], patience: float = 10.0) -> None:
    """Ask processes to end, and kill those that do not within so many seconds."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
