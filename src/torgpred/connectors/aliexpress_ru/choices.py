"""What the marketplace's papers leave open, decided in one place so that it is easy to correct.

Everything here is an inference: no public document or client seen settles it. What is settled
stands beside the code that uses it.
"""

from decimal import Decimal

from torgpred.channels.core.drafts import Status

PUBLIC_SITE = "https://aliexpress.ru"
"""Where buyers see products: `{site}/item/{id}.html`."""

LANGUAGE = "ru"
"""Main language of every product we create, as `language` and in the text lists."""

LOCALE = "ru_RU"
"""Answers (category names, refusals) in the seller's language: header `x-request-locale`."""

UNITS = {
    "pair": 100000013,
    "pack": 100000014,
    "piece": 100000015,
    "set": 100000017,
    "square_metre": 100000019,
}
"""`product_unit`. The endings are certain, the common beginning is our reading of the source."""

STATUS_WORDS = {
    "online": Status.ON_SALE,
    "onselling": Status.ON_SALE,
    "onsale": Status.ON_SALE,
    "active": Status.ON_SALE,
    "published": Status.ON_SALE,
    "offline": Status.OFF_SALE,
    "offsale": Status.OFF_SALE,
    "inactive": Status.OFF_SALE,
    "expiredoffline": Status.OFF_SALE,
    "archived": Status.OFF_SALE,
    "auditing": Status.IN_REVIEW,
    "moderation": Status.IN_REVIEW,
    "onmoderation": Status.IN_REVIEW,
    "inreview": Status.IN_REVIEW,
    "processing": Status.IN_REVIEW,
    "editingrequired": Status.REJECTED,
    "editrequired": Status.REJECTED,
    "rejected": Status.REJECTED,
    "declined": Status.REJECTED,
    "violation": Status.REJECTED,
    "blocked": Status.REJECTED,
    "deleted": Status.DELETED,
    "removed": Status.DELETED,
}
"""Product status words without case, spaces, dots, dashes and underscores. The full list was not
found; these are the words of the family's global sister. Others are shown as they come."""

WEIGHT_STEP = Decimal("0.01")
"""Weights go out in steps of the least accepted weight, rounded up, so never understated."""

SIDE_STEP = Decimal(1)
"""Sides go out as whole centimetres, rounded up, since the documents type them as integers."""

PRICE_STEP = Decimal("0.01")

NO_DISCOUNT: str | None = None
"""What stands for "no discount" in the pair that a price call always carries: null. A price call
without the key is taken to erase the discount, as in the family's global sister."""

FIND_BATCH = 20
"""SKUs in one search: well under a page of 50, so that doubles still fit a page or two."""

STOCK_READ_BATCH = 100
"""SKUs in one reading of stock; no bound was found."""

BRAND_PAGE = 100

TITLE_CHARACTERS = 128
"""The family's global sister cuts titles here."""

DESCRIPTION_CHARACTERS = 20_000

SETTLE_SECONDS = 90.0
"""After an unclear create a look that finds nothing is believed only so much later: tasks have been
seen to end within half a minute, and the search may lag behind them."""

TOKEN_CALLS_A_SECOND = 10
"""Clients space their calls by 100 ms; the true ceiling of a token was not found."""

QUOTA_REST_SECONDS = 300.0
"""How long to leave a spent quota alone: its window moves on steadily, and no answer says when."""

ORDERS_OVERLAP_SECONDS = 180.0
"""How late a change may show in the list of orders; no document tells. Clients overlap by
minutes."""

PARCELS_BATCH = 50
"""Orders in one call that makes parcels; no bound was found."""

PARCEL_INFO = "LogisticInfo"
"""`trade_order_info` of a question for parcels. Orders are asked for without it: the one published
answer that has everything, parcels too, is to a question without it."""

ARRIVAL_TIME = "T12:00:00Z"
"""Time of day of a handover list's `arrival_date`: the afternoon in Moscow, so that the day is the
one that is meant from Kaliningrad to Vladivostok."""

HANDOVER_PAGE = 100

TEXT_MESSAGE = "text"
"""`type` of a chat message that is a text; its `payload` is taken to be {"text": ...}. The names of
the fields are known, the values are not."""
