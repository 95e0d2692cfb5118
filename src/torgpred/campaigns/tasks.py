"""Jobs of campaigns: they run by their clocks."""

from torgpred.campaigns.services import running


def run() -> None:
    """Move campaigns by the clock and bring shops to it; the next sweep finds what is left."""
    running.run()
