"""Who waits for a lock, asked until somebody does: a race is shown when both sides stand in it."""

import time

from django.db import connection

from torgpred.runtime.database import connect
from torgpred.runtime.database.address import address

IN_TIME = 60.0


def who_waits_for(holder: int) -> int:
    """Return the process that waits for a lock of the process `holder`.

    Asked of pg_locks over a connection of its own: what a transaction sees of pg_stat_activity
    stays as it was at the first look.
    """
    deadline = time.monotonic() + IN_TIME
    with connect(address("admin").at(connection.settings_dict["NAME"])) as looking:
        while time.monotonic() < deadline:
            found = looking.execute(
                "SELECT pid FROM pg_locks WHERE NOT granted AND %s = ANY(pg_blocking_pids(pid))",
                [holder],
            ).fetchall()
            if found:
                return int(found[0][0])
            time.sleep(0.02)
    msg = f"nobody waited for {holder} in {IN_TIME:.0f} s"
    raise AssertionError(msg)


def backend_pid() -> int:
    """Return the process that serves this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
