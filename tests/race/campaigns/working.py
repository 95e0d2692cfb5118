# ruff: noqa: PLC0415 - areas can be imported only once Django is set up
"""Processes that run campaigns and are killed: `python -m tests.race.campaigns.working`.

Arguments: "on" or "off", and a file that names the campaign to be frozen. Each process does what a
worker does about campaigns and their prices, and what the manager's does who freezes one. With the
guard off, pieces are kept in a transaction of their own, some moments before it is written down
that they are: the control.
"""

import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tests.race.listings import switching


def work(guard: str) -> None:
    """Freeze, run, prepare, switch and look after side by side; never ends."""
    from torgpred.campaigns import tasks

    if guard == "off":
        _keep_apart()
    switching.again(_freeze)
    switching.again(tasks.run)
    switching.work("on")


def _freeze() -> None:
    """Do what the manager does until it is done: freeze the campaign that the file names."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.moves import State
    from torgpred.campaigns.services import moving

    wanted = Path(sys.argv[2])
    if wanted.exists():
        card = selectors.campaign(int(wanted.read_text()))
        if card.state is State.OPEN:
            moving.freeze(campaign_id=card.id, actor="manager")
        with suppress(FileNotFoundError):
            wanted.unlink()


def _keep_apart() -> None:
    from django.db import connection

    from torgpred.campaigns.services import running

    keep = running._keep

    def apart(row: object, card: object, parts: Iterable[object]) -> Iterable[object]:
        found: list[object] = []

        def alone() -> None:
            from torgpred.runtime.scope import scope

            with scope(row.seller_id):  # type: ignore[attr-defined]
                found.extend(keep(row, card, parts))  # type: ignore[arg-type]
            connection.close()

        thread = threading.Thread(target=alone)
        thread.start()
        thread.join()
        killed = Path(sys.argv[2]).with_suffix(".killed")
        while not killed.exists():  # the first process dies here, the next one has the file
            time.sleep(0.02)
        return found

    running._keep = apart  # type: ignore[assignment]


if __name__ == "__main__":
    switching.main(sys.argv[1], work)
