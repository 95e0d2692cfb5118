"""AliExpress Russia as data: what it accepts, what it can do, how fast it may be asked.

Source of the bounds: the marketplace's help pages and published clients; what is only inferred
comes from `choices`.
"""

from decimal import Decimal

from torgpred.channels.core.contract import (
    Action,
    Capabilities,
    Limit,
    Programme,
    Rules,
    TextLimits,
)
from torgpred.connectors.aliexpress_ru import choices

CATEGORIES_A_CALL = 20

RULES = Rules(
    texts={
        choices.LANGUAGE: TextLimits(
            title=choices.TITLE_CHARACTERS, description=choices.DESCRIPTION_CHARACTERS
        )
    },
    pictures_min=1,
    pictures_max=6,
    side_cm=(Decimal(1), Decimal(700)),
    weight_kg=(Decimal("0.01"), Decimal(700)),
    price_min=Decimal("0.01"),
    stock_max=999_999,
    lead_time_days=(1, 30),
    units=tuple(choices.UNITS),
    currency="RUB",
    needs_delivery_template=True,
    html_description=True,
)

CAPABILITIES = Capabilities(
    batch={
        Action.CREATE.value: 1000,
        Action.UPDATE.value: 1000,
        Action.PRICE.value: 1000,
        Action.STOCK.value: 1000,
        Action.PAUSE.value: 20,
        Action.RESUME.value: 20,
        Action.REMOVE.value: 20,
    },
    page_size=50,
    separate_price_call=True,
    separate_stock_call=True,
    order_push=False,
    promotions=False,
    idempotent_create=False,
    settle_seconds=choices.SETTLE_SECONDS,
    orders_page=100,
    orders_overlap_seconds=choices.ORDERS_OVERLAP_SECONDS,
    order_cancel=False,  # no such call was found
    couriers=True,
    parcels=True,
    parcels_batch=choices.PARCELS_BATCH,
    chat=True,
    messages_page=50,
)

PROGRAMMES = (
    Programme(
        code="mall",
        name="AliExpress Mall",
        conditions=(
            "Delivery from the territory of Russia (told in an interview, not verified)",
            "Warranty service in Russia (told by a third party's page; not verified)",
        ),
    ),
)
"""What is known of programmes. Conditions are told to people; rules are put in force by them."""

LIMITS = (
    Limit(
        key="token",
        operations=("*",),
        amount=choices.TOKEN_CALLS_A_SECOND,
        seconds=1.0,
        burst=1,
        kept_for_stock_and_orders=0.3,
        source="published clients space calls by 100 ms; the ceiling itself was not found",
    ),
    Limit(
        key="creates_and_edits",
        operations=("product.create", "product.edit"),
        amount=100_000,
        seconds=4 * 3600.0,
        burst=25_000,
        kept_for_stock_and_orders=0.0,
        source="help page: 100,000 a 4 hours over all create and edit methods together",
    ),
)
