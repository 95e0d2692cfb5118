"""The job that plays rehearsals which somebody asked for at a desk."""

from torgpred.campaigns.services import rehearsing
from torgpred.kernel.errors import TorgpredError
from torgpred.rehearsal import running
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger

_log = logger(__name__)


def play_next() -> bool:
    """Play one rehearsal; True where another may be waiting."""
    rehearsing.bury()
    claimed = rehearsing.claim()
    if claimed is None:
        return False
    try:
        running.play(claimed, going=lambda: not jobs.stopping())
    except TorgpredError as error:
        _log.warning("a rehearsal was not played", rehearsal=claimed, reason=str(error))
    return not jobs.stopping()
