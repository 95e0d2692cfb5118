"""What the marketplace's words for the states of orders and parcels mean.

An order has five words: of the order itself, its payment, its delivery, the check for fraud, and
the one that the seller's cabinet displays. The displayed one decides where it is known, for it is
what the marketplace itself makes of the others: paid orders have been seen whose own word is still
`Created`. Source: enumerations in published clients, which differ in spelling and completeness; a
word that none of them has makes UNKNOWN only where no other word settles it.
"""

from torgpred.channels.core.orders import OrderPhase, ParcelPhase

Words = tuple[str | None, str | None, str | None, str | None, str | None]

_PLACED, _TO_SHIP, _SHIPPED = OrderPhase.PLACED, OrderPhase.TO_SHIP, OrderPhase.SHIPPED
_DELIVERED, _CANCELLED = OrderPhase.DELIVERED, OrderPhase.CANCELLED

_HELD_DISPLAYS = frozenset({"InCancel", "InFrozen", "InIssue"})
"""Something is being settled with the buyer or the marketplace: nothing may be shipped meanwhile;
what is on its way already stays so."""
_EARLY_DISPLAYS = _HELD_DISPLAYS | {
    "PlaceOrderSuccess",
    "PaymentPending",
    "WaitExamineMoney",
    "WaitGroup",
    "RiskControl",
}
_READY_DISPLAYS = frozenset(
    {"WaitSendGoods", "WaitSendGood", "PartialSendGoods", "PartialSendGood"}
)
_SENT_DISPLAYS = frozenset({"WaitAcceptGoods", "WaitAcceptGood"})
_DONE_DISPLAYS = frozenset({"Complete", "Finish"})

_DELIVERY = {
    "PartialShipped": _TO_SHIP,
    "Shipped": _SHIPPED,
    "InTransit": _SHIPPED,
    "ReadyForPickup": _SHIPPED,
    "Delivered": _DELIVERED,
    "Returned": _SHIPPED,  # it left us and is no finished sale; its parcel says the rest
    "Cancelled": _CANCELLED,
}
_NOT_SENT = frozenset({"Init", "Processing", "", None})
_OFF = frozenset({"Cancelled", "Closed"})
_PAID = frozenset({"Hold", "Paid", "PartiallyRefunded"})
_UNPAID = frozenset({"NotPaid", "Failed", "PaymentPending"})
_UNDONE = frozenset({"Cancelled", "Refunded"})
_CHECKING = frozenset({"Checking", "InReview"})
_NOT_PASSED = frozenset({"Blocked", "Rejected"})

RECEIVED = frozenset({"ConfirmedByBuyer", "AutoConfirm", "ConfirmedByLogistic"})
"""Values of `finish_reason` that end a sale well."""

CALLED_OFF = frozenset(
    {
        "PaymentTimeout", "ShippingTimeout", "BuyerNotPickUpPosting", "CancelledByBuyer",
        "SecurityClose", "LogisticOrderToPostingMapFailed", "CancelledBySeller",
        "BuyerDoesNotWantOrder", "BuyerWantChangeProduct", "BuyerChangeCoupon",
        "BuyerChangeMailAddress", "BuyerChangeLogistic", "BuyerCannotPayment",
        "BuyerOtherReasons", "ProductNotEnough", "SellerDidNotUseBuyerLogisticType",
        "BuyerCannotContactSeller", "SellerRiseOrderAmount", "CancelGroupBuyAfterPay",
        "GroupBuyFailure", "FreightCommitDayNotMatch",
    }
)  # fmt: skip
"""Values of `finish_reason` that end it without a sale."""

NO_ISSUE = frozenset({"NoDispute", "NO_ISSUE", "Finished", "END_ISSUE", "NotFound", ""})
"""Values of a line's `issue_status` that ask nothing of the seller."""

COUNTRIES = {
    "россия": "RU",
    "российская федерация": "RU",
    "russia": "RU",
    "russian federation": "RU",
    "беларусь": "BY",
    "белоруссия": "BY",
    "belarus": "BY",
    "казахстан": "KZ",
    "kazakhstan": "KZ",
    "армения": "AM",
    "кыргызстан": "KG",
    "киргизия": "KG",
    "узбекистан": "UZ",
    "грузия": "GE",
    "азербайджан": "AZ",
    "молдова": "MD",
    "таджикистан": "TJ",
    "туркменистан": "TM",
}
"""`buyer_country_code` has been seen to hold a country's name, in Russian, instead of its code."""


def country_code(word: str) -> str:
    """Return the ISO code of a country given by code or name; else the word as it came."""
    bare = word.strip()
    if len(bare) == 2 and bare.isascii() and bare.isalpha():
        return bare.upper()
    return COUNTRIES.get(bare.lower(), bare)


def phase_of(words: Words, finish_reason: str = "") -> OrderPhase:
    """Return how far an order is, by its five words and why it ended."""
    return (
        _ended(words, finish_reason)
        or _on_its_way(words)
        or _waiting(words)
        or _undisplayed(words)
        or OrderPhase.UNKNOWN
    )


def _ended(words: Words, finish_reason: str) -> OrderPhase | None:
    order, payment, delivery, _, display = words
    if finish_reason in RECEIVED:
        return _DELIVERED
    if finish_reason in CALLED_OFF or order in _OFF or display == "Close":
        return _CANCELLED
    if order == "Finished" and (payment in _UNDONE or delivery == "Cancelled"):
        return _CANCELLED
    return _DELIVERED if order == "Finished" or display in _DONE_DISPLAYS else None


def _on_its_way(words: Words) -> OrderPhase | None:
    sent = _DELIVERY.get(words[2] or "")
    if sent in (_SHIPPED, _DELIVERED, _CANCELLED):
        return sent
    return _SHIPPED if words[4] in _SENT_DISPLAYS else None


def _waiting(words: Words) -> OrderPhase | None:
    _, payment, _, fraud, display = words
    if payment in _UNDONE:
        return _CANCELLED
    if display in _EARLY_DISPLAYS or fraud in _CHECKING or fraud in _NOT_PASSED:
        return _PLACED
    if payment in _UNPAID:
        return _PLACED
    return _TO_SHIP if display in _READY_DISPLAYS else None


def _undisplayed(words: Words) -> OrderPhase | None:
    """Return how far an order is whose displayed word is missing or new."""
    order, payment, delivery, fraud, _ = words
    known = order in ("Created", "InProgress") and (
        delivery in _NOT_SENT or delivery == "PartialShipped"
    )
    if known and payment in _PAID:
        return _TO_SHIP if fraud == "Passed" else _PLACED
    return None


def held_by(words: Words) -> str:
    """Return the word for which an order is held although it may be paid; empty where none."""
    fraud, display = words[3], words[4]
    if display in _HELD_DISPLAYS:
        return display or ""
    return (fraud or "") if fraud in _NOT_PASSED else ""


_PARCELS = {
    "New": ParcelPhase.MADE,
    "AwaitingCreateOrder": ParcelPhase.MADE,
    "OrderCreationProblems": ParcelPhase.FAILED,
    "AwaitingHandoverList": ParcelPhase.MADE,
    "AddingToHandoverProblems": ParcelPhase.MADE,
    "AwaitingConfirmation": ParcelPhase.MADE,
    "AwaitingDispatch": ParcelPhase.HANDED_OVER,
    "OrderReceivedFromSeller": ParcelPhase.MOVING,
    "CrossDocSorting": ParcelPhase.MOVING,
    "CrossDocSent": ParcelPhase.MOVING,
    "ProviderPostingReceive": ParcelPhase.MOVING,
    "ProviderPostingLeftTheReception": ParcelPhase.MOVING,
    "ProviderPostingArrivedAtSorting": ParcelPhase.MOVING,
    "ProviderPostingSorting": ParcelPhase.MOVING,
    "ProviderPostingLeftTheSorting": ParcelPhase.MOVING,
    "ProviderPostingArrived": ParcelPhase.ARRIVED,
    "ProviderPostingDelivered": ParcelPhase.DELIVERED,
    "ProviderPostingUnsuccessfulAttemptOfDelivery": ParcelPhase.MOVING,
    "ProviderPostingInReturn": ParcelPhase.RETURNING,
    "ProviderPostingTemporaryStorage": ParcelPhase.MOVING,
    "ProviderPostingReturned": ParcelPhase.RETURNED,
    "Rejected": ParcelPhase.FAILED,
    "Cancelled": ParcelPhase.CANCELLED,
}

TRANSFERRED = frozenset({"Transferred", "Accepted", "PartiallyAccepted", "Sent", "Completed"})
"""States of a handover list that was declared handed over; before that it is `Created`."""


def parcel_phase(word: str, handover_word: str = "") -> ParcelPhase:
    """Return how far a parcel is; one whose list was handed over is no longer merely made."""
    phase = _PARCELS.get(word, ParcelPhase.UNKNOWN)
    if phase is ParcelPhase.MADE and handover_word in TRANSFERRED:
        return ParcelPhase.HANDED_OVER
    return phase
