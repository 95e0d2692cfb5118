"""Pictures given as a ZIP: kept by SKU, told where they do not fit, used by the next plan."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.db.listings.test_kept_pictures import make_png, public
from tests.web.test_first_steps import HEADER, ROW, Desk, one_twin, twin

from torgpred.accounts import services as accounts
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue import tasks as catalogue_tasks
from torgpred.catalogue.models import ReadingRequest
from torgpred.catalogue.services import requesting
from torgpred.listings import tasks
from torgpred.runtime import files
from torgpred.runtime.scope import operator_scope
from torgpred.twins.testing import RunningTwin

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["one_twin", "public", "twin"]

PAGE = "catalogue/pictures/"
BARE = ROW.replace("https://p.example/{n}.jpg", "")


def packed(members: dict[str, bytes], way: int = zipfile.ZIP_STORED) -> SimpleUploadedFile:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", way) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return SimpleUploadedFile("Фото.zip", stream.getvalue())


@pytest.fixture
def desk() -> Desk:
    """A desk with three goods, none of which has a picture."""
    found = Desk("FIRST")
    found.give((HEADER + "".join(BARE.format(n=n, category="Обувь") for n in range(3))).encode())
    return found


def test_pictures_are_kept_by_a_worker_and_told(desk: Desk, public: None) -> None:
    page = desk.get(PAGE)
    assert "B-0.jpg" in page, "a name of the seller's own goods is shown"
    said = desk.post(
        f"{PAGE}give/", file=packed({"B-0.png": make_png(), "b-0_2.png": make_png(901)})
    )
    assert "Фото.zip is being read" in said
    assert not catalogue.pictures(desk.seller), "nothing is kept while somebody waits for a page"
    catalogue_tasks.read_files()
    page = desk.get(PAGE)
    assert "2 pictures were kept" in page
    assert "for 1 offer" in page
    assert "B-1.jpg" in page, "the next one without a picture is the example now"
    shown = re.findall(r'<img src="(/files/[^"]+)"', desk.get("catalogue/offer/?key=B-0"))
    assert [one.rpartition("/")[2] for one in shown] == ["B-0.png", "b-0_2.png"]


def test_what_does_not_fit_is_told_by_kind_with_its_names(desk: Desk, public: None) -> None:
    strange = {f"unknown-{n}.png": make_png() for n in range(7)}
    given = {"B-0.png": make_png(), "B-1.png": b"no picture", **strange}
    desk.post(f"{PAGE}give/", file=packed(given))
    catalogue_tasks.read_files()
    page = desk.get(PAGE)
    assert "1 picture was kept" in page
    assert "B-1.png is no PNG, JPEG or WebP picture." in page
    assert "No offer of the seller is named by the file unknown-0.png." in page
    assert "unknown-4.png" in page
    assert "unknown-6.png" not in page


@pytest.mark.parametrize("content", [b"no ZIP at all", b"PK\x03\x04 cut off"])
def test_a_file_that_is_no_zip_is_told_and_the_page_goes_on(desk: Desk, content: bytes) -> None:
    desk.post(f"{PAGE}give/", file=SimpleUploadedFile("pictures.zip", content))
    catalogue_tasks.read_files()
    page = desk.get(PAGE)
    assert "No picture was kept" in page
    assert "The file is no readable ZIP" in page
    assert "Keep the pictures" in page


def test_why_a_picture_was_left_out_is_said_in_the_readers_language(desk: Desk) -> None:
    swollen = {f"B-0_{n}.png": make_png() + bytes(18 << 20) for n in range(2)}
    given = packed({"B-1.png": bytes(21 << 20), **swollen}, zipfile.ZIP_DEFLATED)
    desk.post(f"{PAGE}give/", file=given)
    catalogue_tasks.read_files()
    desk.client.cookies["django_language"] = "ru"
    page = desk.get(PAGE)
    assert "больше 20 МБ" in page
    assert "распаковывается в слишком большой объём" in page


def test_without_a_public_address_it_is_said_that_shops_cannot_fetch_them(desk: Desk) -> None:
    desk.post(f"{PAGE}give/", file=packed({"B-0.png": make_png()}))
    catalogue_tasks.read_files()
    assert "marketplaces cannot reach them" in desk.get(PAGE)


def test_no_file_chosen_is_said(desk: Desk) -> None:
    assert "The file is empty, or none was chosen" in desk.post(f"{PAGE}give/")


def test_a_zip_that_was_taken_in_is_not_kept_and_the_file_of_goods_stays_the_last(
    desk: Desk, public: None
) -> None:
    before = requesting.last_reading(desk.seller)
    desk.post(f"{PAGE}give/", file=packed({"B-0.png": make_png()}))
    with operator_scope():
        [kept] = ReadingRequest.objects.filter(pictures=True).values_list("file", flat=True)
    assert files.store().size(kept)
    catalogue_tasks.read_files()
    assert files.store().size(kept) is None
    assert requesting.last_reading(desk.seller) == before


def test_before_there_are_goods_the_page_leads_to_their_file() -> None:
    page = Desk("FIRST").get(PAGE)
    assert "give the file of goods first" in page
    assert "Keep the pictures" not in page


def test_who_may_only_look_is_offered_no_form(desk: Desk) -> None:
    assert "Keep the pictures" in desk.get(PAGE)
    user = accounts.ensure_person(email="looks@example.org", name="Looks")
    accounts.ensure_member(
        tenant_id=desk.seller, email=user.email, name="Looks", role="reader", user_id=user.pk
    )
    desk.client.force_login(user)
    assert "Keep the pictures" not in desk.get(PAGE)


def test_pictures_free_goods_and_a_plan_made_before_says_that_it_is_old(
    twin: RunningTwin, desk: Desk, public: None
) -> None:
    desk.connect(twin.token)
    desk.post("start/plan/make/")
    tasks.make_plans()
    assert "have changed since this plan was made" not in desk.get("start/plan/")
    assert f"/s/{desk.code}/{PAGE}" in desk.get("start/plan/"), "the hold leads to the page"
    desk.post(f"{PAGE}give/", file=packed({"unknown.png": make_png()}))
    catalogue_tasks.read_files()
    assert "have changed since this plan was made" not in desk.get("start/plan/")
    desk.post(f"{PAGE}give/", file=packed({f"B-{n}.png": make_png() for n in range(3)}))
    catalogue_tasks.read_files()
    assert "have changed since this plan was made" in desk.get("start/plan/")
    desk.post(f"{PAGE}give/", file=packed({"unknown.png": make_png()}))
    catalogue_tasks.read_files()
    assert "have changed since this plan was made" in desk.get("start/plan/"), "still"
    desk.post("start/plan/make/")
    tasks.make_plans()
    page = desk.get("start/plan/")
    assert "have changed since this plan was made" not in page
    assert "pictures that a marketplace could fetch" not in page
