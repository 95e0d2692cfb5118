import re

import pytest
from tests.db.cli.conftest import Run

from torgpred.accounts import selectors, services
from torgpred.accounts.core.errors import UnfitEntryError

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    "words",
    [
        ("", "--country", "RU"),
        ("x" * 201, "--country", "RU"),
        ("Лампы", "--country", "Russia"),
        ("Лампы", "--code", "two words"),
        ("Лампы", "--code", "A" * 17),
        ("a\x1b[31m", "--country", "RU"),
    ],
)
def test_what_cannot_be_a_seller_is_told_in_words(run: Run, words: tuple[str, ...]) -> None:
    with pytest.raises(UnfitEntryError):
        run("seller", "add", *words)


@pytest.mark.parametrize("words", [("nobody", "staff"), ("a@example.org", "boss")])
def test_what_cannot_be_a_member_is_told_in_words(run: Run, words: tuple[str, str]) -> None:
    services.add_seller(name="Лампы", country="RU", code="LAMPS")

    with pytest.raises(UnfitEntryError):
        run("member", "add", "LAMPS", words[0], "Ольга", "--role", words[1])


def test_the_first_person_of_an_installation_comes_by_a_link(run: Run) -> None:
    services.ensure_operator()

    link = run("member", "invite", "OPERATOR", "olga@example.org", "Ольга").stdout.strip()
    token = re.fullmatch(r"http://127\.0\.0\.1:8800/invitation/([\w-]{43})/", link)
    assert token
    made = selectors.invitation(token[1])
    assert (made.email, made.role, made.state) == ("olga@example.org", "manager", "open")


def test_a_person_comes_changes_goes_and_comes_again(run: Run) -> None:
    seller = services.add_seller(name="Лампы", country="RU", code="LAMPS")

    run("member", "add", "LAMPS", "Olga@Example.org", "Ольга")
    run("member", "change", "LAMPS", "olga@example.org", "--role", "manager")
    [changed] = selectors.members(seller.id)
    run("member", "end", "LAMPS", "olga@example.org")
    [ended] = selectors.members(seller.id)
    run("member", "add", "LAMPS", "olga@example.org", "Ольга", "--role", "reader")
    [again] = selectors.members(seller.id)

    assert changed.role == "manager"
    assert ended.ended_at is not None
    assert (again.id, again.role, again.ended_at) == (changed.id, "reader", None)


def test_the_operator_has_members_from_the_start(run: Run) -> None:
    assert run("member", "add", "OPERATOR", "m@example.org", "Мария").exit_code == 0
