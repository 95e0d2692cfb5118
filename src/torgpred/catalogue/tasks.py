"""Jobs of the catalogue: files that were given are taken in."""

from torgpred.catalogue.services import requesting


def read_files() -> bool:
    """Take in one file that somebody gave; True where another may be waiting."""
    return requesting.read_next()
