import httpx
import pytest
from tests.contract.aliexpress_ru.twin_client import Client

from torgpred.twins.aliexpress_ru.samples import make_product, make_sku
from torgpred.twins.testing import RunningTwin

EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"


def test_a_buyer_sees_title_price_pictures_and_description(client: Client) -> None:
    sku = make_sku(price="12490.50", discount_price="9990.00")
    (product_id,) = client.created(make_product(sku_info_list=[sku]))
    page = client.http.get(f"/item/{product_id}.html")
    assert page.status_code == 200
    for shown in ["Валенки детские", "9\xa0990\xa0₽", "12\xa0490,50\xa0₽", "14 шт.", "Войлок"]:
        assert shown in page.text
    assert '<img src="https://seller.example/1.jpg"' in page.text
    assert "<p>Тёплые</p>" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_what_sellers_write_is_never_run(client: Client) -> None:
    hostile = make_product(
        multi_language_subject_list=[{"language": "ru", "subject": EVIL}],
        multi_language_description_list=[
            {"language": "ru", "web": EVIL + "<scr<script>x</script>ipt>y", "mobile": EVIL}
        ],
        main_image_urls_list=['https://a.example/"onload="alert(3)'],
        sku_info_list=[make_sku(sku_code=EVIL, sku_attributes_list=[])],
    )
    (product_id,) = client.created(hostile)
    for path in ["/", f"/item/{product_id}.html", "/cabinet/first", f"/cabinet/first/{product_id}"]:
        text = client.http.get(path).text
        assert "<script" not in text
        assert "<img src=x" not in text
        assert '"onload="' not in text


def test_the_shop_pages_through_everything(client: Client) -> None:
    client.created(*[make_product(sku_info_list=[make_sku(sku_code=f"S-{n}")]) for n in range(60)])
    first = client.http.get("/shop/first").text
    assert first.count("<li>") == 48
    second = client.http.get("/shop/first" + first.split('<nav><a href="')[1].split('"')[0]).text
    assert second.count("<li>") == 12
    assert "<nav>" not in second
    assert client.http.get("/shop/second").text.count("<li>") == 0
    assert client.http.get("/").text.count("<li>") == 48


@pytest.mark.parametrize(
    "path", ["/item/1.html", "/shop/none", "/cabinet/none", "/cabinet/first/9", "/none"]
)
def test_what_is_not_there_is_404(client: Client, path: str) -> None:
    assert client.http.get(path).status_code == 404


def test_the_cabinet_changes_a_listing_by_hand(client: Client) -> None:
    (product_id,) = client.created(make_product())
    before = client.detail(product_id)
    sku_id = before["sku"][0]["sku_id"]
    address = f"/cabinet/first/{product_id}"
    form = {"subject": "Другое имя", f"price-{sku_id}": "99", f"discount-{sku_id}": ""}
    assert client.http.post(address, data=form).status_code == 303
    after = client.detail(product_id)
    assert (after["Subject"], after["sku"][0]["price"]) == ("Другое имя", "99.00")
    assert after["ali_updated_at"] > before["ali_updated_at"]
    wrong = client.http.post(address, data=form | {f"price-{sku_id}": "много"})
    assert wrong.status_code == 400
    assert client.detail(product_id) == after


def test_another_site_cannot_press_the_controls(client: Client, twin: RunningTwin) -> None:
    (product_id,) = client.created(make_product())
    foreign = {"Origin": "https://evil.example"}
    for path in ["/twin/reset", "/twin/faults", f"/cabinet/first/{product_id}"]:
        assert client.http.post(path, headers=foreign, json={}).status_code == 403
    assert len(list(client.walk())) == 1


def test_listings_are_put_there_at_once(client: Client, twin: RunningTwin) -> None:
    products = [
        make_product(sku_info_list=[make_sku(sku_code=f"P-{n}")], external_id=None)
        for n in range(200)
    ]
    products[0]["status"] = "offline"
    told = twin.control("POST", "listings", {"account": "first", "products": products})
    assert len(told["product_ids"]) == 200
    walked = list(client.walk())
    assert [product["id"] for product in walked] == told["product_ids"]
    assert walked[0]["status"] == "offline"
    assert len(twin.control("GET", "listings?account=first")) == 200
    assert twin.control("GET", "listings?account=second") == []


def test_a_listing_is_changed_by_control_loudly_or_quietly(
    client: Client, twin: RunningTwin
) -> None:
    (product_id,) = client.created(make_product())
    before = client.detail(product_id)
    twin.control("PATCH", f"listings/{product_id}", {"price": "5.00", "quiet": True})
    quiet = client.detail(product_id)
    assert quiet["sku"][0]["price"] == "5.00"
    assert quiet["ali_updated_at"] == before["ali_updated_at"]
    twin.control("PATCH", f"listings/{product_id}", {"subject": "Чужое", "status": "offline"})
    loud = client.detail(product_id)
    assert (loud["Subject"], loud["status"]) == ("Чужое", "offline")
    assert loud["ali_updated_at"] > before["ali_updated_at"]
    twin.control("POST", f"listings/{product_id}/moderate", {"reason": "жалоба"})
    assert client.detail(product_id)["status"] == "editingRequired"
    assert "жалоба" in client.http.get("/cabinet/first").text


def test_counters_tell_what_was_asked_and_how_fast(client: Client, twin: RunningTwin) -> None:
    client.created(make_product(), make_product())
    for _ in range(5):
        client.found("VAL-27")
    told = twin.control("GET", "counters")
    assert told["requests"]["product.list"] == 5
    assert told["items"]["product.create"] == 2
    assert told["answers"]["product.create 200"] == 1
    pace = told["tokens"][twin.token]
    assert 5 <= pace["most_in_a_second"] <= pace["requests"]
    assert twin.control("DELETE", "counters")["requests"] == {}


def test_unknown_settings_are_refused(twin: RunningTwin) -> None:
    bodies: tuple[object, ...] = ({"mood": "bad"}, {"quota_amount": "many"}, [])
    for body in bodies:
        answer = httpx.patch(f"{twin.base_url}/twin/settings", json=body, trust_env=False)
        assert answer.status_code == 400
    assert twin.control("GET", "settings")["quota_amount"] == 100_000
