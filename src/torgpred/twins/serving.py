"""Serving the twins: each on a port of its own of this machine, until told to stop."""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from granian.constants import Interfaces
from granian.server.embed import Server

from torgpred.kernel.errors import TorgpredError
from torgpred.twins.registry import BUILDERS, Closable, TwinInfo, twins

HOST = "127.0.0.1"


class PortTakenError(TorgpredError):
    """Another program listens on a port that a twin needs."""

    code = "twins.port_taken"
    template = "Port {port} is in use. Stop what listens there, or choose another with --port."


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        # As the server itself does: a port whose last connections are dying out is free.
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise PortTakenError(port=port) from error


async def _listening(port: int) -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return


async def _announce(
    infos: Sequence[TwinInfo], on_ready: Callable[[Sequence[TwinInfo]], None]
) -> None:
    for info in infos:
        await _listening(info.port)
    on_ready(infos)


def _stop_with_parent(stop: Callable[[], None]) -> None:
    """Stop when standard input ends, that is, when the process that holds it is gone."""

    def watch() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        stop()

    threading.Thread(target=watch, daemon=True).start()


def _forget(_handle: object) -> None:
    """Take a result that nobody needs."""


async def _serve(
    infos: Sequence[TwinInfo],
    state: Path,
    tree: Path | None,
    on_ready: Callable[[Sequence[TwinInfo]], None],
    *,
    with_parent: bool,
) -> None:
    servers: list[Server] = []
    memories: list[Closable] = []
    for info in infos:
        app, memory = BUILDERS[info.code](state, tree)
        servers.append(
            Server(app, address=HOST, port=info.port, interface=Interfaces.ASGI, log_enabled=False)
        )
        memories.append(memory)
    loop = asyncio.get_running_loop()
    running = [asyncio.create_task(server.serve()) for server in servers]

    def stop() -> None:
        for server in servers:
            server.stop()  # type: ignore[no-untyped-call]

    if with_parent:
        _stop_with_parent(lambda: _forget(loop.call_soon_threadsafe(stop)))
    for name in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(name, stop)
        except NotImplementedError:  # Windows
            signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop))
    # Told to stop while starting, the servers end first and the announcement is never made.
    announcing = asyncio.create_task(_announce(infos, on_ready))
    await asyncio.gather(*running)
    announcing.cancel()
    for memory in memories:
        memory.close()


def serve(
    port: int,
    state: Path,
    *,
    only: Sequence[str] = (),
    tree: Path | None = None,
    with_parent: bool = False,
    on_ready: Callable[[Sequence[TwinInfo]], None] = lambda _: None,
) -> None:
    """Serve all twins (or only some) from a port on, until SIGINT or SIGTERM.

    `state` is the folder of their state files; it is made when missing. `on_ready` is called
    when all of them listen. `tree` is a JSON file to use instead of the built-in category tree.
    With `with_parent` they also stop when standard input ends. Raises PortTakenError.
    Blocks; to be the main work of a process of its own.
    """
    infos = [info for info in twins(port) if not only or info.code in only]
    for info in infos:
        _require_free(info.port)
    asyncio.run(_serve(infos, state, tree, on_ready, with_parent=with_parent))
