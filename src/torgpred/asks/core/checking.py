"""What a recomputation of a figure came to."""

from enum import StrEnum

import msgspec

from torgpred.asks.core.adding import Value


class Verdict(StrEnum):
    """How a figure stands against its stored query and its seal."""

    SAME = "same"
    CHANGED = "changed"  # its rows are others now
    TAMPERED = "tampered"  # what is kept of it is not what was sealed
    UNKNOWN = "unknown"  # the library no longer holds its query as it was


class Checked(msgspec.Struct, frozen=True):
    """One figure recomputed. `name` is its number, or the code of a joined seller.

    `now` and `digest_now` are None where nothing was recomputed. Digests are hex.
    """

    name: str
    query: str
    verdict: Verdict
    kept: Value
    now: Value | None
    digest_kept: str
    digest_now: str | None


class Verification(msgspec.Struct, frozen=True):
    """All figures of an ask recomputed.

    `whole`: none was taken out of the chain, and its last seal is the one that the ask keeps.
    `known_seal`: whether the seal that was asked after is in it; None where none was.
    """

    ask: str
    head: str
    whole: bool
    figures: tuple[Checked, ...]
    known_seal: bool | None = None

    @property
    def well(self) -> bool:
        """Tell whether every figure is what it was, under an unbroken chain."""
        return (
            self.whole
            and self.known_seal is not False
            and all(one.verdict is Verdict.SAME for one in self.figures)
        )
