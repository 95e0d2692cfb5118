"""What a campaign's price is counted from, as screens say it."""

from typing import Final

from django.utils.translation import gettext_noop

from torgpred.campaigns.core.rules import Base, RuleSet
from torgpred.web import words

_COUNTED_FROM: Final = {
    Base.LOWEST_REGULAR: gettext_noop("the lowest listed price of {days} days before the start"),
    Base.LOWEST_SHOWN: gettext_noop(
        "the lowest price that buyers saw in {days} days before the start"
    ),
    Base.LISTED: gettext_noop("the listed price when it was put forward"),
    Base.SHOWN: gettext_noop("what buyers saw when it was put forward"),
}


def counted_from(rules: RuleSet) -> str:
    """Return which price a rule set counts the reduction from; empty where it does not tell."""
    if rules.base is None:
        return ""
    return words.say(_COUNTED_FROM[rules.base], days=rules.look_back_days or 0)
