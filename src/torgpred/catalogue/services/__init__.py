"""Writes of the catalogue."""

from torgpred.catalogue.services.intake import take_in
from torgpred.catalogue.services.report import Counts, IntakeReport

__all__ = ["Counts", "IntakeReport", "take_in"]
