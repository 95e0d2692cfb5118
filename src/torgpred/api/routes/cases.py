"""Joint cases: the complaints that a seller was asked to join."""

from torgpred.api.entering import Entered
from torgpred.api.registering import Section
from torgpred.api.routes.asks import READ
from torgpred.api.shapes.asks import Cases
from torgpred.asks import selectors

section = Section("Asks")


@section.read("/sellers/{seller}/cases", READ, Cases)
def cases(request: Entered, seller: str) -> dict[str, object]:
    """List the complaints that a seller was asked to join, each with its own part alone.

    Its yes is given by its own member at its desk, never by a program.
    """
    return {"items": selectors.cases_of(request.caller.seller.id)}
