"""What a marketplace is, seen from Torgpred: the contract that every connector fulfils.

Writing is asynchronous by nature: `submit` hands changes over and answers with a submission whose
items are accepted or refused at the door; `outcomes` is asked later, as often as needed, what
became of each accepted item. Reading what stands in the shop is by page, detail on demand.
Connectors see this package, the kernel and the transport they are given; nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

import msgspec

from torgpred.channels.core.drafts import Draft, Seen
from torgpred.channels.core.trade import Trade


# --- outbound calls -----------------------------------------------------------------------------
class Lane(StrEnum):
    """What a call is for. Stock and orders keep a part of a token's ceiling for themselves."""

    STOCK = "stock"
    ORDERS = "orders"
    PRICES = "prices"
    CONTENT = "content"


class Request(msgspec.Struct, frozen=True):
    """One outbound call. `path` is relative to the shop's base address."""

    operation: str
    """Key into the family's limits and name in the journal, such as "product.create"."""
    method: str
    path: str
    lane: Lane
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    body: bytes = b""
    repeatable: bool = True
    """False where a repeated call could take effect twice: then a lost answer is not retried by
    the transport but raised as RetryLaterError(unclear=True)."""
    units: int = 1
    """How much of a quota it uses, such as the number of products in a batch."""


class Response(msgspec.Struct, frozen=True):
    """An answer: any HTTP status that is not the transport's own business (429, 5xx)."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """The one way out, bound to one shop: allow-list, time-outs, retries, slots, journal."""

    def send(self, request: Request) -> Response:
        """Send a call and return the answer.

        Raises RetryLaterError (overload, 5xx or no answer after retries) and NeedsPersonError
        (address not allowed). 4xx other than 429 are returned: the connector knows their meaning.
        """


class Limit(msgspec.Struct, frozen=True):
    """A rate as data: so many units in a time, for one operation or shared by several.

    `amount` in `seconds` is the marketplace's own figure: no window of that length, wherever it
    begins, will hold more, the burst included.
    """

    key: str
    operations: tuple[str, ...]
    """Operations it counts, by their units; ("*",) is the ceiling that a whole token shares: it
    counts every call as one."""
    amount: int
    seconds: float
    burst: int = 1
    """How much of the amount may go at once; what remains is the steady rate."""
    kept_for_stock_and_orders: float = 0.0
    """Share of the amount that lanes other than stock and orders may not use."""
    source: str = ""


# --- rules of a marketplace ---------------------------------------------------------------------
class Attribute(msgspec.Struct, frozen=True, omit_defaults=True):
    """A property that a category asks for. `variant` ones tell SKUs of one product apart."""

    id: str
    name: str
    required: bool = False
    variant: bool = False
    values: tuple[tuple[str, str], ...] = ()
    """(id, name) pairs that came inline."""
    dictionary: bool = False
    """True where only dictionary values are accepted (inline or by `dictionary`)."""
    units: tuple[str, ...] = ()
    several: bool = False


class MarketCategory(msgspec.Struct, frozen=True, omit_defaults=True):
    """A category of the marketplace with the attributes its products need."""

    id: str
    name: str
    parent_id: str = ""
    path: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()

    @property
    def leaf(self) -> bool:
        """Only leaves take products."""
        return not self.children


class TextLimits(msgspec.Struct, frozen=True):
    """Bounds of one language's texts, in characters."""

    title: int
    description: int


class Rules(msgspec.Struct, frozen=True):
    """What a marketplace accepts, as data: the checks read it, the connector's author fills it."""

    texts: Mapping[str, TextLimits]
    """By language code; the first is the main language, which is required."""
    pictures_min: int
    pictures_max: int
    side_cm: tuple[Decimal, Decimal]
    weight_kg: tuple[Decimal, Decimal]
    price_min: Decimal
    stock_max: int
    lead_time_days: tuple[int, int]
    units: tuple[str, ...]
    currency: str
    needs_delivery_template: bool = True
    html_description: bool = True
    variants_max: int = 0
    """Variants of one product at most; 0 where no limit is known."""


class Programme(msgspec.Struct, frozen=True):
    """Something shops or listings are let into on conditions (local-stock mall, plus ...)."""

    code: str
    name: str
    conditions: tuple[str, ...] = ()


class Capabilities(msgspec.Struct, frozen=True):
    """What a family can do, so that nobody asks for more."""

    batch: Mapping[str, int]
    """Items one call of an action takes at most: "create", "update", "pause" ..."""
    page_size: int
    separate_price_call: bool = True
    separate_stock_call: bool = True
    order_push: bool = False
    promotions: bool = False
    idempotent_create: bool = False
    settle_seconds: float = 60.0
    """After an unclear create, so long until a look that finds nothing may be believed."""
    orders_page: int = 0
    """Orders in one page at most; 0 where the family tells no orders."""
    orders_overlap_seconds: float = 300.0
    """A change may show so late: no time is finished before it is so old when it is read."""
    order_cancel: bool = False
    """Whether an order can be cancelled by a call; else a person does it in the cabinet."""
    couriers: bool = False
    """Whether the steps of a seller's own courier can be told."""
    parcels: bool = False
    """Whether the marketplace's own logistics make parcels, labels and handover lists."""
    parcels_batch: int = 0
    """Parcels one call of `make_parcels` takes at most."""
    chat: bool = False
    messages_page: int = 0
    """Messages in one page at most."""


class DeliveryTemplate(msgspec.Struct, frozen=True):
    """A shop's delivery (freight) template."""

    id: str
    name: str


class ShopReport(msgspec.Struct, frozen=True):
    """What `shop test` learnt."""

    ok: bool
    message: str
    templates: tuple[DeliveryTemplate, ...] = ()


# --- changes and outcomes -----------------------------------------------------------------------
class Action(StrEnum):
    """What a change does to one product of a shop."""

    CREATE = "create"
    UPDATE = "update"  # any content field, variants included
    PRICE = "price"  # price and discount of existing SKUs only
    STOCK = "stock"
    PAUSE = "pause"
    RESUME = "resume"
    REMOVE = "remove"


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One product to change. `ref` is the caller's own key, given back in every outcome."""

    ref: str
    action: Action
    draft: Draft | None = None
    remote_id: str = ""
    remote_sku_ids: dict[str, str] = {}
    """Our SKU -> the marketplace's, for what already stands there."""
    stock: dict[str, int] = {}
    """Pieces by our SKU, of any of the product's SKUs: all that a STOCK change without a draft
    tells."""


class Phase(StrEnum):
    """How far one submitted item is."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"  # the same change would be refused again
    LATER = "later"  # not taken this time, through no fault of its own: it may be sent again


class Problem(msgspec.Struct, frozen=True):
    """Why the marketplace refused, in its words, with ours beside where the code is known."""

    code: str
    message: str
    mend: str = ""


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one change so far."""

    ref: str
    phase: Phase
    remote_id: str = ""
    task_id: str = ""
    problems: tuple[Problem, ...] = ()
    external_id: str = ""
    """The draft's external id, where the change had a draft: the second key to join tasks by."""


class Submission(msgspec.Struct, frozen=True, omit_defaults=True):
    """A batch that was handed over. Keep `handle` before polling: a restart goes on from it."""

    handle: str
    """The marketplace's group id; empty where every outcome is already final."""
    outcomes: tuple[Outcome, ...]


class Page(msgspec.Struct, frozen=True):
    """One page of what stands in a shop; `next` is empty on the last."""

    products: tuple[Seen, ...]
    next: str = ""


class Connector(Trade, Protocol):
    """One shop of one family, opened; what concerns goods that are sold is in `trade`.

    All methods call out; none may run inside a transaction. Every method may raise
    RetryLaterError, NeedsPersonError or RefusedError of the kernel; what goes wrong with single
    items is never raised but told by outcomes. A RetryLaterError that only means "not now" (a
    quota, a ceiling) says `busy=True`, with the other side's words in `said` and the seconds to
    wait in `after`, where they are known.
    """

    def test(self) -> ShopReport:
        """Prove that the credentials work, with calls that change nothing."""

    def category_roots(self) -> Sequence[MarketCategory]:
        """Return the top categories, without attributes."""

    def categories(self, ids: Sequence[str]) -> Sequence[MarketCategory]:
        """Return categories with attributes and children; any number, batched inside."""

    def dictionary(self, category_id: str, attribute: Attribute) -> Iterator[tuple[str, str]]:
        """Yield (id, name) of an attribute's values that did not come inline."""

    def brands(self) -> Iterator[tuple[str, str]]:
        """Yield (id, name) of the brands this shop may use."""

    def delivery_templates(self) -> Sequence[DeliveryTemplate]:
        """Return the shop's delivery templates."""

    def submit(self, action: Action, changes: Sequence[Change]) -> Submission:
        """Hand over one batch of one action, at most `capabilities.batch[action]` items.

        A lost answer raises RetryLaterError(unclear=True): the caller looks before it sends again.
        """

    def outcomes(self, action: Action, submission: Submission) -> Sequence[Outcome]:
        """Ask what became of a submission; one outcome an item, in the order submitted."""

    def find(self, skus: Sequence[str]) -> Sequence[Seen]:
        """Return the products that hold any of these SKUs (look before retry)."""

    def page(self, cursor: str = "") -> Page:
        """Return one page of the shop's products; start with an empty cursor."""

    def detail(self, remote_id: str) -> Seen | None:
        """Return everything the marketplace tells of one product; None where it is gone."""

    def stocks(self, remote_sku_ids: Sequence[str]) -> Mapping[str, int]:
        """Return pieces for sale by the marketplace's SKU id."""

    def same(self, field: str, desired: object, seen: object) -> bool:
        """Tell whether a seen value is what the marketplace makes of a desired one.

        Marketplaces normalise texts and numbers; a field is a draft's or variant's field name.
        """

    def public_address(self, remote_id: str) -> str:
        """Return the address where a buyer sees the product; empty where unknown."""


class Family(Protocol):
    """A marketplace family, as a package offers it under the entry point `torgpred.connectors`."""

    code: str
    """Such as "aliexpress_ru"; also the entry point's name."""
    name: str
    credential_fields: tuple[str, ...]
    """Names of the secrets a shop must be given, such as ("token",)."""
    default_address: str
    product_page: str
    """Where buyers see a product, with `{remote_id}` in it; empty where they see none."""
    capabilities: Capabilities
    rules: Rules
    limits: tuple[Limit, ...]
    programmes: tuple[Programme, ...]

    def open(self, transport: Transport, credentials: Mapping[str, str]) -> Connector:
        """Return a connector bound to one shop."""
