"""Jobs of the catalogue: files that were given are taken in, and offers can be found by words."""

from torgpred.catalogue.services import requesting, wording


def read_files() -> bool:
    """Take in one file that somebody gave; True where another may be waiting."""
    return requesting.read_next()


def keep_words() -> bool:
    """Keep the words of offers that changed; True where more is left."""
    return wording.look_everywhere()
