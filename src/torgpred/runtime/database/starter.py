"""Calls the package in a process of its own: `python -m ... init|start DATA VERSION SOCKETS`."""

import atexit
import logging
import subprocess
import sys
from pathlib import Path
from typing import Any

from torgpred.runtime.database.package import handle


def main(step: str, data: str, version: str, sockets: str) -> None:
    """Make the data folder, or start the server on it; what goes wrong is printed."""
    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    try:
        server = handle(Path(data), int(version), Path(sockets))
        server.ensure_pgdata_inited()
        if step == "start":
            _start(server)
    except subprocess.SubprocessError:
        # The package has logged what the program said, which tells more than where it was called.
        sys.exit(1)


def _start(server: Any) -> None:  # noqa: ANN401 - the package is untyped
    try:
        server.start()
    finally:
        # On exit it would only edit its list of processes, which nothing of ours reads.
        atexit.unregister(server._cleanup)  # noqa: SLF001


if __name__ == "__main__":
    main(*sys.argv[1:])
