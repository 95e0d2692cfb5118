"""Jobs of campaigns: they run by their clocks."""

from torgpred.campaigns.services import running


def run() -> bool:
    """Move campaigns by the clock and bring shops to it; True where more is left."""
    return running.run()
