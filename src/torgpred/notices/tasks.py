"""Jobs of notices: what there is to tell is written down; what is due is sent, old ones go."""

from torgpred.notices.services import gathering, pruning, sending


def gather() -> None:
    """Write down what members are to be told."""
    gathering.gather()


def send() -> bool:
    """Send one member what is due; True where more may be left."""
    return sending.send_next()


def prune() -> bool:
    """Forget old notices; True where more are left."""
    return pruning.prune()
