"""What columns are called in the tables of shops, and what each name means.

In Russian, English and Chinese: by people, shop systems, accounting programs and marketplaces.
"""

import re

from torgpred.catalogue.core.tables.memory import IGNORED, PARAM

NAMES: dict[str, tuple[str, ...]] = {
    "key": (
        "sku", "ску", "id", "ид", "код", "код товара", "id товара", "артикул", "арт", "арт.",
        "артикул товара", "артикул продавца", "ваш артикул", "артикул поставщика", "ваш sku",
        "артикул sku", "offer id", "offer_id", "id предложения", "код номенклатуры", "item code",
        "item no", "item id", "article", "article number", "seller sku", "product code", "код 1с",
        "код позиции", "номенклатурный номер", "внутренний код", "货号", "商品编码", "sku编码",
        "产品编号", "商品编号", "编号", "商家编码", "产品编码", "款号", "规格编码",
        "номенклатура.артикул", "номенклатура.код", "variant sku", "ie xml id", "id варианта",
        "variant id", "product id", "sku id", "sku code", "код артикула", "reference",
        "reference #",
        "物料编码", "code/sku",
    ),
    "name": (
        "наименование", "название", "товар", "номенклатура", "наименование товара",
        "название товара", "полное наименование", "имя товара", "продукция", "позиция", "name",
        "title", "product name", "product", "item name", "item", "goods", "商品名称", "产品名称",
        "名称", "品名", "标题", "商品标题",
        "имя", "ценовая группа/ номенклатура",
        "ценовая группа/ номенклатура/ характеристика номенклатуры", "номенклатура, характеристика",
        "ie name", "product title", "item title", "тмц", "full name",
        "物料名称", "品名规格", "名称规格", "产品名称及规格",
    ),
    "name_ru": (
        "俄文名称", "俄语名称", "俄文标题", "俄文品名", "俄文名", "название на русском",
        "наименование на русском", "русское название", "russian name", "name ru", "title ru",
    ),
    "description_ru": (
        "俄文描述", "俄语描述", "俄文详情", "описание на русском", "русское описание",
        "russian description", "description ru",
    ),
    "price": (
        "цена", "розничная цена", "цена розничная", "цена розница", "розница", "ррц", "рц",
        "цена продажи", "цена за единицу", "цена за шт", "цена за штуку", "стоимость",
        "цена с ндс", "цена для сайта", "отпускная цена", "price", "retail price", "unit price",
        "selling price", "价格", "售价", "零售价", "单价", "销售价", "销售价格",
        "розничная", "базовая цена", "regular price", "variant price", "cv price 1",
        "price tax excluded", "price tax included", "含税价", "含税单价", "建议零售价", "零售单价",
    ),
    "wholesale": (
        "цена опт", "оптовая цена", "опт", "цена оптовая", "мелкий опт", "крупный опт",
        "wholesale price", "批发价",
        "оптовая", "мелкооптовая", "крупнооптовая", "дилерская цена", "цена дилерская",
        "цена дилера", "dealer price",
    ),
    "old_price": (
        "старая цена", "цена до скидки", "цена без скидки", "перечеркнутая цена", "old price",
        "oldprice", "compare at price", "原价", "市场价", "划线价",
        "price old", "list price", "variant compare at price",
        "зачеркнутая цена", "цена до акции", "original price",
        "compare to price", "compare-at price",
    ),
    "sale_price": (
        "цена распродажи", "цена со скидкой", "акционная цена", "цена по акции", "цена с акцией",
        "цена с учетом скидки", "sale price", "discount price", "discounted price", "促销价",
        "折扣价", "优惠价", "special price",
    ),
    "cost": (
        "себестоимость", "закупочная цена", "цена закупки", "закупка", "цена закупочная",
        "входная цена", "cost", "cost price", "purchase price", "purchase_price", "成本", "成本价",
        "进货价", "采购价", "供货价", "出厂价",
        "cost per item", "закупочная",
        "purchaseprice", "预设进价", "进价",
    ),
    "quantity": (
        "остаток", "остатки", "количество", "кол-во", "кол во", "наличие", "в наличии",
        "на складе", "склад", "доступно", "свободный остаток", "остаток на складе", "запас",
        "stock", "qty", "quantity", "in stock", "inventory", "available", "availability", "库存",
        "数量", "库存数量", "现货", "可售库存",
        "запасы", "variant inventory qty", "cp quantity", "доступный остаток", "в наличии шт",
        "остаток на складах", "кол", "кол-во на складе", "количество на складе", "stock quantity",
        "inventory quantity", "current stock level", "quantity to sell on facebook",
    ),
    "quantity_more": (),
    "available": ("в наличии?", "in stock?", "is in stock", "доступен к заказу",
                  "доступен для заказа", "is available"),
    "published": (
        "published", "опубликован", "опубликовано", "ie active", "is active", "active", "активен",
        "активность", "активный", "показывать на сайте", "отображать на сайте", "статус", "status",
        "статус товара", "product status", "visible", "visible?", "enabled", "видимость на витрине",
        "архивный", "в архиве", "archived", "is archived",
        "published on online store",
    ),
    "category": (
        "категория", "раздел", "группа", "группа товаров", "товарная группа", "категория товара",
        "рубрика", "каталог", "вид товара", "category", "product type", "main category",
        "category path", "группа товара",
        "类目", "分类", "商品类目", "类别", "产品分类",
        "категории", "группы", "категория продавца", "размещение на сайте", "product category",
        "categories", "category name", "ic group0", "ic group1", "ic group2",
        "номенклатурная группа",
        "категория в вашем магазине",
    ),
    "subcategory": (
        "подкатегория", "подраздел", "подгруппа", "subcategory", "子类目", "二级类目", "二级分类",
    ),
    "weight_unit": (
        "weight unit", "weight class", "единица веса", "единица измерения веса", "ед. веса",
        "重量单位",
    ),
    "length_unit": (
        "length unit", "dimension unit", "size unit", "единица длины", "единица габаритов",
        "единица измерения длины", "长度单位",
    ),
    "kind": ("тип", "type", "вид", "тип товара"),
    "vendor": (
        "бренд", "марка", "торговая марка", "производитель", "изготовитель", "тм", "brand",
        "vendor", "manufacturer", "品牌", "厂家", "生产商", "制造商",
        "бренды", "brands", "brand name", "товарный знак",
        "producer", "品牌名称",
    ),
    "model": ("модель", "model", "型号"),
    "vendor_code": (
        "артикул производителя", "код производителя", "vendor code", "vendorcode", "mpn",
        "part number", "партномер",
    ),
    "barcode": (
        "штрихкод", "штрих-код", "штрих код", "баркод", "ean", "ean13", "ean-13", "gtin", "шк",
        "barcode", "bar code", "upc", "штрихкоды", "条码", "条形码", "商品条码", "国际条码",
        "variant barcode", "штрихкод ean13", "штрихкод ean", "gtin, upc, ean или isbn", "ean/upc",
        "upc/ean",
    ),
    "description": (
        "описание", "описание товара", "полное описание", "подробное описание", "аннотация",
        "текст", "description", "details", "描述", "商品描述", "详情", "产品描述", "简介",
        "ie detail text", "full description", "product description", "body", "body html", "text",
    ),
    "pictures": (
        "фото", "фотография", "фотографии", "изображение", "изображения", "картинка", "картинки",
        "ссылка на фото", "ссылки на фото", "ссылка на изображение", "главное фото",
        "основное фото", "доп фото", "дополнительные фото", "фото товара", "image", "images",
        "image url", "image link", "photo", "picture", "pictures", "picture url", "图片", "主图",
        "商品图片", "图片链接", "图片地址", "附图",
        "ie detail picture", "detailed image", "ie preview picture", "image src",
        "media",
    ),
    "weight": (
        "вес", "масса", "вес товара", "вес с упаковкой", "вес в упаковке", "вес брутто",
        "брутто", "масса брутто", "вес упаковки", "weight", "gross weight", "package weight",
        "重量", "毛重", "包装重量",
        "вес в упаковке брутто", "shipping weight", "variant grams", "cp weight",
        "вес единицы товара",
        "weight value",
    ),
    "length": (
        "длина", "длина упаковки", "длина в упаковке", "глубина", "глубина упаковки", "length",
        "package length", "depth", "长", "长度", "包装长度", "包装长",
        "shipping length", "д", "l",
    ),
    "width": (
        "ширина", "ширина упаковки", "ширина в упаковке", "width", "package width", "宽", "宽度",
        "包装宽度", "包装宽",
        "shipping width", "ш", "w",
    ),
    "height": (
        "высота", "высота упаковки", "высота в упаковке", "height", "package height", "高",
        "高度", "包装高度", "包装高",
        "shipping height", "в", "h",
    ),
    "package": (
        "габариты", "размеры упаковки", "размер упаковки", "габариты упаковки", "дхшхв", "шхвхг",
        "габариты в упаковке", "dimensions", "package dimensions", "package size", "包装尺寸",
        "габариты варианта", "габариты товара в упаковке",
    ),
    "country": (
        "страна", "страна производства", "страна производитель", "страна изготовитель",
        "страна происхождения", "страна-изготовитель", "country", "country of origin", "产地",
        "原产国", "原产地", "生产国",
    ),
    "tnved": (
        "тн вэд", "тнвэд", "код тн вэд", "код тнвэд", "тн вэд еаэс", "hs code", "hscode", "hs",
        "海关编码", "hs编码",
        "тн вэд коды еаэс", "коды тн вэд", "код тн вэд еаэс",
    ),
    "group": (
        "группа вариантов", "id группы", "group id", "group_id", "item group id", "item_group_id",
        "родительский артикул", "артикул модели", "код модели", "объединить на одной карточке",
        "объединение карточек", "parent sku", "parent", "产品组", "父sku", "主货号",
        "название модели", "handle", "родительский", "parent uid", "id модели",
        "id группы разновидностей",
        "ссылка на витрину", "handleid", "url handle",
    ),
    "url": (
        "ссылка", "ссылка на товар", "url", "адрес страницы", "product url", "link", "链接",
        "商品链接", "продукт на сайте",
    ),
    "currency": (
        "валюта", "currency", "币种", "货币",
        "валюта склада", "cv currency 1",
        "currency code",
    ),
    "vat": ("ндс", "ставка ндс", "vat", "税率"),
}  # fmt: skip
"""Known names of each field, as `bare` writes them; the first field that has a name wins. Only a
person says which columns hold more of the stock, to be added to the first."""

FIELDS = tuple(NAMES)

PATTERNS: tuple[tuple[str, str, float], ...] = (
    (r"(google|fb) product category|stock status id", PARAM, 0.9),
    (r"(вес|масса) нетто.*|净重|net weight", PARAM, 0.9),
    (r"(кол-во|количество|шт) в (упаковке|коробке|наборе|комплекте).*|装箱数|箱规", PARAM, 0.9),
    (r"(видимость|глобальн\w+) ат?трибута? ?\d+", IGNORED, 0.9),
    (r"(attribute|ат?трибут) ?\d+ (visible|global|default|видимость|глобальн\w+)", IGNORED, 0.9),
    (r"(цена|стоимость).*поставщик.*|supplier price", "cost", 0.8),
    (r"(цена|стоимость).*(закуп|себест|вход).*|закуп.*цен.*", "cost", 0.85),
    (r"(цена|стоимость).*(стар|до скидки|без скидки).*", "old_price", 0.85),
    (r"(цена|стоимость).*(распродаж|акци|со скидкой).*", "sale_price", 0.8),
    (r"остат(ок|ки) .*|\S+ склад", "quantity", 0.75),
    (r".*\bопт(ов.*)?( .*)?", "wholesale", 0.75),
    (r"(розничн|базов|отпускн)\w* цена.*", "price", 0.8),
    (r"стоимость (за|товара|единицы|1 шт|шт).*", "price", 0.7),
    (r"цена.*|.*\bцена|price.*|.*\bprice|.*价格?", "price", 0.7),
    (r"(остат(ок|ки)|наличие|склад|stock).*|.*库存.*", "quantity", 0.75),
    (r"(артикул|номер|тип) фото|.*фото 360|image (position|type)", PARAM, 0.9),
    (r".*image.* (labels?|alts?|alt texts?)|delete existing images", PARAM, 0.9),
    (r"св(\.|ободн\w*) остат(ок|ки).*", "quantity", 0.9),
    (r"(текущ|общ|итог|складск|конечн|фактическ|товарн)\w* остат(ок|ки).*", "quantity", 0.85),
    (r"(кол-?во|кол|количество|доступно|всего|есть)( товар(а|ов))? (на склад(е|ах)|остат(ок|ки))",
     "quantity", 0.85),
    (r"(кол-?во|кол|количество|доступно|всего|есть)( товар(а|ов))? (в наличии|(к|для) \w+)",
     "quantity", 0.85),
    (r"amount", "quantity", 0.6),
    (r"доступное (количество|кол-?во).*", "quantity", 0.85),
    (r"(quantity|qty|pieces|units) (in stock|on hand|available)", "quantity", 0.85),
    (r"(available|stock|inventory) (qty|quantity|stock|level|count)", "quantity", 0.85),
    (r"(фото|изображение|картинка|image|picture|photo|图片)[ _]?\d+|图片链接\d+", "pictures", 0.95),
    (r".*(фото|изображени|картинк|图片|image|photo).*", "pictures", 0.7),
    (r"(категория|раздел|группа|category|уровень|类目)[ _]?(уровень)?[ _]?\d+", "category", 0.9),
    (r"(категория|category) .*(маркет|ozon|озон|wb|wildberries|продавца|товара|market).*",
     "category", 0.8),
    (r"(категория|группа|раздел|рубрика) (товаров|продук(та|тов|ции)|номенклатуры)",
     "category", 0.85),
    (r"(название|наименование|имя) (категории|группы|раздела|рубрики).*", "category", 0.85),
    (r"(название|наименование|имя) (бренда|марки|торговой марки|производителя|изготовителя)",
     "vendor", 0.85),
    (r"(название|наименование) страны.*", "country", 0.85),
    (r"(название|наименование|имя) (склада|поставщика|цвета|размера|характеристики|параметра)",
     PARAM, 0.9),
    (r"(название|наименование|имя) (файла|акции|валюты|единицы.*)", PARAM, 0.9),
    (r"(наименование|название).*", "name", 0.75),
    (r"артикул.*", "key", 0.65),
    (r"(id|ид) (товара|материала|номенклатуры|позиции|продукта|изделия)", "key", 0.65),
    (r"(штрих-?код|ean|gtin|barcode).*", "barcode", 0.8),
    (r"(описание|description).*", "description", 0.75),
    (r"(габарит|размер).*упаков.*|габарит.*", "package", 0.8),
    (r"(вес|масса).*(упаков|брутто).*", "weight", 0.85),
    (r"(вес|масса)( брутто)? (1 |одной |за )?(шт|штуки|единицы|ед|изделия)\.?", "weight", 0.85),
    (r".*номенклатура/.*|номенклатура,.*", "name", 0.8),
    (r".*\bтн ?вэд\b.*", "tnved", 0.8),
    (r"страна.*", "country", 0.85),
    (r"(бренд|торговая марка|производитель).*", "vendor", 0.8),
)  # fmt: skip

SERVICE = frozenset(
    {
        "рекомендуемый?", "видимость в каталоге", "статус налога", "налоговый класс",
        "возможен ли предзаказ?", "продано индивидуально?", "разрешить отзывы от клиентов?",
        "лимит загрузок", "число дней до просроченной загрузки", "is featured?",
        "visibility in catalog", "tax status", "tax class", "backorders allowed?",
        "sold individually?", "allow customer reviews?", "download limit", "download expiry days",
        "variant inventory tracker", "variant inventory policy", "variant fulfillment service",
        "variant requires shipping", "variant taxable", "variant tax code", "gift card",
        "option1 linked to", "option2 linked to", "option3 linked to",
    }
)  # fmt: skip
"""What shop systems note for themselves: it says nothing of the goods."""
PRODUCT_NUMBERS = frozenset({"id товара", "product id"})
VARIANT_NUMBERS = frozenset({"id варианта", "variant id", "sku id"})
"""Numbers that a shop's database gives to a product and to each variant of it."""
KEY_LAST = frozenset({"id", "ид", "item id", "ie xml id", *PRODUCT_NUMBERS, *VARIANT_NUMBERS})
"""Numbers of a shop's own database: an SKU goes before them."""
DESCRIPTION_RANK = ("text", "полное описание", "подробное описание", "full description")
KEY_RANK = ("sku", "ску", "ваш sku", "seller sku", "offer id", "sku编码", "商家编码")
PRICE_RANK = ("розничная цена", "цена розничная", "ррц", "цена продажи", "retail price", "售价",
               "零售价", "цена", "price", "价格", "price tax included",
               "price tax excluded")  # fmt: skip
STOCK_RANK = (
    "доступно", "свободный остаток", "доступный остаток", "запасы", "остаток", "остатки", "stock",
    "qty", "quantity", "количество", "库存", "quantity to sell on facebook",
)  # fmt: skip
ARCHIVED = frozenset({"архивный", "в архиве", "archived", "is archived"})
"""Names of columns in which a yes takes goods out of what is shown."""
UNITS = {"variant grams": "г", "cp weight": "г", "weight value": "г"}
"""Headers of shop systems that always hold one unit, whatever the shop is set to."""
PAIRED = re.compile(
    r"(?:(?P<named>имя|название) ат?трибута"
    r"|(?P<given>значени[ея](?:\(-?я\))?) ат?трибут(?:а\(-?ов\)|а|ов)"
    r"|(?P<option>attribute|option)) ?(?P<number>\d{1,2})(?: (?P<part>name|values?(?:\(s\))?))?"
)
"""Two columns that make one parameter: its name in one, its value in the other."""
TRIPLED = (
    re.compile(r"(название|назва) характеристики"),
    re.compile(r"(измерение|единица измерения|одиниця виміру) характеристики"),
    re.compile(r"(значение|значення) характеристики"),
)
"""Columns that stand side by side, again and again: a parameter's name, its unit, its value."""
OWN_FIELD = re.compile(
    r"(?:доп\.? ?(?:поле|свойство)|дополнительное поле|свойство|параметр|характеристика|атрибут"
    r"|characteristics?|attribute|property|custom field|meta)\s*:\s*(?=\S)",
    re.IGNORECASE,
)
"""What shop systems write before the name of a field that a shop made itself."""
SIDES = re.compile(r"(?<!\w)[дшвгтlwhd]\s*[xх×*/]\s*[дшвгтlwhd]\s*[xх×*/]\s*[дшвгтlwhd](?!\w)")
"""Three sides named by their letters."""
