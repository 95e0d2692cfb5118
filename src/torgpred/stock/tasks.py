"""Jobs of stock: what feeds tell is taken, and locks whose time is over are closed."""

from torgpred.stock.services import feeds, keeping


def take_from_feeds() -> bool:
    """Bring levels to what sellers' files tell; True where more is left."""
    return feeds.look_everywhere()


def close_due_locks() -> bool:
    """Close locks whose time is over; True where more are due."""
    return keeping.close_due_locks()
