from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from torgpred.twins.aliexpress_ru.texts import (
    ALLOWED_TAGS,
    one_line,
    picture_fault,
    plain_decimal,
    rich_text,
)

PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<script>",
        "</script>",
        "<scr",
        "ipt>",
        "<!--",
        "-->",
        "<img src='https://a.example/?a=1&amp;b=2'>",
        "<img src=javascript:1 onerror=x>",
        "<a href=x>",
        "<svg/onload=x>",
        "<iframe ",
        "&lt;",
        "&amp;",
        "&amp;lt;",
        "&#60;script&#62;",
        "&nbsp;",
        "<",
        ">",
        '"',
        " ",
        "\n",
        "текст",
        "e\u0301",
    ]
)
HTML = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[tuple[str, str | None]]]] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))


@given(HTML)
def test_rich_text_holds_allowed_tags_without_attributes(text: str) -> None:
    seen = Seen()
    seen.feed(rich_text(text))
    seen.close()
    for tag, attributes in seen.tags:
        assert tag in ALLOWED_TAGS
        assert attributes == [] or (tag, attributes[0][0], len(attributes)) == ("img", "src", 1)
        assert all((value or "").startswith("https://") for _, value in attributes)


@given(HTML)
def test_putting_in_order_twice_is_the_same_as_once(text: str) -> None:
    assert rich_text(rich_text(text)) == rich_text(text)


@given(st.text(max_size=60))
def test_one_line_has_single_spaces(text: str) -> None:
    line = one_line(text)
    assert line == " ".join(line.split())


@pytest.mark.parametrize("text", ["", "1,5", "1e3", "NaN", "-1", "+1", " 1", "1.", "１", "9" * 10])
def test_only_plain_decimals_are_prices(text: str) -> None:
    assert plain_decimal(text) is None


@pytest.mark.parametrize(
    ("address", "local_allowed", "fits"),
    [
        ("https://seller.example/1.jpg?a=b", False, True),
        ("http://10.0.0.8/1.jpg", False, False),
        ("http://10.0.0.8/1.jpg", True, True),
        ("http://intranet/1.jpg", False, False),
        ("http://[::1/1.jpg", True, False),
        ("https://a.example:port/1.jpg", True, False),
        ("data:image/png;base64,AAAA", True, False),
        ("//a.example/1.jpg", True, False),
        ("https://a.example/" + "a" * 2048, True, False),
    ],
)
def test_addresses_are_judged_by_their_spelling(
    address: str,
    local_allowed: bool,  # noqa: FBT001
    fits: bool,  # noqa: FBT001
) -> None:
    assert (picture_fault(address, local_allowed=local_allowed) is None) is fits
