"""Writes of the catalogue."""

from torgpred.catalogue.services.columns import UnknownFieldError, decide_columns
from torgpred.catalogue.services.intake import take_in
from torgpred.catalogue.services.pictures import PictureReport, check_addresses, keep_pictures
from torgpred.catalogue.services.report import Counts, IntakeReport
from torgpred.catalogue.services.statements import (
    NewStatement,
    StatementGroupError,
    UnknownStatementError,
    state_fact,
    state_facts,
    undo_statement,
)

__all__ = [
    "Counts",
    "IntakeReport",
    "NewStatement",
    "PictureReport",
    "StatementGroupError",
    "UnknownFieldError",
    "UnknownStatementError",
    "check_addresses",
    "decide_columns",
    "keep_pictures",
    "state_fact",
    "state_facts",
    "take_in",
    "undo_statement",
]
