"""A Chinese maker of kitchen goods with stock near Moscow: XLSX in Chinese, cost in yuan."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from torgpred.demo.sellers.faults import DUPLICATE_KEY, spoil
from torgpred.demo.sellers.items import Item, ean13, number, picture_addresses, table
from torgpred.demo.sellers.sheets import Sheet, write_workbook
from torgpred.demo.sellers.types import DemoSeller, Expected, Mapped, Meant, Span, Stated
from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Route, Step

BRAND: Final = "YUNHU"
FAULTS: Final = {
    "no_price": 3,
    "no_weight": 9,
    "no_sides": 7,
    "no_picture": 4,
    "no_description": 10,
    "wrong_barcode": 3,
    "no_barcode": 12,
    "grams_as_kg": 4,
    DUPLICATE_KEY: 1,
}
COLUMNS: Final = (
    "序号", "货号", "产品名称", "俄文名称", "类目", "品牌", "规格", "颜色", "材质", "容量(ml)",
    "直径(cm)", "成本价(元)", "毛重(kg)", "包装尺寸(cm)", "条形码", "库存(莫斯科仓)", "产地",
    "图片", "描述", "俄文描述",
)  # fmt: skip
_UNTRANSLATED: Final = {"LS", "GT"}
"""Goods whose Russian name nobody has written yet."""


def items() -> list[Item]:
    """Return the offers of the file, faults and all. `price` is the cost in yuan."""
    return spoil(_sound(), FAULTS)


def write(path: Path, picture_base: str) -> None:
    """Write the workbook: a title, then the header in row 2."""
    rows = [_row(place, item, picture_base) for place, item in enumerate(items(), 1)]
    above = ("虚构市云壶日用品有限公司 产品报价单 2026年11月",)
    write_workbook(path, [Sheet(name="报价单", above=above, header=COLUMNS, rows=rows)])


def _row(place: int, item: Item, picture_base: str) -> dict[str, str | float]:
    said = {name: value for name, value, _ in item.params}
    numbers = {
        "序号": float(place),
        "成本价(元)": float(item.price) if item.price else "",
        "毛重(kg)": float(item.weight) if item.weight else "",
        "库存(莫斯科仓)": float(item.quantity or 0),
        "容量(ml)": float(said["容量(ml)"]) if "容量(ml)" in said else "",
        "直径(cm)": float(said["直径(cm)"]) if "直径(cm)" in said else "",
    }
    return said | numbers | {
        "货号": item.key,
        "产品名称": item.name,
        "类目": item.category,
        "品牌": item.vendor,
        "包装尺寸(cm)": item.sides,
        "条形码": item.barcode,
        "产地": item.country,
        "图片": "\n".join(picture_addresses(item, picture_base)),
        "描述": item.description,
    }  # fmt: skip


def _sound() -> Iterator[Item]:
    words = table("kettle")
    serial = 0
    for goods in words["goods"]:
        for place, size in enumerate(goods["sizes"], 1):
            for colour in goods["colours"]:
                serial += 1
                yield _offer(goods, size, place, words["colours"][colour], serial)


def _offer(
    goods: dict[str, Any], size: list[Any], place: int, colour: list[str], serial: int
) -> Item:
    text, volume, cost, kilograms, sides = size
    key = f"YH-{goods['code']}{place}-{serial:03}"
    fields = {
        "俄文名称": ""
        if goods["code"] in _UNTRANSLATED
        else f"{goods['ru']} {_russian(text)}, {colour[1]}",
        "规格": text,
        "颜色": colour[0],
        "材质": goods["material"],
        "容量(ml)": str(volume) if volume else "",
        "直径(cm)": "" if "*" in text else _diameter(text, sides),
        "俄文描述": "" if goods["code"] in _UNTRANSLATED else goods["ru_says"],
    }
    return Item(
        key=key,
        category=goods["category"],
        name=f"{goods['zh']} {text} {colour[0]}",
        vendor=BRAND,
        price=f"{cost:.2f}",
        currency="CNY",
        quantity=number(0, 900, "yunhu", key),
        pictures=number(1, 4, "yunhu pictures", key),
        description=goods["zh_says"],
        params=tuple((name, value, "") for name, value in fields.items() if value),
        barcode=ean13("699999901", serial),
        weight=f"{kilograms:.2f}" if kilograms else "",
        sides=sides,
        country="中国",
    )


def _diameter(text: str, sides: str) -> str:
    """Round goods alone are sold by their diameter, which is the parcel's side but for paper."""
    return str(int(sides.split("*")[1]) - 2) if "寸" in text or text in {"24cm", "28cm"} else ""


def _russian(text: str) -> str:
    for sign, word in (
        ("ml", " мл"),
        ("寸", " дюймов"),
        ("连", " ячеек"),
        ("cm", " см"),
        ("L", " л"),
    ):
        text = text.replace(sign, word)
    return text.replace("*", "x").replace(".", ",")


def _twin(group: str, leaf: str) -> tuple[str, ...]:
    return ("Посуда и кухня", group, leaf)


SELLER: Final = DemoSeller(
    code="yunhu",
    name="虚构市云壶日用品有限公司",
    kind="有限公司",
    country="CN",
    uscc="91999900MA0DEM0Y1X",
    trade="kitchen",
    file_name="yunhu-baojiadan.xlsx",
    write=write,
    faults=FAULTS,
    brands=(BRAND,),
    currency="CNY",
    stock_place="склад ответственного хранения, г. Условск Московской области",
    pricing=PricingPolicy(
        basis=Basis.COST,
        commission=Decimal(8),
        fee=Decimal(5),
        margin=Decimal(45),
        route=Route(
            name="local stock",
            tax_out=Decimal(20),
            logistics=Logistics(
                currency="RUB",
                steps=(
                    Step(Decimal("0.5"), Decimal(110)),
                    Step(Decimal(1), Decimal(150)),
                    Step(Decimal(3), Decimal(240)),
                ),
            ),
        ),
        step=Decimal(100),
        ending=Decimal(90),
    ),
    statements=(
        Stated("weight_kg", Decimal("0.4"), ("保温杯",)),
        Stated("weight_kg", Decimal("0.3"), ("水杯",)),
        Stated("weight_kg", Decimal("0.5"), ("马克杯",)),
        Stated("weight_kg", Decimal("0.3"), ("玻璃杯",)),
        Stated("weight_kg", Decimal("0.3"), ("保鲜盒",)),
        Stated("package", (Decimal(15), Decimal(12), Decimal(12)), ("马克杯",)),
        Stated("package", (Decimal(23), Decimal(16), Decimal(8)), ("保鲜盒",)),
        Stated("package", (Decimal(9), Decimal(9), Decimal(28)), ("水杯",)),
    ),
    mapping=(
        Mapped(("保温杯",), _twin("Хранение продуктов", "Термокружки")),
        Mapped(("保温壶",), _twin("Хранение продуктов", "Термосы")),
        Mapped(("水杯",), _twin("Хранение продуктов", "Бутылки для воды")),
        Mapped(("储物罐",), _twin("Хранение продуктов", "Банки для сыпучих")),
        Mapped(("保鲜盒",), _twin("Хранение продуктов", "Контейнеры для еды")),
        Mapped(("饭盒",), _twin("Хранение продуктов", "Ланч-боксы")),
        Mapped(("茶壶",), _twin("Сервировка", "Чайники заварочные")),
        Mapped(("马克杯",), _twin("Сервировка", "Кружки и чашки")),
        Mapped(("碗",), _twin("Сервировка", "Салатники и миски")),
        Mapped(("盘子",), _twin("Сервировка", "Тарелки")),
        Mapped(("砧板",), _twin("Ножи и разделка", "Разделочные доски")),
        Mapped(("厨具",), _twin("Инструменты повара", "Лопатки и половники")),
        Mapped(("烘焙模具",), _twin("Выпечка", "Силиконовые формы")),
        Mapped(("沥水篮",), _twin("Инструменты повара", "Дуршлаги и сита")),
        Mapped(("汤锅",), _twin("Приготовление", "Кастрюли")),
        Mapped(("碗架",), _twin("Порядок на кухне", "Сушилки для посуды")),
        Mapped(("玻璃杯",), _twin("Бокалы и барная посуда", "Стаканы")),
        Mapped(("调味罐",), _twin("Хранение продуктов", "Банки для сыпучих")),
        Mapped(("煎锅",), _twin("Приготовление", "Сковороды")),
    ),
    values=(
        Meant("Материал", "不锈钢", "нержавеющая сталь"),
        Meant("Материал", "硅胶", "силикон"),
        Meant("Материал", "竹", "бамбук"),
    ),
    expected=Expected(
        offers=122,
        taken=Span(121, 122),
        whole=Span(72, 76),
        whole_once_stated=Span(93, 99),
    ),
)
