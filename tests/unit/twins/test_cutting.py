"""Cutting a line closes that line, and leaves the process's other descriptors as they are."""

import socket
import tempfile

import psutil

from torgpred.twins.engine.cutting import cut


def test_the_callers_connection_is_closed_and_nothing_is_left_open() -> None:
    with (
        tempfile.TemporaryFile(),
        socket.create_server(("127.0.0.1", 0)) as door,
        socket.create_connection(door.getsockname()) as caller,
        socket.create_connection(door.getsockname()) as other,
    ):
        answering, _ = door.accept()
        beside, _ = door.accept()
        with answering, beside:
            process = psutil.Process()
            before = process.num_fds()
            assert cut(caller.getsockname()[1])
            assert caller.recv(1) == b""
            assert not cut(1), "nobody calls from there"
            assert process.num_fds() == before
            beside.sendall(b"!")
            assert other.recv(1) == b"!"
