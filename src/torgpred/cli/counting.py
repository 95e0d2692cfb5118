"""Numbers of things as English says them."""


def counted(number: int, one: str, many: str = "") -> str:
    """Return "1 offer", "2 offers"; `many` is the plural where it is not `one` and an s."""
    return f"{number} {one if abs(number) == 1 else many or one + 's'}"
