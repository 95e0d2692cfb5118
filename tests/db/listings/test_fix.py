"""The fix file: written, filled, read back, through the services a shell calls."""

from pathlib import Path

from tests.db.listings.workbooks import Workbook
from tests.db.listings.world import World, make_boots

from torgpred.catalogue.core.offers import Offer
from torgpred.cli.fix_texts import FixWords
from torgpred.kernel.findings import Severity
from torgpred.listings.services.fix_reading import (
    FixReading,
    read_fix,
)
from torgpred.listings.services.fixing import FixSummary, write_fix
from torgpred.listings.services.observing import Depth

SHEET = "Валенки"
CODE = "W-1"


def write(world: World, path: Path, language: str = "ru") -> FixSummary:
    return write_fix(
        seller_id=world.seller, shop_id=world.shop, seller=CODE, path=path, say=FixWords(language)
    )


def read(world: World, path: Path) -> FixReading:
    return read_fix(
        seller_id=world.seller, shop_id=world.shop, seller=CODE, path=path, given_by="test"
    )


def bare(key: str, **overrides: object) -> Offer:
    """Return an offer that lacks weight, package and material."""
    given = {"weight_kg": None, "package": None, "params": ()} | overrides
    return make_boots(key, **given)


def weight_of(world: World, key: str) -> str:
    ((weight,),) = world.rows(
        "SELECT convert_from(seen, 'UTF8')::json ->> 'weight_kg' FROM listings_listedproduct"
        " WHERE product_key = %s",
        key,
    )
    return str(weight)


def wrong(done: FixReading) -> list[tuple[str, str, str]]:
    return [
        (one.place, one.value, one.code) for one in done.findings if one.severity is Severity.ERROR
    ]


def test_three_hundred_held_offers_go_out_and_come_back(world: World, tmp_path: Path) -> None:
    keys = [f"{number:04}" for number in range(1, 301)]
    world.feed(*(bare(key) for key in keys))
    assert world.plan().counts["ready"] == 0
    done = write(world, tmp_path / "fix.xlsx")
    assert (done.offers, done.rows, done.sheets, done.beyond) == (300, 300, 1, 0)
    book = Workbook(tmp_path / "fix.xlsx")
    book.fill(SHEET, "*", "attribute:2", "Шерсть")
    book.fill(SHEET, "*", "weight_kg", 0.8)
    mistakes = {
        book.fill(SHEET, "0007", "weight_kg", "восемьсот"): "восемьсот",
        book.fill(SHEET, "0008", "weight_kg", 900): "900",
        book.fill(SHEET, "0009", "attribute:2", "Шерст"): "Шерст",
        book.fill(SHEET, "0010", "package.length", "20x15"): "20x15",
    }
    filled = 2
    for place, key in enumerate(keys):
        if key in {"0007", "0008", "0009"}:
            continue
        if key != "0010":
            # Three ways to type a package, every third offer each.
            if place % 3 == 0:
                for side, value in (("length", 30), ("width", "20"), ("height", "12,5 см")):
                    book.fill(SHEET, key, f"package.{side}", value)
                filled += 3
            else:
                size = "30x20x12.5" if place % 3 == 1 else "300*200*125 мм"
                book.fill(SHEET, key, "package.width", size)
                filled += 1
        if place % 10 == 0:
            book.fill(SHEET, key, "weight_kg", "1,2 кг")
            filled += 1
    reading = read(world, book.save(tmp_path / "filled.xlsx"))
    assert {place: value for place, value, _ in wrong(reading)} == mistakes
    assert (reading.used, reading.unchanged) == (filled, 0)
    assert reading.statements == 2 + 1 + 1, "two for all, one package, one other weight"
    plan = world.plan()
    assert plan.counts["ready"] == 296, "what was said for all is not for offers with a wrong cell"
    again = read(world, tmp_path / "filled.xlsx")
    assert (again.used, again.unchanged, again.statements) == (0, filled, 0)
    assert wrong(again) == wrong(reading)
    receipt = world.apply(plan)
    assert receipt.steps == {"create.done": 296}
    world.look(Depth.ALL)
    assert (weight_of(world, "0011"), weight_of(world, "0012")) == ("1.20", "0.80")
    assert world.plan().steps == 0
