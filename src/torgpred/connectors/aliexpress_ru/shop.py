"""One shop on AliExpress Russia: the connector's contract.

Success is never the HTTP status alone: each result must be `ok` and each task must end in status
3. Reads answer at once; most writes answer with a group whose tasks are polled.
"""

from collections.abc import Iterator, Mapping, Sequence

from torgpred.channels.core.contract import (
    Action,
    Attribute,
    Change,
    DeliveryTemplate,
    Lane,
    MarketCategory,
    Outcome,
    Page,
    Phase,
    ShopReport,
    Submission,
    Transport,
)
from torgpred.channels.core.drafts import Seen
from torgpred.connectors.aliexpress_ru import answers, choices, errors, rules, sameness, seen, wire
from torgpred.connectors.aliexpress_ru.client import Call, Client
from torgpred.connectors.aliexpress_ru.messages import MessageCalls
from torgpred.connectors.aliexpress_ru.shipping import ShippingCalls
from torgpred.connectors.aliexpress_ru.submitting import outcomes_of, submission_of, writing_call
from torgpred.kernel.errors import NeedsPersonError, RefusedError


class Shop(ShippingCalls, MessageCalls):
    """A shop opened with its token. Implements torgpred.channels.core.contract.Connector."""

    def __init__(
        self, transport: Transport, token: str, *, public_site: str = choices.PUBLIC_SITE
    ) -> None:
        self._client = Client(transport, token)
        self._public_site = public_site.rstrip("/")

    def test(self) -> ShopReport:
        """Prove the token by asking for delivery templates. A dead token is reported, not raised.

        Raises RetryLaterError.
        """
        try:
            templates = tuple(self.delivery_templates())
        except (NeedsPersonError, RefusedError) as error:
            return ShopReport(ok=False, message=str(error))
        if not templates:
            return ShopReport(
                ok=True,
                message="The token works, but the shop has no delivery template. Make one in the "
                "seller cabinet: without it no product can be created.",
            )
        return ShopReport(ok=True, message="The token works.", templates=templates)

    def category_roots(self) -> Sequence[MarketCategory]:
        """Return the top categories, without attributes."""
        call = Call(operation="category.roots", path="/api/v1/categories/top", body={})
        given = self._client.ask(call, answers.CategoriesAnswer)
        return [answers.category_of(category) for category in given.categories or ()]

    def categories(self, ids: Sequence[str]) -> Sequence[MarketCategory]:
        """Return categories with attributes and children, 20 a call.

        Ids that are unknown, or of categories that buyers no longer see, are left out.
        """
        found: list[MarketCategory] = []
        for batch in _batches(list(dict.fromkeys(ids)), rules.CATEGORIES_A_CALL):
            call = Call(
                operation="category.get",
                path="/api/v1/categories/get",
                body={"ids": [wire.id_out(one) for one in batch]},
            )
            given = self._client.ask(call, answers.CategoriesAnswer)
            found += [
                answers.category_of(category)
                for category in given.categories or ()
                if category.is_visible is not False
            ]
        return found

    def dictionary(self, category_id: str, attribute: Attribute) -> Iterator[tuple[str, str]]:
        """Yield (id, name) of an attribute's values; no paging of this call is known."""
        call = Call(
            operation="category.dictionary",
            path="/api/v1/categories/values-dictionary",
            body={
                "category_id": wire.id_out(category_id),
                "property_id": wire.id_out(attribute.id),
                "is_sku_property": attribute.variant,
            },
        )
        for value in self._client.ask(call, answers.ValuesAnswer).values or ():
            yield answers.text(value.id), value.name

    def brands(self) -> Iterator[tuple[str, str]]:
        """Yield (id, name) of the approved brands."""
        offset = 0
        while True:
            call = Call(
                operation="brand.list",
                path="/api/v1/brand/get-brand-list",
                body={
                    "limit": choices.BRAND_PAGE,
                    "offset": offset,
                    "filters": {"status": ["approved"]},
                },
            )
            data = self._client.ask(call, answers.BrandsAnswer).data
            brands = (data.list if data else None) or ()
            for brand in brands:
                yield answers.text(brand.id), brand.name
            if len(brands) < choices.BRAND_PAGE:
                return
            offset += len(brands)

    def delivery_templates(self) -> Sequence[DeliveryTemplate]:
        """Return the shop's delivery templates; both spellings of the id are read."""
        call = Call(
            operation="template.list",
            method="GET",
            path="/api/v1/sellercenter/get-count-product-on-onboarding-template",
        )
        data = self._client.ask(call, answers.TemplatesAnswer).data
        templates = map(answers.template_of, (data.templates if data else None) or ())
        return [template for template in templates if template is not None]

    def submit(self, action: Action, changes: Sequence[Change]) -> Submission:
        """Hand over one batch. A create is sent once only: its lost answer is `unclear`.

        Raises ValueError where the batch is larger than the marketplace takes; see Client.ask.
        """
        bound = rules.CAPABILITIES.batch[action.value]
        if len(changes) > bound:
            msg = f"{action.value}: at most {bound} a call, not {len(changes)}"
            raise ValueError(msg)
        writing = writing_call(action, changes)
        if writing.call is None:
            return Submission("", tuple(writing.outcomes.values()))
        given = self._client.ask(writing.call, answers.SubmitAnswer)
        return submission_of(action, changes, writing, given)

    def outcomes(self, action: Action, submission: Submission) -> Sequence[Outcome]:
        """Ask for the group's tasks; an item whose task is missing or unfinished stays pending."""
        pending = any(outcome.phase is Phase.PENDING for outcome in submission.outcomes)
        if not submission.handle or not pending:
            return submission.outcomes
        call = Call(
            operation="task.list",
            method="GET",
            path="/api/v1/tasks",
            query={"group_id": submission.handle},
            lane=_LANES.get(action, Lane.CONTENT),
        )
        tasks = self._client.ask(call, answers.TasksAnswer).data or ()
        return outcomes_of(action, submission, tasks)

    def find(self, skus: Sequence[str]) -> Sequence[Seen]:
        """Return the products that hold any of these SKUs, each once."""
        found: dict[str, Seen] = {}
        for batch in _batches(list(dict.fromkeys(skus)), choices.FIND_BATCH):
            wanted = {sku.strip() for sku in batch}
            cursor = ""
            while True:
                page = self._list(cursor, skus=batch)
                for product in page.products:
                    if any(variant.sku.strip() in wanted for variant in product.variants):
                        found[product.remote_id] = product
                cursor = page.next
                if not cursor:
                    break
        return list(found.values())

    def page(self, cursor: str = "") -> Page:
        """Return up to 50 of the shop's products, by key: the cursor is the last product's id."""
        return self._list(cursor)

    def detail(self, remote_id: str) -> Seen | None:
        """Return everything the marketplace tells of one product; None where it is gone."""
        call = Call(
            operation="product.get",
            path="/api/v1/product/get-seller-product",
            body={"product_id": remote_id},
        )
        try:
            data = self._client.ask(call, seen.DetailAnswer).data
        except RefusedError as error:
            if errors.is_gone(error.data.get("code", ""), error.data.get("message", "")):
                return None
            raise
        if data is None:
            return None
        product = seen.seen_of(data)
        return product if product.remote_id else None

    def stocks(self, remote_sku_ids: Sequence[str]) -> Mapping[str, int]:
        """Return pieces for sale by the marketplace's SKU id; ids it does not know are left out."""
        pieces: dict[str, int] = {}
        for batch in _batches(list(dict.fromkeys(remote_sku_ids)), choices.STOCK_READ_BATCH):
            call = Call(
                operation="stock.list",
                path="/api/v1/stocks",
                lane=Lane.STOCK,
                body={"stocks": [{"sku": sku_id} for sku_id in batch]},
            )
            data = self._client.ask(call, answers.StocksAnswer).data
            for info in (data.skus_info if data else None) or ():
                quantity = answers.number(info.max_sellable_quantity)
                if quantity is not None:
                    pieces[answers.text(info.sku)] = int(quantity)
        return pieces

    def same(self, field: str, desired: object, seen: object) -> bool:
        """Tell whether a seen value is what the marketplace makes of a desired one."""
        return sameness.same(field, desired, seen)

    def public_address(self, remote_id: str) -> str:
        """Return the address where a buyer sees the product."""
        return f"{self._public_site}/item/{remote_id}.html" if remote_id else ""

    def _list(self, cursor: str, *, skus: Sequence[str] = ()) -> Page:
        body: dict[str, object] = {"limit": rules.CAPABILITIES.page_size}
        if cursor:
            body["last_product_id"] = cursor
        if skus:
            content = {"content_values": list(skus), "content_type": "SKU_SELLER_SKU"}
            body["filter"] = {"search_content": content}
        call = Call(
            operation="product.list", path="/api/v1/scroll-short-product-by-filter", body=body
        )
        given = self._client.ask(call, seen.ListAnswer).data or ()
        products = tuple(seen.seen_of(product) for product in given)
        last = products[-1].remote_id if len(products) >= rules.CAPABILITIES.page_size else ""
        return Page(products, "" if last == cursor else last)


_LANES = {Action.STOCK: Lane.STOCK, Action.PRICE: Lane.PRICES}


def _batches(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
