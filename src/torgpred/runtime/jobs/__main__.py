"""Start one worker process: `python -m torgpred.runtime.jobs quick|bulk`."""

import argparse
import os
import sys

import django
import psycopg
from django.db import DatabaseError
from procrastinate.exceptions import ConnectorException

from torgpred.kernel.errors import TorgpredError
from torgpred.runtime.observability import configure, logger
from torgpred.runtime.options import options


def main() -> None:
    """Set up Django and run the process that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m torgpred.runtime.jobs")
    parser.add_argument("process", choices=["quick", "bulk"])
    parser.add_argument("--supervised", action="store_true", help="stop when stdin is closed")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torgpred.runtime.settings")
    configure(options().log_level)
    django.setup()
    from torgpred.runtime.jobs import worker  # noqa: PLC0415 - needs Django set up

    try:
        worker.run(
            given.process, concurrency=options().worker_concurrency, supervised=given.supervised
        )
    except (TorgpredError, DatabaseError, ConnectorException, psycopg.Error) as error:
        logger(__name__).warning("worker process gives up", process=given.process, why=str(error))
        sys.exit(1)


if __name__ == "__main__":
    main()
