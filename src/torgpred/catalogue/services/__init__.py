"""Writes of the catalogue."""

from torgpred.catalogue.services.columns import UnknownFieldError, decide_columns
from torgpred.catalogue.services.intake import take_in
from torgpred.catalogue.services.papers import (
    PaperGroupError,
    PaperPeriodError,
    UnknownPaperError,
    add_paper,
    undo_paper,
)
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
    "PaperGroupError",
    "PaperPeriodError",
    "PictureReport",
    "StatementGroupError",
    "UnknownFieldError",
    "UnknownPaperError",
    "UnknownStatementError",
    "add_paper",
    "check_addresses",
    "decide_columns",
    "keep_pictures",
    "state_fact",
    "state_facts",
    "take_in",
    "undo_paper",
    "undo_statement",
]
