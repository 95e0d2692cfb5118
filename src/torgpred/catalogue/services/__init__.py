"""Writes of the catalogue."""

from torgpred.catalogue.services.intake import take_in
from torgpred.catalogue.services.report import Counts, IntakeReport
from torgpred.catalogue.services.statements import (
    StatementGroupError,
    UnknownStatementError,
    state_fact,
    undo_statement,
)

__all__ = [
    "Counts",
    "IntakeReport",
    "StatementGroupError",
    "UnknownStatementError",
    "state_fact",
    "take_in",
    "undo_statement",
]
