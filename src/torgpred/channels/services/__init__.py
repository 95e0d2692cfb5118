"""Writes of channels, and the way to a marketplace: `open(shop_id)` gives a connector."""

from torgpred.channels.families import families, family
from torgpred.channels.services.opening import (
    family_of,
    open,  # noqa: A004 - a shop is opened
    open_card,
)
from torgpred.channels.services.rules import (
    learn_dictionaries,
    learn_missing,
    learn_missing_dictionaries,
    learn_rules,
    learn_shop,
)
from torgpred.channels.services.shops import (
    add_shop,
    admit_seller,
    change_shop,
    dismiss_seller,
    replace_credentials,
    reseal_credentials,
    test_shop,
)

__all__ = [
    "add_shop",
    "admit_seller",
    "change_shop",
    "dismiss_seller",
    "families",
    "family",
    "family_of",
    "learn_dictionaries",
    "learn_missing",
    "learn_missing_dictionaries",
    "learn_rules",
    "learn_shop",
    "open",
    "open_card",
    "replace_credentials",
    "reseal_credentials",
    "test_shop",
]
