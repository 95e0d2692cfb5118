# ruff: noqa: PLC0415 - areas can be imported only once Django is set up
"""Processes that pull orders and are killed: `python -m tests.race.orders.pulling`.

Argument: shop. For each line on standard input a new process pulls again and again, as a restarted
worker would; its id is printed, and, once it was killed, how it ended.
It is forked from this one, which holds no connection, so that a restart takes no second.
"""

import os
import sys

import django


def main(shop_id: int) -> None:
    """Start a process for each line, and tell what became of it."""
    django.setup()
    from torgpred.orders import tasks
    from torgpred.orders.services import pulling
    from torgpred.runtime import slots

    slots.take = lambda *_, **__: 0.0  # rates are tried elsewhere
    pulling.TOGETHER = 20
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            while True:
                tasks._pull(shop_id)
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
