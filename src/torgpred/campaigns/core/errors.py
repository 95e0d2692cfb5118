"""What can go wrong with campaigns."""

from torgpred.kernel.errors import TorgpredError


class UnknownCampaignError(TorgpredError):
    """No such campaign, or none that may be seen from here."""

    code = "campaigns.unknown_campaign"
    template = "Campaign {given!r} is not known. See: torgpred campaign list."


class UnknownRulesError(TorgpredError):
    """No rule set of this code, neither kept nor in the library."""

    code = "campaigns.unknown_rules"
    template = "Rule set {given!r} is not known. Known: {known}."


class UnfitCampaignError(TorgpredError):
    """Something in a campaign, a budget, a coupon or a rule set cannot be so."""

    code = "campaigns.unfit"
    template = "{place}: {message} {mend}"


class IllegalMoveError(TorgpredError):
    """A campaign cannot go from its state to the one that was asked for."""

    code = "campaigns.illegal_move"
    template = "Campaign {campaign} is {state}: it cannot become {wanted}. From here: {allowed}."


class NotPausedError(TorgpredError):
    """Only a paused campaign goes on by a person's word; the clock alone starts one."""

    code = "campaigns.not_paused"
    template = "Campaign {campaign} is not paused: there is nothing to go on with."


class CampaignClosedError(TorgpredError):
    """What was asked for is possible only in other states of the campaign."""

    code = "campaigns.closed"
    template = "Campaign {campaign} is {state}: {why}."


class IrreversibleError(TorgpredError):
    """An act that cannot be taken back was asked for without saying that one knows it."""

    code = "campaigns.irreversible"
    template = "{why} Say that you know it: --irreversible."


class NotNominatedError(TorgpredError):
    """An offer cannot be put forward."""

    code = "campaigns.not_nominated"
    template = "{offer} cannot be nominated: {message} {mend}"


class BadPriceError(TorgpredError):
    """An offer cannot be proposed at a price: the rules or the seller's least price forbid it."""

    code = "campaigns.bad_price"
    template = "{offer} cannot be proposed at {price}: give a price from {least} to {highest}."


class CampaignPriceError(TorgpredError):
    """A price for a time belongs to a campaign and is not taken back by itself."""

    code = "campaigns.its_price"
    template = "Price {number} was set by campaign {campaign}: pause or cancel that instead."


class ConsentError(TorgpredError):
    """A consent cannot be given or taken back so."""

    code = "campaigns.consent"
    template = "{why}"


class NothingEnrolledError(TorgpredError):
    """A seller has nothing in a shop that takes part."""

    code = "campaigns.nothing_enrolled"
    template = "Nothing of this seller takes part in campaign {campaign} in this shop."


class NoProofError(TorgpredError):
    """A proof was given that shows nothing."""

    code = "campaigns.no_proof"
    template = "The proof is empty. Give a file, or write what shows the enrolment."


class UnfitMoneyError(TorgpredError):
    """A source or an entry of spend cannot be so."""

    code = "campaigns.unfit_money"
    template = "{place}: {message} {mend}"


class UnknownSourceError(TorgpredError):
    """A campaign has no such source."""

    code = "campaigns.unknown_source"
    template = "Campaign {campaign} has no source {given!r}. It has: {known}."


class UnknownSpendError(TorgpredError):
    """A campaign has no such entry of spend."""

    code = "campaigns.unknown_spend"
    template = "Campaign {campaign} has no entry of spend {given}."


class SpendUndoneError(TorgpredError):
    """An entry of spend cannot be undone again, nor an undoing itself."""

    code = "campaigns.spend_undone"
    template = "Entry {given} is undone already, or undoes another. Enter what is right anew."


class UnknownReportError(TorgpredError):
    """A campaign has no such report, or it was withdrawn already."""

    code = "campaigns.unknown_report"
    template = "Campaign {campaign} has no report {given} that stands."


class NotAShopOfCampaignError(TorgpredError):
    """A report was given for a shop that does not take part."""

    code = "campaigns.not_a_shop"
    template = "Shop {given} does not take part in campaign {campaign}. Those that do: {known}."


class NotInCampaignError(TorgpredError):
    """A seller was asked for that has nothing in a campaign."""

    code = "campaigns.not_in_campaign"
    template = "Seller {seller} has nothing that takes part in campaign {campaign}."


class NothingToRehearseError(TorgpredError):
    """No offer takes part yet."""

    code = "campaigns.nothing_to_rehearse"
    template = (
        "Nothing takes part in campaign {campaign} yet that could be rehearsed. Put offers forward"
        " first: torgpred campaign nominate {campaign}."
    )


class RehearsalRunsError(TorgpredError):
    """A campaign is rehearsed once at a time."""

    code = "campaigns.rehearsal_runs"
    template = "Campaign {campaign} is being rehearsed already. Wait for its end, or stop it."


class UnknownRehearsalError(TorgpredError):
    """No such rehearsal, or none that may be seen from here."""

    code = "campaigns.unknown_rehearsal"
    template = "Rehearsal {given} of this campaign is not known."


class RehearsalNotDoneError(TorgpredError):
    """Only what a rehearsal came to can be shown outside."""

    code = "campaigns.rehearsal_not_done"
    template = "This rehearsal is not played to its end: there is nothing to show yet."


class TooFewToShowError(TorgpredError):
    """What rests on few sellers is not shown outside."""

    code = "campaigns.too_few_to_show"
    template = (
        "{sellers} sellers take part in this rehearsal. Figures over fewer than {least} are not"
        " shown outside."
    )


class UnknownLinkError(TorgpredError):
    """No such link to a rehearsal, or one that is over."""

    code = "campaigns.unknown_link"
    template = "This link opens nothing. It may have ended, or been withdrawn."
