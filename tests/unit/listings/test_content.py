import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.listings.making import make_offer

from torgpred.listings.core import content


@pytest.mark.parametrize(
    ("given_html", "kept"),
    [
        ("<p>Дом</p>", "<p>Дом</p>"),
        ('<p onclick="x()">Дом</p>', "<p>Дом</p>"),
        ("<script>x()</script><b>Дом</b>", "<b>Дом</b>"),
        ('<a href="https://x.example">тут</a>', "тут"),
        ("<p><b>Дом</p>", "<p><b>Дом</b></p>"),
        ("&lt;p&gt;Дом&lt;/p&gt;", "<p>Дом</p>"),
        ("Дом\nи сад", "Дом<br>и сад"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("Тепло \U0001f525\x00 ☀ дома", "Тепло   дома"),
        ("<img src=x onerror=alert(1)>", ""),
    ],
)
def test_html_is_reduced_to_plain_markup(given_html: str, kept: str) -> None:
    assert " ".join(content.reduced_html(given_html).split()) == " ".join(kept.split())


@example(";<c>\n;")
@given(st.text(alphabet=st.sampled_from("<>/pbaбв &;\"=\n\x01brscriptonx'"), max_size=60))
def test_reduced_html_is_reduced_already(text: str) -> None:
    once = content.reduced_html(text)
    assert "<script" not in once
    assert content.reduced_html(once) == once or "&lt;" in once


@pytest.mark.parametrize(
    ("text", "limit", "kept"),
    [
        ("красная куртка", 20, "красная куртка"),
        ("красная куртка", 10, "красная"),
        ("красная, куртка", 9, "красная"),
        ("сверхдлинноеслово", 5, "сверх"),
    ],
)
def test_texts_are_cut_after_a_word(text: str, limit: int, kept: str) -> None:
    assert content.cut_at_word(text, limit) == kept


@given(
    text=st.text(max_size=400),
    limit=st.integers(min_value=10, max_value=100),
    html=st.booleans(),
)
def test_a_description_never_exceeds_its_limit(text: str, limit: int, *, html: bool) -> None:
    shown, length = content.description_of(text, limit, html_allowed=html)
    assert len(shown) <= limit
    assert length >= len(shown)


def test_too_long_html_is_cut_between_blocks() -> None:
    text = "<p>" + "а" * 30 + "</p><p>" + "б" * 30 + "</p>"
    assert content.description_of(text, 50, html_allowed=True)[0] == "<p>" + "а" * 30 + "</p>"


def test_where_html_is_not_shown_paragraphs_become_lines() -> None:
    shown, _ = content.description_of("<p>Дом</p><p>Сад &amp; огород</p>", 50, html_allowed=False)
    assert shown == "Дом\nСад & огород"


def test_a_group_is_titled_by_what_its_names_share() -> None:
    names = ["Куртка зимняя Север, синяя", "Куртка зимняя Север, красная"]
    assert content.stem_title(names) == "Куртка зимняя Север"
    assert content.stem_title(["Лампа 5 Вт", "Свеча"]) == "Лампа 5 Вт"


def test_a_title_is_made_of_vendor_and_model_where_there_is_no_name() -> None:
    assert content.title_of([make_offer(name=" ", vendor="Север", model="X 1")]) == "Север X 1"


def test_every_variant_shows_its_first_picture_before_anybodys_second() -> None:
    one = make_offer(pictures=("https://a.example/1", "https://a.example/2", "c:/x.jpg"))
    two = make_offer(pictures=("https://b.example/1", "https://a.example/1"))
    good, bad = content.pictures_of([one, two])
    assert good == ["https://a.example/1", "https://b.example/1", "https://a.example/2"]
    assert bad == ["c:/x.jpg"]
