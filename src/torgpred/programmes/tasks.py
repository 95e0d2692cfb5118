"""The job of programmes: what changed is judged again."""

from torgpred.programmes.services.judging import judge_all


def judge() -> None:
    """Judge every seller's offers for every programme; only what changed is redone."""
    judge_all()
