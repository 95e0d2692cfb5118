"""The real installation's side of a rehearsal: it reads, dumps, starts a process, and keeps.

It writes the rehearsal's own rows and nothing else. Everything of the copy lies in one folder of
the home folder, named after the process that plays; one whose process died is deleted by the next.
"""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from torgpred.campaigns import selectors
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import PhaseKind
from torgpred.campaigns.core.rehearsing.days import Handling
from torgpred.campaigns.core.rehearsing.stages import Stage
from torgpred.campaigns.selectors import rehearsals
from torgpred.campaigns.services import rehearsing
from torgpred.kernel.errors import TorgpredError
from torgpred.rehearsal.copying import copy_database
from torgpred.rehearsal.script import WORDS, Script, Word
from torgpred.runtime import database, holders
from torgpred.runtime.database import cluster
from torgpred.runtime.options import options

_KEPT: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "VIRTUAL_ENV",
                "PYTHONPATH", "HOME", "LD_LIBRARY_PATH")  # fmt: skip
"""Of our environment, what the process that plays gets: no address, no secret, no setting."""
_PATIENCE: Final = 60.0
_LAST_WORDS: Final = 600

Say = Callable[[Word], None]
Going = Callable[[], bool]


class RehearsalFailedError(TorgpredError):
    """A rehearsal could not be played to its end."""

    code = "rehearsal.failed"
    template = "The rehearsal was not played to its end: {reason}"


def play(
    rehearsal_id: int, *, say: Say = lambda _: None, going: Going = lambda: True
) -> rehearsals.RehearsalCard:
    """Play a rehearsal that this process claimed, and keep what came of it.

    `say` hears how far it is. It ends early once `going` is no longer true, or somebody stopped it.
    KeyboardInterrupt stops it. Whatever happens, nothing of the copy is left behind. Raises
    RehearsalFailedError, which is kept with the rehearsal.
    """
    bury_the_dead()
    try:
        with _folder() as folder:
            last = _played(rehearsal_id, folder, say, going)
        _keep(rehearsal_id, last)
    except KeyboardInterrupt:
        rehearsing.stop(rehearsal_id)
        raise
    except TorgpredError as error:
        rehearsing.fail(rehearsal_id, str(error))
        raise
    except Exception:
        rehearsing.fail(rehearsal_id, "Something broke. It was written to the log.")
        raise
    return rehearsals.rehearsal(rehearsal_id)


def _keep(rehearsal_id: int, last: Word | None) -> None:
    if last is None:
        rehearsing.give_back(rehearsal_id)
    elif last.parts is None or last.machine is None:
        raise RehearsalFailedError(reason=last.failed)
    else:
        rehearsing.finish(rehearsal_id, parts=last.parts, machine=last.machine)


def script_of(rehearsal_id: int) -> Script:
    """Return all that a rehearsal is played from, read in the real installation now."""
    card = selectors.campaign(rehearsals.campaign_of(rehearsal_id))
    asked = rehearsals.rehearsal(rehearsal_id)
    settled = card.state is not State.OPEN
    goods = rehearsals.goods(card, agreed_only=asked.agreed_only, settled=settled)
    busiest = rehearsals.busiest_days(card)
    given = asked.assumptions
    ship_by = card.outline.phase(PhaseKind.SHIP_BY)
    handling = {
        seller: Handling(max(given.handling, busiest.get(seller, 0)),
                         busiest.get(seller, 0) > given.handling)
        for seller in {one.seller_id for one in goods}
    }  # fmt: skip
    return Script(
        campaign_id=card.id,
        assumptions=given,
        minutes=asked.minutes,
        agreed_only=asked.agreed_only,
        goods=tuple(goods),
        handling=handling,
        starts=card.outline.reduced_from,
        ship_by=None if ship_by is None else ship_by.ends,
    )


def bury_the_dead() -> None:
    """Delete what rehearsals left behind whose process was killed."""
    for folder in sorted(_place().glob("*-*")):
        if holders.known_dead(folder.name.partition("-")[0]):
            _delete(folder)


def _place() -> Path:
    return options().home.expanduser().resolve() / "rehearsals"


@contextmanager
def _folder() -> Iterator[Path]:
    folder = _place() / f"{holders.me() or 'nobody'}-{secrets.token_hex(3)}"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        _delete(folder)


def _delete(folder: Path) -> None:
    cluster.stop(database.data_folder(folder))
    shutil.rmtree(folder, ignore_errors=True)


def _played(rehearsal_id: int, folder: Path, say: Say, going: Going) -> Word | None:
    """Let another process play; return its last word, None where it was not let to its end."""
    copying = Word(stage=Stage.COPYING)
    rehearsing.goes_on(rehearsal_id, stage=copying.stage)
    say(copying)
    script = folder / "script.json"
    script.write_bytes(msgspec.json.encode(script_of(rehearsal_id)))
    dump = folder / "copy.dump"
    copy_database(dump)
    with (folder / "rehearsal.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "torgpred.rehearsal", str(dump), str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment(folder),
            start_new_session=True,  # Ctrl-C is ours to hear; it ends when its input does
        )
    last = Word(failed="")
    try:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in process.stdout:
            last = WORDS.decode(line)
            say(last)
            on = rehearsing.goes_on(rehearsal_id, stage=last.stage, part=last.part)
            if not (on and going()):
                return None
        process.wait(_PATIENCE)
    finally:
        _end(process)
    if last.parts is None and not last.failed:
        words = (folder / "rehearsal.log").read_text(errors="replace")[-_LAST_WORDS:]
        return Word(failed=words.strip() or f"it ended with code {process.returncode}")
    return last


def environment(home: Path) -> dict[str, str]:
    """Return the environment of the process that plays: a home of its own, and no setting else."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"TORGPRED_HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"}


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Let the process end by itself, its database first; kill it where it does not."""
    assert process.stdin is not None  # noqa: S101 - it is a pipe
    assert process.stdout is not None  # noqa: S101
    try:
        process.stdin.close()
        process.wait(_PATIENCE)
    except (OSError, subprocess.TimeoutExpired):
        process.kill()
        process.wait()
    process.stdout.close()
