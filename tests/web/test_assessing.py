"""The public assessment page, as a browser without an account meets it."""

import gzip
import io
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from typing_extensions import override

from torgpred.demo import assess_apart
from torgpred.demo.sellers import all_sellers
from torgpred.kernel.clock import now
from torgpred.listings import models, tasks
from torgpred.listings.services import assessments
from torgpred.runtime import files, jobs
from torgpred.runtime.options import options
from torgpred.runtime.scope import operator_scope
from torgpred.web import assessing
from torgpred.web.views import assessing as view

pytestmark = pytest.mark.django_db(transaction=True)

GOODS = "Артикул;Наименование;Цена, руб.\nSKU-1;Лампа;100\nSKU-2;Лампа большая;\n".encode()


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "FIRST_WAIT", 0.0)
    cache.clear()


def give(client: Client, content: bytes = GOODS, name: str = "goods.csv", **fields: str) -> str:
    """Give a file and return the address of its page."""
    sent = {"file": SimpleUploadedFile(name, content), **fields}
    answer = client.post("/assess/", sent)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def kept() -> list[tuple[int, str]]:
    with operator_scope():
        return list(models.Assessment.objects.order_by("id").values_list("id", "file"))


def test_a_file_is_assessed_without_an_account(client: Client, tmp_path: Path) -> None:
    demo = next(one for one in all_sellers() if one.code == "mossy-shore")
    path = demo.write_feed(tmp_path, picture_base="http://127.0.0.1:9/x")
    page = give(client, path.read_bytes(), path.name)

    before = client.get(page).content.decode()
    assert assessing.assess_next()
    after = client.get(page)

    assert "Your file is being read" in before
    assert "hx-trigger" in before
    text = after.content.decode()
    assert "132 of 240 offers could go live" in text
    assert "Answers that free the most" in text
    assert "Price on the shelf" in text
    assert "hx-trigger" not in text
    assert after["X-Robots-Tag"] == "noindex"
    assert "no-store" in after["Cache-Control"]


def test_it_speaks_the_readers_language(client: Client) -> None:
    page = give(client)
    assessing.assess_next()
    for language, said in (("ru", "Чего не хватает"), ("zh-hans", "缺少什么")):
        client.cookies["django_language"] = language
        assert said in client.get(page).content.decode()


def test_only_the_token_opens_it_and_the_token_is_not_kept(client: Client) -> None:
    page = give(client)
    token = page.rstrip("/").rpartition("/")[2]

    assert len(token) >= 32
    assert client.get("/assess/" + "x" * 32 + "/").status_code == 404
    with operator_scope():
        row = models.Assessment.objects.get()
        whole = " ".join(str(value) for value in vars(row).values())
    assert token not in whole
    assert bytes(row.token_digest) != token.encode()


def test_after_a_day_page_and_file_are_gone(client: Client) -> None:
    page = give(client)
    ((row, file),) = kept()
    assert files.store().size(file)
    with operator_scope():
        models.Assessment.objects.filter(pk=row).update(expires_at=now() - timedelta(seconds=1))

    assert client.get(page).status_code == 404
    tasks.forget()

    assert kept() == []
    assert files.store().size(file) is None


def test_two_who_give_the_same_file_do_not_lose_it_to_one_another(client: Client) -> None:
    give(client)
    give(client)
    (first, one), (_, other) = kept()
    with operator_scope():
        models.Assessment.objects.filter(pk=first).update(expires_at=now())
    tasks.forget()
    assert files.store().size(one) is None
    assert files.store().size(other)


def test_a_given_file_is_never_served(client: Client) -> None:
    give(client)
    ((_, file),) = kept()
    assert client.get(f"/files/{file}/goods.csv").status_code == 404


@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n", b"<html><script>alert(1)</script></html>"]
)
def test_what_is_no_price_list_is_told_in_words(client: Client, content: bytes) -> None:
    answer = client.post("/assess/", {"file": SimpleUploadedFile("<b>x</b>.csv", content)})
    if not content:
        assert answer.status_code == 400
        return
    assessing.assess_next()
    text = client.get(answer["Location"]).content.decode()
    assert "Nothing of this file can be used." in text
    assert "<script>alert" not in text
    assert "<b>x" not in text


def test_nothing_given_is_told(client: Client) -> None:
    answer = client.post("/assess/", {"address": " "})
    assert answer.status_code == 400
    assert "Choose a file, or give its address." in answer.content.decode()


def test_a_file_that_is_too_large_is_not_taken(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assessments, "LARGEST", 1 << 20)
    content = b"x" * (3 << 20)
    answer = client.post("/assess/", {"file": SimpleUploadedFile("big.csv", content)})
    assert answer.status_code == 400
    assert "larger than 1 MB" in answer.content.decode()
    assert kept() == []


def test_a_bomb_ends_early_and_leaves_nothing(client: Client) -> None:
    bomb = io.BytesIO()
    with gzip.open(bomb, "wb", compresslevel=9) as file:
        for _ in range(64):
            file.write(b"\0" * (1 << 20))
    page = give(client, bomb.getvalue(), "bomb.csv.gz")
    assessing.assess_next()
    assert "Nothing of this file can be used." in client.get(page).content.decode()


def test_what_takes_too_long_is_ended(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = give(client)
    whole = assess_apart.run
    monkeypatch.setattr(
        assess_apart, "run", lambda job, folder, **given: whole(job, folder, **given, seconds=0.0)
    )
    assessing.assess_next()
    assert "too large to be assessed here" in client.get(page).content.decode()


def test_many_files_of_one_address_have_to_wait(client: Client) -> None:
    for _ in range(6):
        give(client)
    answer = client.post("/assess/", {"file": SimpleUploadedFile("a.csv", GOODS)})
    assert answer.status_code == 429
    assert "Try again in some minutes" in answer.content.decode()


def test_a_worker_that_is_stopped_leaves_it_to_the_next(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = give(client)
    monkeypatch.setattr(jobs, "stopping", lambda: True)
    assessing.assess_next()
    monkeypatch.undo()
    assert assessing.assess_next()
    assert (
        "1 of 2" in client.get(page).content.decode()
        or "0 of 2" in client.get(page).content.decode()
    )


# --- addresses ----------------------------------------------------------------------------------
class _Feed(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path.startswith("/goods.csv")
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(GOODS if found else b"")

    @override
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def feed() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Feed)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/a.xml",
        "https://127.0.0.1/a.xml",
        "https://localhost/a.xml",
        "https://[::1]/a.xml",
        "https://0x7f.1/a.xml",
        "https://10.0.0.1/a.xml",
        "https://169.254.169.254/latest/meta-data",
        "https://shop.example.org:8443/a.xml",
        "http://shop.example.org/a.xml",
        "https://user:secret@shop.example.org/a.xml",
        "file:///etc/passwd",
        "ftp://shop.example.org/a.xml",
        "https://intranet/a.xml",
    ],
)
def test_addresses_inside_are_refused_at_once(client: Client, address: str) -> None:
    answer = client.post("/assess/", {"address": address})
    assert answer.status_code == 400
    assert kept() == []


def test_an_address_is_fetched_by_the_worker(
    client: Client, feed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORGPRED_ALLOW_HOSTS", "127.0.0.1")
    options.cache_clear()
    page = client.post("/assess/", {"address": f"{feed}/goods.csv?shop=1"})["Location"]
    absent = client.post("/assess/", {"address": f"{feed}/other.csv"})["Location"]

    assessing.assess_next()
    assessing.assess_next()

    monkeypatch.undo()
    options.cache_clear()
    assert "goods.csv" in client.get(page).content.decode()
    assert "of 2 offers" in client.get(page).content.decode()
    assert "status 404" in client.get(absent).content.decode()
