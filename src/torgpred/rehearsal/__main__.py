"""`python -m torgpred.rehearsal DUMP SCRIPT`: the process that plays, started by `running` alone.

TORGPRED_HOME is a new folder of its own. It speaks by lines of JSON on its standard output and ends
when its standard input does, its database with it.
"""

import os
import sys
import threading
from pathlib import Path

import django
import msgspec

from torgpred.kernel.errors import TorgpredError
from torgpred.rehearsal.script import SCRIPTS, Word
from torgpred.runtime import database, enclosed, restore
from torgpred.runtime.options import options


def main(dump: Path, script: Path) -> int:
    """Make the copy, play it, tell what came of it; return the exit code."""
    # What other code prints must not stand between the lines that are read.
    lines = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    enclosed.enclose()
    os.environ["DJANGO_SETTINGS_MODULE"] = "torgpred.runtime.settings"
    django.setup()
    from torgpred.rehearsal import stand_in  # noqa: PLC0415 - needs Django set up

    def tell(word: Word) -> None:
        lines.write(msgspec.json.encode(word) + b"\n")

    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        restore.build_copy(dump)
        dump.unlink()
        stand_in.play(options().home, SCRIPTS.decode(script.read_bytes()), tell)
    except TorgpredError as error:
        tell(Word(failed=str(error)))
        return 1
    finally:
        database.stop()
    return 0


def _end_with_parent() -> None:
    """Stop the copy's database and end when whoever holds our standard input is gone."""
    while sys.stdin.buffer.read(4096):
        pass
    database.break_off()
    os._exit(2)


if __name__ == "__main__":
    code = main(Path(sys.argv[1]), Path(sys.argv[2]))
    sys.stdout.flush()
    os._exit(code)
