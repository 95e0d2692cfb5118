from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.channels.core.drafts import Seen, SeenVariant, Status
from torgpred.listings.core.adopting import Bound, Claim, Loose, Why, barcode_key, match, settled

FIRST, SECOND = "4600000000008", "4600000000015"


def make_seen(remote_id: str, *skus: str, status: Status = Status.ON_SALE, **barcodes: str) -> Seen:
    variants = tuple(
        SeenVariant(sku, f"{remote_id}-{sku}", Decimal(10), barcode=barcodes.get(sku))
        for sku in skus
    )
    return Seen(remote_id, status, status.value, variants)


def claim(product: str, offer: str, seller: int = 1) -> tuple[Claim, ...]:
    return (Claim(seller, product, offer),)


def test_an_sku_goes_before_a_barcode() -> None:
    seen = make_seen("1", "A", A=FIRST)
    found = match(seen, {"A": claim("P", "A")}, {barcode_key(FIRST): claim("Q", "B")})
    assert isinstance(found, Bound)
    assert (found.product_key, found.offers, found.not_ours) == ("P", {"A": "A"}, ())


def test_a_barcode_names_the_offer_behind_another_sku() -> None:
    seen = make_seen("1", "OLD", "ALIEN", OLD=FIRST)
    found = match(seen, {}, {barcode_key(FIRST): claim("P", "A")})
    assert isinstance(found, Bound)
    assert (found.offers, found.not_ours) == ({"OLD": "A"}, ("ALIEN",))


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({}, Why.UNKNOWN),
        ({"A": claim("P", "A"), "B": claim("Q", "B")}, Why.SPLIT),
        ({"A": claim("P", "A"), "B": claim("P", "B", seller=2)}, Why.SELLERS),
        ({"A": claim("P", "A") + claim("P", "A", seller=2)}, Why.SELLERS),
    ],
)
def test_what_is_not_one_product_of_one_seller_stays_loose(
    claims: dict[str, tuple[Claim, ...]], why: Why
) -> None:
    found = match(make_seen("1", "A", "B"), claims, {})
    assert isinstance(found, Loose)
    assert found.why is why


def test_of_two_listings_of_one_product_the_one_on_sale_is_bound() -> None:
    def bound(remote_id: str, status: Status) -> Bound:
        return Bound(make_seen(remote_id, "A", status=status), 1, "P", {"A": "A"})

    one, other = bound("1", Status.OFF_SALE), bound("22", Status.ON_SALE)
    assert settled([one, other], []) == ([other], [Loose(one.seen, Why.DOUBLE, ((1, "P"),))])
    taken = settled([one, other], [(1, "P")])
    assert taken[0] == []
    assert {loose.why for loose in taken[1]} == {Why.DOUBLE}


@given(st.text(alphabet="0123456789 ", max_size=16))
def test_a_barcode_is_14_digits_or_nothing(text: str) -> None:
    key = barcode_key(text)
    assert key == "" or (len(key) == 14 and int(key) % 10**13 > 0)
    assert barcode_key(key) == key


@pytest.mark.parametrize("text", ["4600000000009", "2000000000015", "123", "", "ABC", "0" * 13])
def test_barcodes_that_prove_nothing(text: str) -> None:
    assert barcode_key(text) == ""


def test_the_same_number_in_other_lengths_is_the_same() -> None:
    assert barcode_key("036000291452") == barcode_key("0036000291452") == "00036000291452"
    assert barcode_key(f" {SECOND} ") == f"0{SECOND}"
