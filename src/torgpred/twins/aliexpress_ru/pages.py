"""What a buyer sees, and the seller's cabinet for changes by hand: plain, safe HTML pages."""

from html import escape
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from torgpred.twins.aliexpress_ru import effects, reading
from torgpred.twins.aliexpress_ru.accounts import Account
from torgpred.twins.aliexpress_ru.control import same_origin
from torgpred.twins.aliexpress_ru.goods import Sku
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.moving import move_parcels
from torgpred.twins.aliexpress_ru.order_page import order_table
from torgpred.twins.aliexpress_ru.shape import Reader, read_prices, whole_number
from torgpred.twins.aliexpress_ru.texts import one_line, rich_text

SHELF = 48
CABINET = 50

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src http: https:; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_STYLE = """
:root { color-scheme: light dark; --line: #d8d8de; --soft: #6b6b76; --sign: #c8102e; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 0 1rem 3rem;
  font: 16px/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline;
  padding: 1rem 0; border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; }
header a:first-child { font-weight: 700; font-size: 1.15rem; text-decoration: none; }
header small, .soft { color: var(--soft); }
ul.shelf { list-style: none; margin: 0; padding: 0; display: grid; gap: 1.25rem;
  grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
.shelf a { color: inherit; text-decoration: none; display: block; }
.shelf img, .shelf .none { width: 100%; aspect-ratio: 1; object-fit: contain;
  background: #8881; border-radius: .5rem; display: block; }
.price { font-weight: 700; font-size: 1.1rem; }
.price s { font-weight: 400; font-size: .9rem; color: var(--soft); }
.cut { color: var(--sign); }
article { display: grid; gap: 2rem; grid-template-columns: minmax(0, 24rem) minmax(0, 1fr); }
@media (max-width: 45rem) { article { grid-template-columns: 1fr; } }
article img { max-width: 100%; height: auto; border-radius: .5rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: anywhere; }
input { font: inherit; padding: .3rem .5rem; width: 100%; }
button { font: inherit; padding: .4rem 1rem; }
nav { margin-top: 2rem; }
"""


def _page(title: str, body: str, status: int = 200) -> HTMLResponse:
    text = (
        '<!doctype html><html lang="ru"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/twin.css"></head><body>'
        '<header><a href="/">Учебная витрина AliExpress Россия</a>'
        '<a href="/cabinet">Кабинет продавца</a>'
        "<small>Двойник для репетиций: здесь ничего нельзя купить</small></header>"
        f"<main>{body}</main></body></html>"
    )
    return HTMLResponse(text, status, _HEADERS)


def _absent(what: str) -> HTMLResponse:
    return _page("Не найдено", f"<h1>{escape(what)}</h1>", 404)


def _money(text: str) -> str:
    whole, _, rest = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u00a0")
    return f"{grouped}{',' + rest if rest.strip('0') else ''}\u00a0₽"


def _price(sku: Sku) -> str:
    if sku.discount_price:
        return (
            f'<span class="price"><span class="cut">{_money(sku.discount_price)}</span>'
            f" <s>{_money(sku.price)}</s></span>"
        )
    return f'<span class="price">{_money(sku.price)}</span>'


def _cheapest(product: reading.Stored) -> str:
    skus = [sku for _, sku in product.skus]
    if not skus:
        return ""
    least = min(skus, key=lambda sku: float(sku.discount_price or sku.price))
    return ("от " if len(skus) > 1 else "") + _price(least)


def _card(product: reading.Stored) -> str:
    picture = next(iter(product.doc.main_image_urls_list), "")
    image = (
        f'<img src="{escape(picture)}" alt="" loading="lazy">'
        if picture
        else '<span class="none"></span>'
    )
    return (
        f'<li><a href="/item/{product.id}.html">{image}{_cheapest(product)}<br>'
        f"{escape(product.doc.subject('ru'))}</a></li>"
    )


def _after(request: Request) -> int:
    return whole_number(request.query_params.get("after", "0")) or 0


class Pages:
    """The pages of one marketplace."""

    def __init__(self, market: Market) -> None:
        self.market = market

    async def style(self, _request: Request) -> Response:
        """Return the style sheet."""
        return Response(_STYLE, media_type="text/css", headers=_HEADERS)

    async def shop(self, request: Request) -> Response:
        """Show what is on sale, of one seller or of all, page by page."""
        code = request.path_params.get("account")
        account = self.market.account_called(code) if code else None
        if code and account is None:
            return _absent("Такого магазина нет")
        with self.market.file.transaction():
            effects.settle(self.market)
        products = reading.shelf(self.market, account=code, after=_after(request), limit=SHELF + 1)
        shown = products[:SHELF]
        more = (
            f'<nav><a href="?after={shown[-1].id}">Дальше</a></nav>'
            if len(products) > SHELF
            else ""
        )
        title = account.name if account else "Все товары"
        cards = "".join(_card(product) for product in shown)
        body = f'<ul class="shelf">{cards}</ul>{more}' if shown else "<p>Пока ничего нет.</p>"
        return _page(title, f"<h1>{escape(title)}</h1>{body}")

    async def item(self, request: Request) -> Response:
        """Show one product as a buyer sees it."""
        with self.market.file.transaction():
            effects.settle(self.market)
        product_id: int = request.path_params["product_id"]
        product = reading.one(self.market, product_id) if product_id < 2**62 else None
        if product is None or not product.for_sale:
            return _absent("Товар не продаётся")
        return _page(product.doc.subject("ru"), self._item(product))

    def _item(self, product: reading.Stored) -> str:
        doc = product.doc
        path = " / ".join(
            escape(step.name) for step in self.market.rulebook.path(product.category_id)
        )
        pictures = "".join(
            f'<p><img src="{escape(each)}" alt=""></p>' for each in doc.main_image_urls_list
        )
        rows = "".join(
            f"<tr><td>{escape(self._look(product.category_id, sku)) or escape(sku.sku_code)}</td>"
            f"<td>{_price(sku)}</td>"
            f"<td>{f'{sku.inventory} шт.' if sku.inventory else 'нет в наличии'}</td></tr>"
            for _, sku in product.skus
        )
        seller = self.market.account_called(product.account)
        return (
            f'<p class="soft">{path}</p><article><div>{pictures}</div><div>'
            f"<h1>{escape(doc.subject('ru'))}</h1><table>{rows}</table>"
            f'<p class="soft">Продавец: <a href="/shop/{escape(product.account)}">'
            f"{escape(seller.name if seller else product.account)}</a>."
            f" Отправка за {doc.shipping_lead_time} дн.</p>"
            f"{self._traits(product)}{self._description(product)}</div></article>"
        )

    def _look(self, category_id: int, sku: Sku) -> str:
        rules = self.market.rulebook.category(category_id)
        words = []
        for value in sku.sku_attributes_list:
            known = rules.sku_properties.get(value["sku_attribute_name_id"]) if rules else None
            text = value.get("sku_attribute_value")
            if known is not None and text is None:
                text = dict(known.shape.values).get(value.get("sku_attribute_value_id", 0), "")
            words.append(str(text or ""))
        return ", ".join(word for word in words if word)

    def _traits(self, product: reading.Stored) -> str:
        rules = self.market.rulebook.category(product.category_id)
        rows = []
        for value in product.doc.attribute_list:
            known = rules.properties.get(value["attribute_name_id"]) if rules else None
            if known is None:
                continue
            text = value.get("attribute_value")
            if text is None:
                text = dict(known.shape.values).get(value.get("attribute_value_id", 0), "")
            rows.append(f"<tr><th>{escape(known.shape.name)}</th><td>{escape(str(text))}</td></tr>")
        if product.doc.brand_name:
            rows.append(f"<tr><th>Бренд</th><td>{escape(product.doc.brand_name)}</td></tr>")
        return f"<h2>Характеристики</h2><table>{''.join(rows)}</table>" if rows else ""

    def _description(self, product: reading.Stored) -> str:
        texts: dict[str, Any] = {
            each["language"]: each.get("web")
            for each in product.doc.multi_language_description_list
        }
        text = texts.get("ru") or next((each for each in texts.values() if each), "")
        # Put in order once more: a listing changed by hand did not pass the door.
        return f"<h2>Описание</h2><div>{rich_text(str(text))}</div>" if text else ""

    async def cabinet(self, request: Request) -> Response:
        """Show the accounts, or one account's products in all statuses."""
        code = request.path_params.get("account")
        if not code:
            links = "".join(
                f'<li><a href="/cabinet/{escape(each.code)}">{escape(each.name)}</a></li>'
                for each in self.market.accounts.values()
            )
            return _page("Кабинет", f"<h1>Кабинет продавца</h1><ul>{links}</ul>")
        account = self.market.account_called(code)
        if account is None:
            return _absent("Такого магазина нет")
        with self.market.file.transaction():
            effects.settle(self.market)
        products = reading.page(self.market, code, after=_after(request), limit=CABINET + 1)
        return _page(account.name, self._cabinet(account, products))

    def _cabinet(self, account: Account, products: list[reading.Stored]) -> str:
        rows = "".join(
            f'<tr><td><a href="/cabinet/{escape(account.code)}/{each.id}">'
            f"{escape(each.doc.subject('ru'))}</a></td>"
            f"<td>{escape(', '.join(sku.sku_code for _, sku in each.skus[:5]))}</td>"
            f"<td>{_cheapest(each)}</td>"
            f"<td>{escape(each.status)}<br>"
            f'<span class="soft">{escape(each.reason or "")}</span></td></tr>'
            for each in products[:CABINET]
        )
        more = (
            f'<nav><a href="?after={products[CABINET - 1].id}">Дальше</a></nav>'
            if len(products) > CABINET
            else ""
        )
        return (
            f"<h1>{escape(account.name)}</h1>"
            f'<p><a href="/cabinet/{escape(account.code)}/orders">Заказы</a></p>'
            f"<table><tr><th>Товар</th><th>Артикулы</th>"
            f"<th>Цена</th><th>Статус</th></tr>{rows}</table>{more}"
        )

    async def orders(self, request: Request) -> Response:
        """Show an account's orders, the newest first."""
        account = self.market.account_called(request.path_params["account"])
        if account is None:
            return _absent("Такого магазина нет")
        before = whole_number(request.query_params.get("before", "")) or 2**62
        with self.market.file.transaction():
            move_parcels(self.market)
        rows = self.market.sql.execute(
            "SELECT body FROM orders WHERE account = ? AND id < ? ORDER BY id DESC LIMIT ?",
            (account.code, before, CABINET + 1),
        ).fetchall()
        return _page(account.name, order_table(account.name, [raw for (raw,) in rows], CABINET))

    async def edit(self, request: Request) -> Response:
        """Show the form of a product, or take it."""
        code: str = request.path_params["account"]
        product_id: int = request.path_params["product_id"]
        with self.market.file.transaction():
            effects.settle(self.market)
        product = reading.one(self.market, product_id, code) if product_id < 2**62 else None
        if product is None:
            return _absent("Такого товара нет")
        if request.method == "GET":
            return _page(product.doc.subject("ru"), _form(product, []))
        if not same_origin(request):
            return _page("Отказано", "<h1>Форма пришла с чужой страницы</h1>", 403)
        raw = (await request.body()).decode("utf-8", "replace")
        given = {name: texts[0] for name, texts in parse_qs(raw, keep_blank_values=True).items()}
        faults = self._take(product, given)
        if faults:
            return _page(product.doc.subject("ru"), _form(product, faults), 400)
        return RedirectResponse(f"/cabinet/{code}/{product_id}", 303)

    def _take(self, product: reading.Stored, given: dict[str, str]) -> list[str]:
        faults: list[str] = []
        subject = one_line(given.get("subject", ""))
        if not subject:
            faults.append("Название пусто")
        prices = []
        for sku_id, _ in product.skus:
            reader = Reader(
                {
                    "price": given.get(f"price-{sku_id}", ""),
                    "discount_price": given.get(f"discount-{sku_id}", ""),
                },
                strict_text=False,
            )
            prices.append((*read_prices(reader), sku_id))
            faults.extend(fault.message for fault in reader.faults)
        if faults:
            return faults
        with self.market.file.transaction() as sql:
            effects.alter_stored(self.market, product.id, {"field": "subject", "value": subject})
            sql.executemany("UPDATE skus SET price = ?, discount_price = ? WHERE id = ?", prices)
            effects.touch(self.market, product.id, self.market.clock.now())
        return []


def _form(product: reading.Stored, faults: list[str]) -> str:
    rows = "".join(
        f"<tr><td>{escape(sku.sku_code)}</td>"
        f'<td><input name="price-{sku_id}" aria-label="Цена {escape(sku.sku_code)}"'
        f' value="{escape(sku.price)}"></td>'
        f'<td><input name="discount-{sku_id}" aria-label="Скидка {escape(sku.sku_code)}"'
        f' value="{escape(sku.discount_price or "")}"></td><td>{sku.inventory}</td></tr>'
        for sku_id, sku in product.skus
    )
    wrong = "".join(f'<p class="cut">{escape(fault)}</p>' for fault in faults)
    return (
        f'<h1>Товар {product.id}</h1><p class="soft">Статус: {escape(product.status)}'
        f" {escape(product.reason or '')}</p>{wrong}"
        '<form method="post"><p><label>Название'
        f'<input name="subject" maxlength="255" value="{escape(product.doc.subject("ru"))}">'
        "</label></p><table><tr><th>Артикул</th><th>Цена</th><th>Цена со скидкой</th>"
        f"<th>Остаток</th></tr>{rows}</table><p><button>Сохранить</button></p></form>"
    )


def routes(market: Market) -> list[Route]:
    """Return the routes of the pages."""
    pages = Pages(market)
    return [
        Route("/", pages.shop),
        Route("/twin.css", pages.style),
        Route("/shop/{account}", pages.shop),
        Route("/item/{product_id:int}.html", pages.item),
        Route("/cabinet", pages.cabinet),
        Route("/cabinet/{account}", pages.cabinet),
        Route("/cabinet/{account}/orders", pages.orders),
        Route("/cabinet/{account}/{product_id:int}", pages.edit, methods=["GET", "POST"]),
    ]
