"""The packed table of digests behaves as a dict would."""

from hypothesis import given
from hypothesis import strategies as st

from torgpred.catalogue.services.known import Known
from torgpred.kernel.digests import digest


def make_known(count: int, missing: frozenset[int] = frozenset()) -> Known:
    digests = b"".join(digest(b"%d" % number) for number in range(count))
    ids = b"".join((10 * number + 5).to_bytes(8, "big") for number in range(count))
    return Known.unpack(digests, ids, missing)


@given(st.integers(0, 300), st.lists(st.integers(0, 400)))
def test_it_finds_what_it_knows_and_nothing_else(count: int, asked: list[int]) -> None:
    known = make_known(count)
    for number in asked:
        assert known.find(digest(b"%d" % number)) == (number if number < count else -1)
        assert known.place_of(10 * number + 5) == (number if number < count else -1)
        assert known.place_of(10 * number + 6) == -1


def test_digests_that_share_a_slot_are_told_apart() -> None:
    first, second = bytes(8) + b"\x01" * 8, bytes(8) + b"\x02" * 8
    known = Known.unpack(first + second, bytes(7) + b"\x01" + bytes(7) + b"\x02", ())
    assert [known.find(first), known.find(second)] == [0, 1]
    assert known.find(bytes(16)) == -1


def test_it_tells_the_unseen_from_the_returned() -> None:
    known = make_known(4, missing=frozenset({5, 15}))
    known.seen_at[0] = 7
    known.seen_at[2] = 3
    assert list(known.returned()) == [5]
    assert list(known.unseen()) == [35]
