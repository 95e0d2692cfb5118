"""What can go wrong with asks."""

from torgpred.kernel.errors import TorgpredError


class UnknownAskError(TorgpredError):
    """No ask has this code."""

    code = "asks.unknown_ask"
    template = "There is no ask {given!r}. See: torgpred ask list"


class UnknownPartError(TorgpredError):
    """The ask has no figure, promise or clock of this number."""

    code = "asks.unknown_part"
    template = "Ask {ask} has no {what} {given}."


class UnfitAskError(TorgpredError):
    """Something that was entered about an ask cannot be."""

    code = "asks.unfit"
    template = "{value!r} cannot be the {what}: {why}."


class IllegalMoveError(TorgpredError):
    """An ask cannot go from its state to the one wanted."""

    code = "asks.illegal_move"
    template = "An ask that is {state} cannot become {wanted}. It may become: {possible}."


class NotReadyError(TorgpredError):
    """Something is missing before an ask may move on."""

    code = "asks.not_ready"
    template = "Ask {ask} cannot become {wanted} yet: {why}."


class OverError(TorgpredError):
    """The ask is closed or withdrawn: nothing is added any more."""

    code = "asks.over"
    template = "Ask {ask} is over; nothing is added to it. Begin a new one."


class UnknownQueryError(TorgpredError):
    """The library has no such query."""

    code = "asks.unknown_query"
    template = "There is no query {given!r}. Choose of: {known}."


class UnfitParameterError(TorgpredError):
    """A parameter of a query is missing or cannot be."""

    code = "asks.unfit_parameter"
    template = "{value!r} cannot be {name} of the query {query}: {why}."


class TooHeavyError(TorgpredError):
    """A query took longer than it may."""

    code = "asks.too_heavy"
    template = "The query {query} took longer than {seconds} s. Choose a shorter window."


class NoComplaintError(TorgpredError):
    """Sellers are joined in a complaint only."""

    code = "asks.no_complaint"
    template = "Ask {ask} is no complaint: sellers are joined in a complaint only."


class NoMoneyError(TorgpredError):
    """A query tells no money, so it cannot tell an effect."""

    code = "asks.no_money"
    template = "The query {query} tells no money. For an effect choose of: {known}."


class NotAskedError(TorgpredError):
    """The seller was not asked to join."""

    code = "asks.unknown_joining"
    template = "This seller was not asked to join {ask}."


class ConsentError(TorgpredError):
    """Consent that is not the seller's own."""

    code = "asks.consent"
    template = "Only a member of the seller who may act for it can answer for it."
