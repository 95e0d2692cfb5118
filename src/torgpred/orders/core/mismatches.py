"""Where a consignment and the marketplace's word for its order do not agree."""

from enum import StrEnum
from typing import Final


class Mismatch(StrEnum):
    """What a seller has to be told beside how far its consignment is."""

    AHEAD = "ahead"  # the marketplace's word is shipped, and this part is still open
    BACK = "back"  # the marketplace's word is cancelled, and this part was shipped


MISMATCHES: Final = {
    Mismatch.AHEAD: (
        "The marketplace counts the whole order as shipped, while this part is still open here."
        " If it was not sent, send it at once; then say so: torgpred orders ship. Its pieces stay"
        " promised until then."
    ),
    Mismatch.BACK: (
        "It was cancelled after it was shipped: expect the goods back, and write down what you see"
        " come: torgpred orders return."
    ),
}
