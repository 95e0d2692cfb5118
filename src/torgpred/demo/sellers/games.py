"""Board games: YML in UTF-8 that calls itself windows-1251, weighed on a part only."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from torgpred.demo.sellers.faults import DUPLICATE_KEY, spoil
from torgpred.demo.sellers.items import Item, cost_of, draw, number, table, with_barcodes
from torgpred.demo.sellers.types import DemoSeller, Expected, Mapped, Span, Stated
from torgpred.demo.sellers.yml import Catalogue, yml
from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Reduction, Route

BRAND: Final = "Кубарь и Фишка"
FAULTS: Final = {
    "no_price": 2,
    "no_weight": 24,
    "no_sides": 24,
    "no_picture": 2,
    "no_description": 3,
    "wrong_barcode": 3,
    "long_title": 1,
    "script": 1,
    DUPLICATE_KEY: 1,
}
_AUTHORS: Final = ("Тимофей Ладейкин", "Варвара Фишкина", "Аким Жетонов", "Злата Ходова")
_SKILLS: Final = ("память", "внимание", "счёт", "речь", "координацию")


def items() -> list[Item]:
    """Return the offers of the file, faults and all."""
    sound = [
        replace(one, cost=cost_of(one.price, one.key, 60, 92))
        for one in (*_games(), *_sleeves(), *_dice(), *_puzzles())
    ]
    return spoil(with_barcodes(sound, "469000303"), FAULTS)


def write(path: Path, picture_base: str) -> None:
    """Write the file: the bytes are UTF-8 whatever the first line says."""
    catalogue = Catalogue(
        shop=BRAND,
        company="ИП Невстречный К. Ф.",
        site="https://kubar-fishka.example",
        date="2026-11-01T18:40+03:00",
        categories=table("games")["categories"],
        declared="windows-1251",
    )
    path.write_bytes(yml(catalogue, items(), picture_base).encode())


def _games() -> Iterator[Item]:
    for place, row in enumerate(table("games")["games"].strip().splitlines(), 1):
        title, category, players, minutes, age, theme, price, grams, pitch = row.split("|")
        yield Item(
            key=f"{place:04}",
            category=category,
            name=f"Настольная игра «{title}»",
            vendor=BRAND,
            vendor_code=f"КФ-{place:04}",
            price=price,
            old_price=str(round(int(price) * 1.2 / 10) * 10) if place % 5 == 0 else "",
            quantity=number(0, 250, "games", place),
            pictures=number(2, 6, "pictures", place),
            description=_description(pitch, players, minutes, age),
            params=(
                ("Количество игроков", players, ""),
                ("Время партии", minutes, "мин"),
                ("Возраст", age, ""),
                ("Тема игры", theme, ""),
                ("Язык", "русский", ""),
                ("Автор", draw(_AUTHORS, title), ""),
                *((("Развивает", draw(_SKILLS, title), ""),) if category == "58" else ()),
            ),
            weight=f"{int(grams) / 1000:.2f}".replace(".", ","),
            sides=_box(int(grams)),
            country="Россия",
        )


def _box(grams: int) -> str:
    for limit, sides in ((250, "12/9/4"), (600, "20/20/5"), (1100, "26/26/6")):
        if grams <= limit:
            return sides
    return "30/30/8"


def _description(pitch: str, players: str, minutes: str, age: str) -> str:
    return (
        f"<p>{pitch}</p><p>Играют: {players}. Партия длится около {minutes} минут, "
        f"{age}.</p><p>В коробке поле или карты, жетоны, памятка и правила на русском языке.</p>"
    )


def _sleeves() -> Iterator[Item]:
    for width, length in table("games")["sleeves"]:
        yield _accessory(
            f"P-{width}x{length}",
            "61",
            f"Протекторы для карт {width}x{length} мм, 50 шт.",
            "Прозрачные протекторы из плотной плёнки: карты не липнут и легко тасуются.",
            190 + width,
            (("Количество в упаковке", "50", "шт"), ("Ширина", str(width), "мм"),
             ("Длина", str(length), "мм"), ("Материал", "пластик", "")),
            ("0,06", "12/8/2"),
        )  # fmt: skip


def _dice() -> Iterator[Item]:
    for place, (colour, pieces) in enumerate(table("games")["dice"], 1):
        yield _accessory(
            f"D-{place:02}",
            "62",
            f"Набор кубиков {colour}, {pieces} шт.",
            "Грани отшлифованы вручную, точки прокрашены и не стираются.",
            290 + pieces * 20,
            (("Цвет", colour, ""), ("Количество в упаковке", str(pieces), "шт"),
             ("Материал", "пластик", "")),
            ("0,09", "10/7/3"),
        )  # fmt: skip


def _puzzles() -> Iterator[Item]:
    for place, (title, parts) in enumerate(table("games")["puzzles"], 1):
        yield _accessory(
            f"Z-{place:02}",
            "63",
            f"Пазл «{title}», {parts} деталей",
            "Детали входят плотно, картон без отблеска, в коробке есть плакат с рисунком.",
            490 + parts // 2,
            (("Количество деталей", str(parts), "шт"), ("Материал", "картон", ""),
             ("Возраст", "от 8 лет", "")),
            (f"{0.3 + parts / 2500:.2f}".replace(".", ","), "34/24/5"),
        )  # fmt: skip


def _accessory(
    key: str,
    category: str,
    name: str,
    says: str,
    price: int,
    params: tuple[tuple[str, str, str], ...],
    parcel: tuple[str, str],
) -> Item:
    return Item(
        key=key,
        category=category,
        name=name,
        vendor=BRAND,
        price=str(price),
        quantity=number(0, 400, key),
        pictures=number(1, 3, key),
        description=f"<p>{says}</p>",
        params=(*params, *(() if category == "63" else (("Возраст", "от 6 лет", ""),))),
        weight=parcel[0],
        sides=parcel[1],
        country="Китай" if category == "62" else "Россия",
    )


SELLER: Final = DemoSeller(
    code="kubar-fishka",
    name="ИП Невстречный Кубарь Фишкович",
    kind="ИП",
    country="RU",
    inn="000300003041",
    trade="games",
    file_name="kubar-fishka-yml.xml",
    write=write,
    faults=FAULTS,
    brands=(BRAND,),
    stock_place="склад издательства, г. Протока",
    pricing=PricingPolicy(
        basis=Basis.KEPT,
        commission=Decimal(8),
        fee=Decimal(4),
        route=Route(
            tax_out=Decimal(6),
            logistics=Logistics(currency="RUB", per_parcel=Decimal(80), per_kg=Decimal(45)),
        ),
        step=Decimal(10),
        ending=Decimal(0),
        reduction=Reduction.FEED,
    ),
    statements=(
        Stated("weight_kg", Decimal("1.6"), ("Настольные игры", "Стратегические игры"), "51"),
        Stated("weight_kg", Decimal("0.9"), ("Настольные игры",), "5"),
        Stated("package", (Decimal(26), Decimal(26), Decimal(6)), ("Настольные игры",), "5"),
        Stated("weight_kg", Decimal("0.1"), ("Для игр", "Протекторы для карт"), "61"),
        Stated("weight_kg", Decimal("0.1"), ("Для игр", "Кубики игральные"), "62"),
        Stated("weight_kg", Decimal("0.8"), ("Для игр", "Пазлы"), "63"),
        Stated("package", (Decimal(34), Decimal(24), Decimal(5)), ("Для игр",), "6"),
    ),
    mapping=(
        Mapped(
            ("Настольные игры", "Детективы и квесты"),
            ("Настольные игры", "Игры для компании", "Детективные игры"),
            "56",
        ),
        Mapped(
            ("Настольные игры", "Детям"),
            ("Настольные игры", "Детские настольные игры", "Обучающие игры"),
            "58",
        ),
        Mapped(
            ("Настольные игры", "Дополнения"),
            ("Настольные игры", "Игры для компании", "Дополнения к играм"),
            "59",
        ),
    ),
    expected=Expected(
        offers=80,
        taken=Span(79, 79),
        whole=Span(26, 28),
        whole_once_stated=Span(71, 75),
    ),
)
