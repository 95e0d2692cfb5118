"""Papers at the seller's desk: given with a copy, told before they end, private to their seller."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from torgpred.accounts import services
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.papers import Paper
from torgpred.kernel.clock import now

pytestmark = pytest.mark.django_db


def sitting(kind: str, code: str, role: str = "staff") -> tuple[int, Client]:
    """Return a tenant and the browser of a member of it."""
    if kind == "operator":
        tenant = services.ensure_operator()
    else:
        tenant = services.add_seller(name=code, country="RU", code=code)
    email = f"{code.lower()}@example.org"
    person = services.ensure_person(email=email, name=code)
    services.ensure_member(
        tenant_id=tenant.id, email=email, name=code, role=role, user_id=person.pk
    )
    client = Client(headers={"accept-language": "en"})
    client.force_login(person)
    return tenant.id, client


def give(client: Client, **fields: object) -> None:
    given = {"kind": "certificate", "number": "RU C-7", "issuer": "Ростест", **fields}
    answer = client.post("/s/LAMPS/papers/add/", given)
    assert answer.status_code == 302, answer.status_code


def only(seller: int) -> Paper:
    (paper,) = catalogue.papers(seller)
    return paper


def test_a_paper_with_its_copy_is_kept_shown_given_back_and_taken_back() -> None:
    seller, client = sitting("seller", "LAMPS")
    assert "No papers yet" in client.get("/s/LAMPS/papers/").content.decode()
    scan = SimpleUploadedFile("скан.PDF", b"%PDF-1.7 <script>", content_type="text/html")
    until = (now() + timedelta(days=9)).date()
    give(client, valid_until=until.isoformat(), keys="B\nA, A", brand="Север", copy=scan)
    paper = only(seller)
    assert (paper.keys, paper.brand, paper.valid_until) == (("A", "B"), "Север", until)
    page = client.get("/s/LAMPS/papers/").content.decode()
    assert "RU C-7" in page
    assert "1 paper has ended or ends within 30 days" in page
    home = client.get("/s/LAMPS/").content.decode()
    assert "/s/LAMPS/papers/" in home.partition("Waiting for you")[2]
    copy = client.get(f"/s/LAMPS/papers/{paper.id}/copy/")
    assert copy.content == b"%PDF-1.7 <script>"
    assert copy["Content-Type"] == "application/octet-stream"
    assert copy["Content-Disposition"] == f'attachment; filename="certificate-{paper.id}.pdf"'
    client.post(f"/s/LAMPS/papers/{paper.id}/undo/")
    assert catalogue.papers(seller) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_until": "tomorrow"},
        {"valid_from": "2026-02-02", "valid_until": "2026-02-01"},
        {"number": "1" * 201},
    ],
)
def test_what_cannot_be_recorded_is_said_and_nothing_is_kept(wrong: dict[str, str]) -> None:
    seller, client = sitting("seller", "LAMPS")
    give(client, **wrong)
    assert catalogue.papers(seller) == []
    assert 'class="note bad' in client.get("/s/LAMPS/papers/").content.decode()


def test_a_copy_is_no_larger_than_said(monkeypatch: pytest.MonkeyPatch) -> None:
    seller, client = sitting("seller", "LAMPS")
    monkeypatch.setattr("torgpred.web.views.papers.LARGEST", 10)
    give(client, copy=SimpleUploadedFile("a.pdf", b"x" * 11))
    assert catalogue.papers(seller) == []


def test_another_seller_gets_none_of_it_and_the_manager_sees_it() -> None:
    seller, client = sitting("seller", "LAMPS")
    give(client, copy=SimpleUploadedFile("a.pdf", b"mine"))
    number = only(seller).id
    _, other = sitting("seller", "BOOTS")
    assert other.get(f"/s/BOOTS/papers/{number}/copy/").status_code == 404
    assert other.post(f"/s/BOOTS/papers/{number}/undo/").status_code == 404
    assert only(seller).undone_at is None
    _, manager = sitting("operator", "HUB", "reader")
    assert "RU C-7" in manager.get("/m/sellers/LAMPS/").content.decode()
    assert manager.get(f"/m/sellers/LAMPS/papers/{number}/").content == b"mine"
    assert manager.get(f"/m/sellers/BOOTS/papers/{number}/").status_code == 404
