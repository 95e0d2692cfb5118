from decimal import Decimal

import msgspec
import pytest
from tests.unit.listings.making import make_draft

from torgpred.listings.core.diff import Standing
from torgpred.listings.core.guards import Guard, GuardLimits, Watch


def watched(*changes: tuple[str, str], limits: GuardLimits | None = None) -> tuple[Guard, ...]:
    watch = Watch(limits or GuardLimits())
    for place, (old, new) in enumerate(changes):
        watch.price(f"S-{place}", Decimal(old), Decimal(new))
    return watch.guards(100)


@pytest.mark.parametrize(
    ("old", "new", "waits"),
    [
        ("2490", "24.90", True),  # lost two digits
        ("2490", "249", True),
        ("2490", "249000", True),  # kopecks for roubles
        ("2490", "1990", False),
        ("2490", "7470", False),
        ("2490", "7471", True),
        ("0", "100", False),
    ],
)
def test_a_price_that_jumps_waits_for_a_yes(old: str, new: str, *, waits: bool) -> None:
    assert bool(watched((old, new))) is waits


def test_a_guard_tells_how_many_with_examples() -> None:
    (guard,) = watched(*[("2490", "24.90")] * 7)
    assert (guard.code, guard.count) == ("prices", 7)
    assert guard.examples[0] == "S-0: 2490 -> 24.90"
    assert len(guard.examples) == 5
    assert "7 prices" in guard.message


def test_a_seller_may_choose_the_limit() -> None:
    assert not watched(("2490", "249"), limits=GuardLimits(price_times=Decimal(20)))


def repriced(*prices: str, limits: GuardLimits | None = None) -> tuple[Guard, ...]:
    """Return the guards of products that stand at 1000 each and would cost these prices."""
    watch = Watch(limits or GuardLimits())
    was = make_draft()
    was = msgspec.structs.replace(
        was, variants=tuple(msgspec.structs.replace(one, price=Decimal(1000), discount_price=None)
                            for one in was.variants[:1]),
    )  # fmt: skip
    for price in prices:
        (one,) = was.variants
        new = msgspec.structs.replace(one, price=Decimal(price))
        draft = msgspec.structs.replace(was, variants=(new,))
        watch.update(draft, Standing(bound=True, last_applied=was))
    return watch.guards(100)


@pytest.mark.parametrize(
    ("price", "waits"),
    [("1300", []), ("1301", ["moves"]), ("700", []), ("699", ["moves"]), ("3001", ["prices"])],
)
def test_a_price_that_moves_far_waits_for_a_yes_of_its_own(price: str, waits: list[str]) -> None:
    assert [one.code for one in repriced(price)] == waits
    assert not repriced("1780", limits=GuardLimits(price_percent=Decimal(80)))


def test_the_furthest_moves_are_shown_first() -> None:
    (guard,) = repriced("1310", "1320", "600", "1330", "1780", "1340", "1350")
    assert (guard.code, guard.count, guard.limit) == ("moves", 7, "30")
    assert [one.partition(": ")[2] for one in guard.examples] == [
        "1000 -> 1780", "1000 -> 600", "1000 -> 1350", "1000 -> 1340", "1000 -> 1330",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("gone", "standing", "waits"), [(5, 6, False), (20, 100, False), (21, 100, True)]
)
def test_removals_beyond_a_share_wait(gone: int, standing: int, *, waits: bool) -> None:
    watch = Watch(GuardLimits())
    watch.removed(gone, ["A"])
    assert bool(watch.guards(standing)) is waits


def test_a_product_that_loses_its_text_or_pictures_is_noticed() -> None:
    was = make_draft(descriptions={"ru": "x" * 900}, pictures=("1", "2", "3", "4"))
    watch = Watch(GuardLimits())
    for changed in (
        msgspec.structs.replace(was, descriptions={"ru": "x" * 100}),
        msgspec.structs.replace(was, pictures=("1",)),
        msgspec.structs.replace(was, descriptions={}),
    ):
        watch.update(changed, Standing(bound=True, last_applied=was))
    (guard,) = watch.guards(100)
    assert (guard.code, guard.count) == ("texts", 3)


def test_variants_that_leave_a_product_count_as_removed() -> None:
    was = make_draft()
    watch = Watch(GuardLimits(removal_few=0, removal_percent=Decimal(0)))
    watch.update(msgspec.structs.replace(was, variants=()), Standing(bound=True, last_applied=was))
    assert [guard.code for guard in watch.guards(10)] == ["removals"]


def test_examples_of_prices_are_of_several_moves() -> None:
    """Sizes of one thing move alike: five of them would hide what else moves."""
    (guard,) = watched(*[("2490", "24.90")] * 7, ("900", "100"), ("800", "100"))
    assert guard.count == 9
    assert [one.partition(": ")[2] for one in guard.examples] == [
        "2490 -> 24.90", "900 -> 100", "800 -> 100", "2490 -> 24.90", "2490 -> 24.90",
    ]  # fmt: skip
