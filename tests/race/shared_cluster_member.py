"""One command among many: comes up, writes rows, notes each only after it is committed, ends.

Arguments: its name, the file to note in, how long to work in seconds, and a fault to plant:
"no-lock" (starts without the lock between processes), "early-note" (notes before the commit).
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

os.environ["DJANGO_SETTINGS_MODULE"] = "torgpred.runtime.settings"

import django
from django.db import OperationalError, connection, transaction

from torgpred.runtime import database
from torgpred.runtime.database import cluster


@contextmanager
def no_lock(path: Path) -> Iterator[None]:
    yield


def main(name: str, notes: str, seconds: str, fault: str = "") -> None:
    if fault == "no-lock":
        mock.patch.object(cluster, "only_one", no_lock).start()
    django.setup()
    database.ensure(migrated=bool(os.environ.get("RACE_MIGRATED")))
    sys.stdout.write("up\n")
    sys.stdout.flush()
    number, until = 0, time.monotonic() + float(seconds)
    with Path(notes).open("a", encoding="utf-8") as file:
        while time.monotonic() < until:
            number += 1
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("INSERT INTO race_ledger VALUES (%s, %s)", [name, number])
                    if fault == "early-note":
                        note(file, name, number)
                        time.sleep(0.05)
            except OperationalError:
                continue  # not noted, so it may be there or not
            if fault != "early-note":
                note(file, name, number)
            time.sleep(0.005)


def note(file: object, name: str, number: int) -> None:
    print(name, number, file=file, flush=True)  # type: ignore[call-overload]


if __name__ == "__main__":
    main(*sys.argv[1:])
