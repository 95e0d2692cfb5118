"""Cutting a line: the caller's connection is closed and no answer is given."""

import os
import socket
from pathlib import Path

_FOLDERS = (Path("/proc/self/fd"), Path("/dev/fd"))


def _descriptors() -> list[int]:
    for folder in _FOLDERS:
        try:
            return [int(name) for name in os.listdir(folder) if name.isdigit()]  # noqa: PTH208
        except OSError:
            continue
    return list(range(3, 4096))


def _shut(descriptor: int, port: int) -> bool:
    """Close a descriptor's connection if its other end has the port; what is no socket is left."""
    try:
        copy = os.dup(descriptor)
    except OSError:
        return False
    try:
        connection = socket.socket(fileno=copy)
    except OSError:  # a file or pipe: nobody else would close the copy
        os.close(copy)
        return False
    with connection:
        try:
            if connection.family not in {socket.AF_INET, socket.AF_INET6}:
                return False
            if connection.getpeername()[1] != port:
                return False
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return False
    return True


def cut(port: int) -> bool:
    """Close this process's connection whose other end has the port; return whether it was found.

    The server library has no way to hang up without an answer, so its socket is found among the
    process's descriptors. Only for connections from the same machine, where ports are unique.
    """
    return any(_shut(descriptor, port) for descriptor in _descriptors())
