"""Jobs of campaigns: they run by their clocks, and are judged anew each day."""

from torgpred.campaigns.services import judging, judging_anew, running, simulating


def run() -> None:
    """Move campaigns by the clock and bring shops to it; the next sweep finds what is left."""
    running.run()


def keep_up() -> None:
    """Judge open campaigns by their terms of today, so that nobody waits for it."""
    judging.keep_up()


def simulate() -> bool:
    """Work one simulation out that somebody asked for; True where another may be waiting."""
    return simulating.work_next()


def judge_anew() -> bool:
    """Judge one campaign that somebody asked for; True where another may be waiting."""
    return judging_anew.work_next()
