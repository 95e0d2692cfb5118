"""`python -m torgpred.twins`: serve the local marketplaces."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from torgpred.twins.registry import BUILDERS, DEFAULT_PORT, TwinInfo
from torgpred.twins.serving import PortTakenError, serve


def announcement(infos: Sequence[TwinInfo]) -> str:
    """Return one line of JSON: {"twins": [{code, base_url, token, accounts ...}]}."""
    return msgspec.json.encode({"twins": list(infos)}).decode()


def _tell(infos: Sequence[TwinInfo], *, as_json: bool) -> None:
    if as_json:
        lines = [announcement(infos)]
    else:
        lines = [f"{info.name}: {info.base_url}  token {info.token}" for info in infos]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until stopped; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m torgpred.twins", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="the first twin's port")
    parser.add_argument("--state", type=Path, required=True, help="folder of the state files")
    parser.add_argument("--json", action="store_true", help="first print addresses and tokens")
    parser.add_argument("--only", action="append", default=[], choices=sorted(BUILDERS))
    parser.add_argument("--tree", type=Path, help="another category tree, as JSON")
    parser.add_argument(
        "--with-parent", action="store_true", help="also stop when standard input ends"
    )
    given = parser.parse_args(arguments)
    try:
        serve(
            given.port,
            given.state,
            only=given.only,
            tree=given.tree,
            with_parent=given.with_parent,
            on_ready=lambda infos: _tell(infos, as_json=given.json),
        )
    except PortTakenError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    # The server's own threads sometimes abort while the interpreter winds down; everything is
    # written and closed by now, so leave without the winding down.
    os._exit(code)
