"""What can go wrong with plans and decisions, in words."""

from torgpred.kernel.errors import TorgpredError


class UnknownPlanError(TorgpredError):
    """No such plan for this seller."""

    code = "listings.unknown_plan"
    template = "No plan {given} is known. Make one: torgpred plan SELLER"


class PlanNotReadyError(TorgpredError):
    """The plan cannot be applied in its state."""

    code = "listings.plan_not_ready"
    template = "Plan {plan} is {state} and cannot be applied again. Make a new one."


class OvertakenPlanError(TorgpredError):
    """A newer plan of the same seller and shop was applied since."""

    code = "listings.overtaken_plan"
    template = "Plan {newer}, made after {plan}, was applied. Make a new plan."


class GuardsWaitError(TorgpredError):
    """The plan does something that looks like an accident, and nobody said that it is meant."""

    code = "listings.guards_wait"
    template = "Plan {plan} waits for an explicit yes: {said} Apply it with {options}."


class StalePlanError(TorgpredError):
    """More than a tenth of the plan no longer fits what is wanted or what stands in the shop."""

    code = "listings.stale_plan"
    template = (
        "{stale} of the {steps} steps of plan {plan} are out of date: files, decisions or the shop"
        " changed since. Nothing was sent. Make a new plan."
    )


class AnotherApplyError(TorgpredError):
    """Another plan of the same seller and shop is being applied."""

    code = "listings.another_apply"
    template = "Plan {other} is being applied to this shop. Finish it first: torgpred apply {other}"


class NothingToUndoError(TorgpredError):
    """The plan was not carried to its end, so there is nothing to take back yet."""

    code = "listings.nothing_to_undo"
    template = (
        "Plan {plan} is {state}: only what was applied can be undone. "
        "One that is applying is finished first: torgpred apply {plan}"
    )


class NotOfferedError(TorgpredError):
    """A choice that makes no sense for this drift."""

    code = "listings.drift_choice"
    template = "{place} cannot be decided as {choice}. It offers: {offered}"


class UnknownDriftDecisionError(TorgpredError):
    """No such decision of this seller is in force."""

    code = "listings.unknown_drift_decision"
    template = "There is no drift decision {number} in force."


class UnknownDriftError(TorgpredError):
    """Nothing that drifted is named so."""

    code = "listings.unknown_drift"
    template = "Nothing that drifted is called {given}. See: torgpred drift {seller}"


class UnknownAttributeError(TorgpredError):
    """The marketplace's category has no such attribute."""

    code = "listings.unknown_attribute"
    template = "Category {category} has no attribute {given}. It has: {known}"


class UnknownValueError(TorgpredError):
    """The attribute's dictionary has no such value."""

    code = "listings.unknown_value"
    template = "{given} is not a value of attribute {attribute} in category {category}."


class UnknownMarketCategoryError(TorgpredError):
    """The marketplace has no such category, or it takes no products."""

    code = "listings.unknown_market_category"
    template = "{given} is not a category of {family} that takes products."


class UnknownMappingError(TorgpredError):
    """No such decision, or none of this seller."""

    code = "listings.unknown_mapping"
    template = "There is no decision {given}; it may have been taken back already."


class PriceWindowError(TorgpredError):
    """The time for which prices were to hold makes no sense."""

    code = "listings.price_window"
    template = "Prices from {start} until {end}: the end must lie after the start and after now."


class TimedPricesMeetError(TorgpredError):
    """Moved so, two prices of one offer would be in force at once."""

    code = "listings.timed_prices_meet"
    template = (
        "{count} offers have another price for a time then, such as {offer} from {start} until"
        " {end} ({reference}). Nothing was moved. Withdraw or move that one first."
    )


class NotDueError(TorgpredError):
    """A switch of prices is applied at its moment, by itself."""

    code = "listings.not_due"
    template = (
        "Plan {plan} is applied by itself at {due}. To have its prices sooner, move them:"
        " torgpred prices move"
    )


class SwitchStaysError(TorgpredError):
    """A switch of prices is not undone as a plan: what causes it is taken back instead."""

    code = "listings.switch_stays"
    template = (
        "Plan {plan} switched prices for a time. Withdraw those prices, and the ordinary ones"
        " come back: torgpred prices withdraw"
    )
