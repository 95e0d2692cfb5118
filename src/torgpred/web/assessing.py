"""Assessing what strangers gave: fetched by the one way out, read in a process apart."""

import io
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from torgpred.demo import assess_apart, assessing
from torgpred.demo.assess_apart import Job
from torgpred.kernel.clock import now
from torgpred.kernel.errors import RefusedError, TorgpredError
from torgpred.listings.services import assessments
from torgpred.listings.services.assessments import Claimed, GivenUpError
from torgpred.runtime import files, jobs
from torgpred.runtime.addresses import check_strangers_address
from torgpred.runtime.observability import logger
from torgpred.runtime.transport import Call, Outlet

FETCH_SECONDS: Final = 40.0

_log = logger(__name__)


class NotGivenOutError(TorgpredError):
    """The address answered with something else than the file."""

    code = "assess.not_given_out"
    template = "The address answered with status {status}. Open it in a browser to see why."


def assess_next() -> bool:
    """Assess one file that somebody gave; False where none waits."""
    claimed = assessments.claim()
    if claimed is None:
        return False
    with tempfile.TemporaryDirectory(prefix="torgpred-assess-") as folder:
        try:
            _assess(claimed, Path(folder))
        except TorgpredError as error:
            assessments.fail(assessment_id=claimed.id, error=error)
        except Exception:  # noqa: BLE001 - the edge of a job: whoever asked has to be told
            _log.exception("a file was not assessed", assessment=claimed.id)
            assessments.fail(assessment_id=claimed.id, error=GivenUpError())
    return True


def _assess(claimed: Claimed, folder: Path) -> None:
    path = folder / files.safe_name(claimed.name)
    if claimed.file:
        files.copy_own(claimed.file, path)
    else:
        path.write_bytes(_fetched(claimed))
    known = assessing.known_market()
    job = Job(
        path=str(path),
        name=claimed.name,
        day=now().date(),
        basis=claimed.basis,
        market=known if known.learnt else None,
    )
    for said in assess_apart.run(job, folder, stopping=jobs.stopping):
        if said.done is not None:
            result = msgspec.structs.replace(said.done, file=claimed.name)
            assessments.settle(assessment_id=claimed.id, result=assess_apart.encoded(result))
            return
        look = None if said.look is None else assess_apart.encoded(said.look)
        assessments.saw(assessment_id=claimed.id, seen=said.seen, look=look)
    assessments.give_back(claimed.id)


def _fetched(claimed: Claimed) -> bytes:
    """Fetch the file of an address and keep it.

    Raises what a call raises, and NotGivenOutError.
    """
    base, path = check_strangers_address(claimed.address)
    outlet = Outlet(
        tenant_id=claimed.operator_id,
        base_address=base,
        patience=5.0,
        largest_answer=assessments.LARGEST,
        seconds=FETCH_SECONDS,
    )
    try:
        answer = outlet.send(Call("assess.fetch", "GET", path))
    except RefusedError as error:
        raise assess_apart.TooMuchError from error
    if answer.status != 200:
        raise NotGivenOutError(status=answer.status)
    assessments.fetched(
        assessment_id=claimed.id, stream=io.BytesIO(answer.body), size=len(answer.body)
    )
    return answer.body
