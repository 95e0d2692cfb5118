"""A tiny marketplace family whose answers a test may change."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from torgpred.channels.core.contract import (
    Attribute,
    Capabilities,
    Connector,
    DeliveryTemplate,
    Lane,
    Limit,
    MarketCategory,
    Request,
    Rules,
    ShopReport,
    TextLimits,
    Transport,
)
from torgpred.kernel.errors import NeedsPersonError, RetryLaterError

COLOUR = Attribute(id="c", name="Цвет", values=(("1", "белый"), ("2", "чёрный")), dictionary=True)
BRAND = Attribute(id="b", name="Бренд", dictionary=True)
TREE = {
    "1": MarketCategory(id="1", name="Дом", children=("11", "12")),
    "11": MarketCategory(id="11", name="Свет", children=("111",)),
    "12": MarketCategory(id="12", name="Текстиль", attributes=(COLOUR,)),
    "111": MarketCategory(id="111", name="Лампы", attributes=(COLOUR, BRAND)),
    "2": MarketCategory(id="2", name="Игры", attributes=(BRAND,)),
}


class FakeShop:
    """A connector over a tree in memory. What it is asked is noted on its family."""

    def __init__(
        self, family: "FakeFamily", transport: Transport, secrets: Mapping[str, str]
    ) -> None:
        self.family = family
        self.transport = transport
        self.secrets = secrets

    def test(self) -> ShopReport:
        if self.secrets["token"] == "dead":
            raise NeedsPersonError(reason="The token is dead.")
        return ShopReport(ok=True, message="fine", templates=self.family.templates)

    def category_roots(self) -> Sequence[MarketCategory]:
        if self.family.busy:
            self.family.busy -= 1
            raise RetryLaterError(reason="busy", after=0.0)
        below = {child for one in self.family.tree.values() for child in one.children}
        return [
            MarketCategory(id=one.id, name=one.name)
            for one in self.family.tree.values()
            if one.id not in below
        ]

    def categories(self, ids: Sequence[str]) -> Sequence[MarketCategory]:
        self.family.asked.append(tuple(ids))
        return [self.family.tree[one] for one in ids if one in self.family.tree]

    def dictionary(self, category_id: str, attribute: Attribute) -> Iterator[tuple[str, str]]:
        self.family.asked.append((category_id, attribute.id))
        if category_id in self.family.refused:
            raise NeedsPersonError(reason="not for you")
        yield from self.family.brands

    def brands(self) -> Iterator[tuple[str, str]]:
        yield from self.family.brands

    def delivery_templates(self) -> Sequence[DeliveryTemplate]:
        return self.family.templates

    def ping(self) -> int:
        request = Request(operation="ping", method="GET", path="/ping", lane=Lane.CONTENT)
        return self.transport.send(request).status


class FakeFamily:
    """A family whose answers a test may change."""

    code = "fake"
    name = "Fake market"
    credential_fields = ("token",)
    default_address = "https://api.fake.example"
    product_page = ""
    capabilities = Capabilities(batch={"create": 10}, page_size=10)
    limits = (Limit(key="token", operations=("*",), amount=100, seconds=1.0),)
    programmes = ()
    rules = Rules(
        texts={"ru": TextLimits(title=100, description=1000)},
        pictures_min=1,
        pictures_max=6,
        side_cm=(Decimal(1), Decimal(700)),
        weight_kg=(Decimal("0.01"), Decimal(700)),
        price_min=Decimal("0.01"),
        stock_max=1000,
        lead_time_days=(1, 30),
        units=("piece",),
        currency="RUB",
    )

    def __init__(self) -> None:
        self.tree = dict(TREE)
        self.brands = [("b1", "Светоч"), ("b2", "Луч")]
        self.templates: tuple[DeliveryTemplate, ...] = (DeliveryTemplate(id="10", name="Почта"),)
        self.asked: list[tuple[str, ...]] = []
        self.busy = 0
        self.refused: set[str] = set()

    def open(self, transport: Transport, credentials: Mapping[str, str]) -> Connector:
        return FakeShop(self, transport, credentials)  # type: ignore[return-value]
