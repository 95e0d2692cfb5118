"""When something may be told: never in quiet hours, on the member's own clock."""

from datetime import UTC, datetime

import pytest

from torgpred.notices.core.kinds import SAID, Kind, digest_key, due


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 11, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "quiet", "told"),
    [
        (at(12), (22, 7), at(12)),  # 15:00 in Moscow
        (at(19, 30), (22, 7), datetime(2026, 11, 12, 4, tzinfo=UTC)),  # 22:30: until 7 tomorrow
        (at(1), (22, 7), at(4)),  # 4:00: until 7 today
        (at(4), (22, 7), at(4)),  # 7:00 sharp is no longer quiet
        (at(10), (13, 15), at(12)),
        (at(10), (9, 9), at(10)),  # never quiet
    ],
)
def test_quiet_hours_are_the_members_own(
    moment: datetime, quiet: tuple[int, int], told: datetime
) -> None:
    assert due(moment, "Europe/Moscow", *quiet) == told


def test_the_summary_comes_once_a_day_of_the_members_clock() -> None:
    assert digest_key(at(4), "Europe/Moscow", 8) == ""
    assert digest_key(at(5), "Europe/Moscow", 8) == "digest:2026-11-11"
    assert digest_key(at(16), "Asia/Shanghai", 8) == ""  # already the next day, and too early


def test_every_kind_has_its_sentence() -> None:
    assert {one.partition(".")[0] for one in SAID} == set(Kind)
