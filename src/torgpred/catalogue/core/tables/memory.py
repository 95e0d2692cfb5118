"""What is remembered of a seller's tables: which header means what, and how the last one looked."""

import msgspec

IGNORED = "ignore"
PARAM = "param"


class TableMemory(msgspec.Struct, frozen=True, omit_defaults=True):
    """A seller's decisions about columns. Headers are as `columns.bare` writes them.

    `decisions` maps a header to a field of `columns.FIELDS`, to "param" (keep as a parameter) or
    to "ignore"; a field of weight or size may carry a unit after a colon: "weight:г", and so may a
    parameter that is measured: "param:мл".
    `layout` holds what each column of the last accepted table was read as.
    """

    decisions: dict[str, str] = {}
    layout: dict[str, str] = {}
