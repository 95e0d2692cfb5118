"""Which column is what: headers against known names in Russian, English and Chinese.

Every proposal carries its reason. What is not recognised is kept as a parameter, never dropped.
"""

import re
from collections.abc import Mapping, Sequence

import msgspec
from rapidfuzz import fuzz, process

from torgpred.catalogue.core.tables.cells import currency_of
from torgpred.catalogue.core.tables.memory import IGNORED, PARAM, TableMemory
from torgpred.kernel.quantity import CENTIMETRES, KILOGRAMS

NAMES: dict[str, tuple[str, ...]] = {
    "key": (
        "sku", "ску", "id", "ид", "код", "код товара", "id товара", "артикул", "арт", "арт.",
        "артикул товара", "артикул продавца", "ваш артикул", "артикул поставщика", "ваш sku",
        "артикул sku", "offer id", "offer_id", "id предложения", "код номенклатуры", "item code",
        "item no", "item id", "article", "article number", "seller sku", "product code", "код 1с",
        "код позиции", "номенклатурный номер", "внутренний код", "货号", "商品编码", "sku编码",
        "产品编号", "商品编号", "编号", "商家编码", "产品编码", "款号", "规格编码",
    ),
    "name": (
        "наименование", "название", "товар", "номенклатура", "наименование товара",
        "название товара", "полное наименование", "имя товара", "продукция", "позиция", "name",
        "title", "product name", "product", "item name", "item", "goods", "商品名称", "产品名称",
        "名称", "品名", "标题", "商品标题",
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
        "sale price", "selling price", "价格", "售价", "零售价", "单价", "销售价", "销售价格",
    ),
    "wholesale": (
        "цена опт", "оптовая цена", "опт", "цена оптовая", "мелкий опт", "крупный опт",
        "wholesale price", "批发价",
    ),
    "old_price": (
        "старая цена", "цена до скидки", "цена без скидки", "перечеркнутая цена", "old price",
        "oldprice", "compare at price", "原价", "市场价", "划线价",
    ),
    "cost": (
        "себестоимость", "закупочная цена", "цена закупки", "закупка", "цена закупочная",
        "входная цена", "cost", "cost price", "purchase price", "purchase_price", "成本", "成本价",
        "进货价", "采购价", "供货价", "出厂价",
    ),
    "quantity": (
        "остаток", "остатки", "количество", "кол-во", "кол во", "наличие", "в наличии",
        "на складе", "склад", "доступно", "свободный остаток", "остаток на складе", "запас",
        "stock", "qty", "quantity", "in stock", "inventory", "available", "availability", "库存",
        "数量", "库存数量", "现货", "可售库存",
    ),
    "category": (
        "категория", "раздел", "группа", "группа товаров", "товарная группа", "категория товара",
        "рубрика", "каталог", "вид товара", "тип товара", "category", "product type",
        "category path", "группа товара",
        "类目", "分类", "商品类目", "类别", "产品分类",
    ),
    "subcategory": (
        "подкатегория", "подраздел", "подгруппа", "subcategory", "子类目", "二级类目", "二级分类",
    ),
    "vendor": (
        "бренд", "марка", "торговая марка", "производитель", "изготовитель", "тм", "brand",
        "vendor", "manufacturer", "品牌", "厂家", "生产商", "制造商",
    ),
    "model": ("модель", "model", "型号"),
    "vendor_code": (
        "артикул производителя", "код производителя", "vendor code", "vendorcode", "mpn",
        "part number", "партномер",
    ),
    "barcode": (
        "штрихкод", "штрих-код", "штрих код", "баркод", "ean", "ean13", "ean-13", "gtin", "шк",
        "barcode", "bar code", "upc", "штрихкоды", "条码", "条形码", "商品条码", "国际条码",
    ),
    "description": (
        "описание", "описание товара", "полное описание", "подробное описание", "аннотация",
        "текст", "description", "details", "描述", "商品描述", "详情", "产品描述", "简介",
    ),
    "pictures": (
        "фото", "фотография", "фотографии", "изображение", "изображения", "картинка", "картинки",
        "ссылка на фото", "ссылки на фото", "ссылка на изображение", "главное фото",
        "основное фото", "доп фото", "дополнительные фото", "фото товара", "image", "images",
        "image url", "image link", "photo", "picture", "pictures", "picture url", "图片", "主图",
        "商品图片", "图片链接", "图片地址", "附图",
    ),
    "weight": (
        "вес", "масса", "вес товара", "вес с упаковкой", "вес в упаковке", "вес брутто",
        "брутто", "масса брутто", "вес упаковки", "weight", "gross weight", "package weight",
        "重量", "毛重", "包装重量",
    ),
    "length": (
        "длина", "длина упаковки", "длина в упаковке", "глубина", "глубина упаковки", "length",
        "package length", "depth", "长", "长度", "包装长度", "包装长",
    ),
    "width": (
        "ширина", "ширина упаковки", "ширина в упаковке", "width", "package width", "宽", "宽度",
        "包装宽度", "包装宽",
    ),
    "height": (
        "высота", "высота упаковки", "высота в упаковке", "height", "package height", "高",
        "高度", "包装高度", "包装高",
    ),
    "package": (
        "габариты", "размеры упаковки", "размер упаковки", "габариты упаковки", "дхшхв", "шхвхг",
        "габариты в упаковке", "dimensions", "package dimensions", "package size", "包装尺寸",
        "外箱尺寸",
    ),
    "country": (
        "страна", "страна производства", "страна производитель", "страна изготовитель",
        "страна происхождения", "страна-изготовитель", "country", "country of origin", "产地",
        "原产国", "原产地", "生产国",
    ),
    "tnved": (
        "тн вэд", "тнвэд", "код тн вэд", "код тнвэд", "тн вэд еаэс", "hs code", "hscode", "hs",
        "海关编码", "hs编码",
    ),
    "group": (
        "группа вариантов", "id группы", "group id", "group_id", "item group id", "item_group_id",
        "родительский артикул", "артикул модели", "код модели", "объединить на одной карточке",
        "объединение карточек", "parent sku", "parent", "产品组", "父sku", "主货号",
    ),
    "url": ("ссылка", "ссылка на товар", "url", "адрес страницы", "link", "链接", "商品链接"),
    "currency": ("валюта", "currency", "币种", "货币"),
    "vat": ("ндс", "ставка ндс", "vat", "税率"),
}  # fmt: skip
"""Known names of each field, as `bare` writes them; the first field that has a name wins."""

FIELDS = tuple(NAMES)
SEVERAL = frozenset({"pictures", "barcode", "category", "subcategory"})
"""Fields that several columns may feed together."""
MEASURES = {"weight": KILOGRAMS, "length": CENTIMETRES, "width": CENTIMETRES,
            "height": CENTIMETRES, "package": CENTIMETRES}  # fmt: skip
MONEY = frozenset({"price", "old_price", "cost", "wholesale"})

_KNOWN = {name: field for field, names in reversed(NAMES.items()) for name in names}
_PATTERNS: tuple[tuple[str, str, float], ...] = (
    (r"(вес|масса) нетто.*|净重|net weight", PARAM, 0.9),
    (r"(кол-во|количество|шт) в (упаковке|коробке|наборе|комплекте).*|装箱数|箱规", PARAM, 0.9),
    (r"(цена|стоимость).*(закуп|себест|вход).*|закуп.*цен.*", "cost", 0.85),
    (r"(цена|стоимость).*(стар|до скидки|без скидки).*", "old_price", 0.85),
    (r".*\bопт(ов.*)?( .*)?", "wholesale", 0.75),
    (r"(розничн|базов|отпускн)\w* цена.*", "price", 0.8),
    (r"цена.*|.*\bцена|price.*|.*\bprice|.*价格?", "price", 0.7),
    (r"(остат(ок|ки)|наличие|склад|stock).*|.*库存.*", "quantity", 0.75),
    (r"(фото|изображение|картинка|image|picture|photo|图片)[ _]?\d+|图片链接\d+", "pictures", 0.95),
    (r".*(фото|изображени|картинк|图片|image|photo).*", "pictures", 0.7),
    (r"(категория|раздел|группа|category|уровень|类目)[ _]?(уровень)?[ _]?\d+", "category", 0.9),
    (r"(наименование|название).*", "name", 0.75),
    (r"артикул.*", "key", 0.65),
    (r"(штрих-?код|ean|gtin|barcode).*", "barcode", 0.8),
    (r"(описание|description).*", "description", 0.75),
    (r"(габарит|размер).*упаков.*", "package", 0.8),
    (r"(вес|масса).*(упаков|брутто).*", "weight", 0.85),
    (r"страна.*", "country", 0.85),
    (r"(бренд|торговая марка|производитель).*", "vendor", 0.8),
)  # fmt: skip
_COMPILED = tuple((re.compile(pattern), field, sure) for pattern, field, sure in _PATTERNS)
_BRACKETS = re.compile(r"\s*[(\[（【]([^)\]）】]*)[)\]）】]")
_SPACES = re.compile(r"[\s_\u00a0]+")
_FILLER = re.compile(r"\b(обязательно|обязательное поле|required|必填)\b")
_COUNTED = re.compile(r",?\s*\b(шт|штук|pcs)\.?$")
_OTHER_UNIT = re.compile(r"(.+?)(?:,\s*([^\s,]{1,8}?)|\s*[(（]([^()（）\s]{1,8})[)）])\.?$")
_KEY_RANK = ("sku", "ску", "ваш sku", "seller sku", "offer id", "sku编码", "商家编码")
_PRICE_RANK = ("розничная цена", "цена розничная", "ррц", "цена продажи", "retail price", "售价",
               "零售价", "цена", "price", "价格")  # fmt: skip


class Header(msgspec.Struct, frozen=True):
    """A header cell taken apart: its bare name, and the unit or currency it names."""

    text: str
    bare: str
    unit: str = ""
    currency: str = ""


class ColumnProposal(msgspec.Struct, frozen=True):
    """What a column is read as, how surely (0 to 1) and why. `index` counts from 0.

    `column` is its name without the unit, `header` the cell as it stands in the table.
    """

    column: str
    field: str
    confidence: float
    reason: str
    index: int = 0
    unit: str = ""
    currency: str = ""
    header: str = ""


def header_of(text: str) -> Header:
    """Take a header cell apart: "Вес, г" is вес in г; "价格(元)" is 价格 in CNY."""
    shown = " ".join(text.split()).strip(" *:№")
    lowered = shown.lower().replace("ё", "е")
    lowered = _FILLER.sub("", lowered)
    unit = currency = ""
    for inner in _BRACKETS.findall(lowered):
        unit, currency = _unit(inner) or unit, _money(inner) or currency
    bare = _COUNTED.sub("", _BRACKETS.sub("", lowered))
    while "," in bare:
        head, _, tail = bare.rpartition(",")
        if not (_unit(tail) or _money(tail)):
            break
        unit, currency, bare = _unit(tail) or unit, _money(tail) or currency, head
    words = bare.split()
    if len(words) > 1 and (_money(words[-1]) or (_unit(words[-1]) and len(words) == 2)):
        unit, currency = unit or _unit(words[-1]), currency or _money(words[-1])
        bare = " ".join(words[:-1])
        bare = bare.removesuffix(" в")
    return Header(shown, _SPACES.sub(" ", bare).strip(" *:.,;/-"), unit, currency)


def recognise(header: Header, memory: TableMemory) -> tuple[str, float, str, str]:
    """Return (field, confidence, reason, unit) of one header; "param" where it is not known."""
    decided = memory.decisions.get(header.bare)
    if decided:
        field, _, unit = decided.partition(":")
        return field, 1.0, "decided before", unit or header.unit
    known = _KNOWN.get(header.bare)
    if known:
        return known, 0.95, f"the name {header.bare!r} is known", header.unit
    for pattern, field, sure in _COMPILED:
        if pattern.fullmatch(header.bare):
            return field, sure, f"it reads like {field}", header.unit
    if len(header.bare) >= 5:
        near = process.extractOne(header.bare, _KNOWN.keys(), scorer=fuzz.ratio, score_cutoff=88)
        if near is not None:
            return _KNOWN[near[0]], 0.6, f"it is spelt almost like {near[0]!r}", header.unit
    return PARAM, 0.5, "not a known name: kept as a parameter", header.unit


def propose(texts: Sequence[str], memory: TableMemory) -> tuple[ColumnProposal, ...]:
    """Propose a field for every named column. One column feeds a field, but for SEVERAL.

    Of rivals the surer one wins, then the one named more plainly, then the left one; the others
    become parameters.
    """
    proposals: list[ColumnProposal] = []
    for index, text in enumerate(texts):
        header = header_of(text)
        if not header.bare:
            continue
        field, sure, reason, unit = recognise(header, memory)
        if field == IGNORED:
            continue
        shown = header.text
        if field == PARAM:
            shown, named = _param_name(shown)
            unit = memory.decisions.get(header.bare, "").partition(":")[2] or named
        proposals.append(
            ColumnProposal(shown, field, sure, reason, index, unit, header.currency, header.text)
        )
    return _one_each(_with_stand_ins(proposals))


def _with_stand_ins(proposals: list[ColumnProposal]) -> list[ColumnProposal]:
    """Let a wholesale price stand for the price where there is no other, and say so."""
    fields = {proposal.field for proposal in proposals}
    stand_ins: Mapping[str, tuple[str, str]] = {
        "wholesale": ("price", "the only price in the table, but named wholesale"),
        "vendor_code": ("key", "the only code in the table"),
        "name_ru": ("name", "the only name in the table"),
        "description_ru": ("description", "the only description in the table"),
    }
    out = []
    for proposal in proposals:
        target, reason = stand_ins.get(proposal.field, ("", ""))
        if target and target not in fields:
            fields.add(target)
            out.append(
                msgspec.structs.replace(proposal, field=target, confidence=0.5, reason=reason)
            )
        elif proposal.field == "wholesale":
            out.append(msgspec.structs.replace(proposal, field=PARAM, reason="a wholesale price"))
        else:
            out.append(proposal)
    return out


def _one_each(proposals: list[ColumnProposal]) -> tuple[ColumnProposal, ...]:
    best: dict[str, ColumnProposal] = {}
    for proposal in proposals:
        rival = best.get(proposal.field)
        if rival is None or _rank(proposal) < _rank(rival):
            best[proposal.field] = proposal
    free = SEVERAL | {PARAM}
    out = []
    for proposal in proposals:
        if proposal.field in free or best[proposal.field] is proposal:
            out.append(proposal)
            continue
        loser = "vendor_code" if proposal.field == "key" and "vendor_code" not in best else PARAM
        reason = f"{best[proposal.field].column!r} is read as {proposal.field} already"
        kept = msgspec.structs.replace(proposal, field=loser, confidence=0.5, reason=reason)
        if loser == "vendor_code":
            best[loser] = kept
        out.append(kept)
    return tuple(out)


def _rank(proposal: ColumnProposal) -> tuple[float, int, int]:
    plain = {"key": _KEY_RANK, "price": _PRICE_RANK}.get(proposal.field, ())
    bare = header_of(proposal.column).bare
    place = plain.index(bare) if bare in plain else len(plain)
    return -proposal.confidence, place, proposal.index


def named_unit(text: str) -> str:
    """Return the unit that a header cell names itself; empty where it names none."""
    header = header_of(text)
    return header.unit or _param_name(header.text)[1]


def _param_name(text: str) -> tuple[str, str]:
    """Return a parameter's name and unit: "Мощность, Вт" is Мощность in Вт."""
    match = _OTHER_UNIT.fullmatch(text)
    if match is None:
        return text, ""
    return match.group(1).strip(), (match.group(2) or match.group(3)).strip(".")


def _unit(word: str) -> str:
    bare = word.strip().strip(".").lower()
    return bare if bare in KILOGRAMS or bare in CENTIMETRES else ""


def _money(word: str) -> str:
    bare = word.strip()
    for part in (bare, *bare.split("/"), *bare.split()):
        found = currency_of(part.removeprefix("в "))
        if found:
            return found
    return ""
