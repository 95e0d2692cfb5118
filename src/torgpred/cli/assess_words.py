"""Every sentence that `torgpred assess` says, in its languages: templates with named data.

English is whole; what another language lacks is said in English.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

LANGUAGES: Final = ("en", "ru", "zh")

_EN: Final = {
    "title": "What could go live today",
    "subtitle": "{file} · {market} · {day}",
    "ready": "{ready} of {taken} offers could go live on {market} today.",
    "ready_all": "All {taken} offers could go live on {market} today.",
    "not_a_feed": "Nothing of this file can be used.",
    "confirmed": "Once you confirm {places} presumed categories: {confirmed}.",
    "answers": "The first {count} answers below free {frees} more.",
    "answer_one": "The first answer below frees {frees} more.",
    "up_to": "up to {count}",
    "shelf": "On the shelf {price}, you keep {keeps} (an offer in the middle of your prices).",
    "no_shelf": "No price can be worked out yet: {why}.",
    "why_rate": "give the rate, for example --rate {currency}=11.40",
    "why_price": "the file has no prices and no costs",
    "at_a_loss": "At the file's prices nothing is left. If they are what you want to keep, say "
    "--basis kept, and the price on the shelf is worked out from them.",
    "beyond": "{count} offers wait for a mended file: no answer can free them.",
    "head.answers": "Answers that free the most",
    "head.price": "Price of the offer {sku}",
    "head.missing": "Missing",
    "head.categories": "Where your categories belong",
    "head.file": "The file",
    "head.assumed": "Assumed here",
    "head.next": "What next",
    "col.number": "#",
    "col.answer": "answer",
    "col.frees": "frees",
    "col.cumulative": "together",
    "col.line": "line",
    "col.amount": "amount, {currency}",
    "col.note": "how",
    "col.fact": "what",
    "col.offers": "offers",
    "col.how": "how to give it",
    "col.yours": "yours",
    "col.theirs": "at the marketplace",
    "col.sure": "sure",
    "col.count": "times",
    "col.finding": "what was noticed, with an example",
    "col.place": "first at",
    "answer.category": "Confirm: {group} -> {target} ({confidence})",
    "answer.choose": "Choose a category for {group}",
    "answer.parcel": "State weight and package of {group}",
    "answer.rate": "Give the rate of {name} (--rate {name}=...)",
    "answer.other": "State for {group}: {name}",
    "answer.shop": "State for the shop: {name}",
    "then.parcel": "{first}; and state its weight and package",
    "then.other": "{first}; and state its {name}",
    "frees.opens": "a step for {count}",
    "group.none": "offers without a category",
    "how.answer": "one answer for a category",
    "how.shop": "one answer for the whole shop",
    "how.file": "offer by offer: mend the file",
    "sure.certain": "certain",
    "sure.confirm": "{confidence}, confirm",
    "sure.choose": "choose",
    "none_like": "nothing like it found",
    "perhaps": "perhaps {names}",
    "file.shape": "{format}, {encoding}; {offers} offers in the file, {taken} usable.",
    "file.partial": "It gives prices and stocks only, no whole catalogue.",
    "file.cut": "It was not read to a proper end: something may be missing.",
    "file.clean": "Nothing odd was noticed in it.",
    "more": "and {count} more kinds",
    "assumed.basis.shelf": "The file's prices are what the shopper pays (--basis shelf|kept|cost).",
    "assumed.basis.kept": "The file's prices are what you want to keep (--basis shelf|kept|cost).",
    "assumed.basis.cost": "Prices are worked out from your cost and a margin of {margin} % "
    "(--basis, --margin).",
    "assumed.commission": "Marketplace's commission {value} % (--commission): your contract tells.",
    "assumed.fee": "Integrator's fee {value} % (--fee).",
    "assumed.delivery": "Delivery {parcel} {currency} a parcel and {kg} {currency} a kilogram "
    "(--per-parcel, --per-kg).",
    "assumed.tax": "Tax contained in the price {value} % (--tax).",
    "assumed.no_tax": "Taxes are not counted (--tax).",
    "assumed.rate": "1 {source} = {value} {target} (--rate).",
    "assumed.shop": "The shop has a delivery template and ships within {days} days.",
    "assumed.brands": "Brands are allowed: the marketplace tells when the shop is connected.",
    "assumed.tree": "Categories are those of the sample tree that comes with Torgpred; a connected "
    "shop learns the marketplace's own.",
    "assumed.learnt": "Categories are the marketplace's own, as this installation learnt them.",
    "next.account": "Take the seller on: torgpred seller add NAME; then torgpred feed read and "
    "torgpred plan.",
    "next.answers": "Give the answers with torgpred map set and torgpred state, or mend the file.",
    "next.check": "Every finding with its place: torgpred feed check FILE --json.",
}

_RU: Final = {
    "title": "Что можно выставить уже сегодня",
    "ready": "Сегодня на {market} можно выставить предложений: {ready} из {taken}.",
    "ready_all": "Сегодня на {market} можно выставить все предложения: {taken}.",
    "not_a_feed": "В этом файле нет ничего, что можно использовать.",
    "confirmed": "Если подтвердить предполагаемые категории ({places}): {confirmed}.",
    "answers": "Первые ответы из списка ниже ({count}) освободят ещё {frees}.",
    "up_to": "до {count}",
    "answer_one": "Первый ответ из списка ниже освободит ещё {frees}.",
    "shelf": "На полке {price}, у вас остаётся {keeps} (товар из середины ваших цен).",
    "no_shelf": "Цену пока посчитать нельзя: {why}.",
    "why_rate": "укажите курс, например --rate {currency}=11.40",
    "why_price": "в файле нет ни цен, ни себестоимости",
    "at_a_loss": "При ценах из файла ничего не остаётся. Если это цены, которые вы хотите "
    "получить на руки, укажите --basis kept: цена на полке будет посчитана от них.",
    "beyond": "Предложений, которые ждут исправления файла: {count}; ответом их не освободить.",
    "head.answers": "Ответы, которые освобождают больше всего",
    "head.price": "Цена предложения {sku}",
    "head.missing": "Чего не хватает",
    "head.categories": "Куда попадут ваши категории",
    "head.file": "Файл",
    "head.assumed": "Что здесь предположено",
    "head.next": "Что дальше",
    "col.number": "№",
    "col.answer": "ответ",
    "col.frees": "освободит",
    "col.cumulative": "вместе",
    "col.line": "строка",
    "col.amount": "сумма, {currency}",
    "col.note": "как",
    "col.fact": "что",
    "col.offers": "предложений",
    "col.how": "как дать",
    "col.yours": "у вас",
    "col.theirs": "на площадке",
    "col.sure": "уверенность",
    "col.count": "раз",
    "col.finding": "что замечено",
    "col.place": "впервые",
    "answer.category": "Подтвердите: {group} -> {target} ({confidence})",
    "answer.choose": "Выберите категорию для «{group}»",
    "answer.parcel": "Укажите вес и размер упаковки: {group}",
    "answer.rate": "Укажите курс {name} (--rate {name}=...)",
    "answer.other": "Укажите для «{group}»: {name}",
    "answer.shop": "Укажите для магазина: {name}",
    "then.parcel": "{first}; и укажите вес и размер упаковки",
    "then.other": "{first}; и укажите: {name}",
    "frees.opens": "шаг для {count}",
    "group.none": "предложения без категории",
    "how.answer": "один ответ на категорию",
    "how.shop": "один ответ на весь магазин",
    "how.file": "по каждому предложению: исправьте файл",
    "sure.certain": "точно",
    "sure.confirm": "{confidence}, подтвердите",
    "sure.choose": "выберите",
    "none_like": "ничего похожего не нашлось",
    "perhaps": "возможно, {names}",
    "file.shape": "{format}, {encoding}; предложений в файле: {offers}, пригодных: {taken}.",
    "file.partial": "В нём только цены и остатки, а не весь каталог.",
    "file.cut": "Файл не дочитан до настоящего конца: чего-то может не хватать.",
    "file.clean": "Ничего странного в нём не замечено.",
    "more": "и ещё видов замечаний: {count}",
    "assumed.basis.shelf": "Цены файла — это то, что платит покупатель (--basis shelf|kept|cost).",
    "assumed.basis.kept": "Цены файла — это то, что вы хотите получить на руки "
    "(--basis shelf|kept|cost).",
    "assumed.basis.cost": "Цены посчитаны от вашей себестоимости с наценкой {margin} % "
    "(--basis, --margin).",
    "assumed.commission": "Комиссия площадки {value} % (--commission): точную скажет договор.",
    "assumed.fee": "Вознаграждение интегратора {value} % (--fee).",
    "assumed.delivery": "Доставка {parcel} {currency} за посылку и {kg} {currency} за килограмм "
    "(--per-parcel, --per-kg).",
    "assumed.tax": "Налог внутри цены {value} % (--tax).",
    "assumed.no_tax": "Налоги не посчитаны (--tax).",
    "assumed.shop": "В магазине есть шаблон доставки, отправка в течение {days} дней.",
    "assumed.brands": "Бренды разрешены: площадка скажет, когда магазин подключат.",
    "assumed.tree": "Категории взяты из образца, который идёт с Торгпредом; подключённый магазин "
    "узнаёт настоящие.",
    "assumed.learnt": "Категории настоящие: эта установка узнала их у площадки.",
    "next.account": "Заведите продавца: torgpred seller add ИМЯ; затем torgpred feed read и "
    "torgpred plan.",
    "next.answers": "Дайте ответы через torgpred map set и torgpred state или исправьте файл.",
    "next.check": "Все замечания с местом в файле: torgpred feed check ФАЙЛ --json.",
}

_ZH: Final = {
    "title": "今天可以上架什么",
    "ready": "今天有 {ready} / {taken} 个商品可以在 {market} 上架。",
    "ready_all": "今天全部 {taken} 个商品都可以在 {market} 上架。",
    "not_a_feed": "此文件没有可用的内容。",
    "confirmed": "确认 {places} 个推定类目后：{confirmed}。",
    "answers": "回答下面前 {count} 个问题，可再放行 {frees} 个。",
    "up_to": "最多 {count}",
    "answer_one": "回答下面第一个问题，可再放行 {frees} 个。",
    "shelf": "上架价 {price}，您得到 {keeps}（取价格居中的商品）。",
    "no_shelf": "暂时无法算出价格：{why}。",
    "why_rate": "请给出汇率，例如 --rate {currency}=11.40",
    "why_price": "文件中没有价格，也没有成本",
    "at_a_loss": "按文件中的价格没有剩余。如果这是您希望到手的价格，请用 --basis kept。",
    "beyond": "有 {count} 个商品须先修改文件，回答问题无法放行。",
    "head.answers": "放行最多的回答",
    "head.price": "{sku} 的价格",
    "head.missing": "缺少什么",
    "head.categories": "您的类目对应到哪里",
    "head.file": "文件",
    "head.assumed": "此处的假设",
    "head.next": "下一步",
    "col.number": "序号",
    "col.answer": "回答",
    "col.frees": "放行",
    "col.cumulative": "累计",
    "col.line": "项目",
    "col.amount": "金额（{currency}）",
    "col.note": "说明",
    "col.fact": "内容",
    "col.offers": "商品数",
    "col.how": "如何补充",
    "col.yours": "您的类目",
    "col.theirs": "平台类目",
    "col.sure": "把握",
    "col.count": "次数",
    "col.finding": "发现的问题",
    "col.place": "首次出现",
    "answer.category": "请确认：{group} -> {target}（{confidence}）",
    "answer.choose": "请为“{group}”选择类目",
    "answer.parcel": "请给出“{group}”的重量和包装尺寸",
    "answer.rate": "请给出 {name} 的汇率（--rate {name}=...）",
    "answer.other": "请为“{group}”给出：{name}",
    "answer.shop": "请为店铺给出：{name}",
    "then.parcel": "{first}；并给出重量和包装尺寸",
    "then.other": "{first}；并给出：{name}",
    "frees.opens": "为 {count} 个迈出一步",
    "group.none": "没有类目的商品",
    "how.answer": "每个类目回答一次",
    "how.shop": "整个店铺回答一次",
    "how.file": "逐个商品：请修改文件",
    "sure.certain": "确定",
    "sure.confirm": "{confidence}，请确认",
    "sure.choose": "请选择",
    "none_like": "没有找到相似的类目",
    "perhaps": "可能是 {names}",
    "file.shape": "{format}，{encoding}；文件中有 {offers} 个商品，可用 {taken} 个。",
    "file.partial": "只含价格和库存，不是完整目录。",
    "file.cut": "文件没有读到正常结尾，可能缺少内容。",
    "file.clean": "没有发现异常。",
    "more": "另有 {count} 类问题",
    "assumed.basis.shelf": "文件中的价格是买家支付的价格（--basis shelf|kept|cost）。",
    "assumed.basis.kept": "文件中的价格是您希望到手的价格（--basis shelf|kept|cost）。",
    "assumed.basis.cost": "价格由您的成本加 {margin} % 利润算出（--basis、--margin）。",
    "assumed.commission": "平台佣金 {value} %（--commission）：以合同为准。",
    "assumed.fee": "服务商费用 {value} %（--fee）。",
    "assumed.delivery": "配送每件 {parcel} {currency}，每公斤 {kg} {currency}"
    "（--per-parcel、--per-kg）。",
    "assumed.tax": "价内税 {value} %（--tax）。",
    "assumed.no_tax": "未计税（--tax）。",
    "assumed.rate": "1 {source} = {value} {target}（--rate）。",
    "assumed.shop": "店铺有配送模板，{days} 天内发货。",
    "assumed.brands": "品牌可用：连接店铺后由平台确认。",
    "assumed.tree": "类目来自 Torgpred 自带的样例；连接店铺后会读取平台的真实类目。",
    "assumed.learnt": "类目是本系统从平台读取的真实类目。",
    "next.account": "登记卖家：torgpred seller add NAME，"
    "然后 torgpred feed read 和 torgpred plan。",
    "next.answers": "用 torgpred map set 和 torgpred state 回答，或修改文件。",
    "next.check": "全部问题及位置：torgpred feed check FILE --json。",
}

_FACTS: Final = {
    "category": ("a category at the marketplace", "категория на площадке", "平台类目"),
    "parcel": ("weight and package", "вес и размер упаковки", "重量和包装尺寸"),
    "weight": ("weight with packaging", "вес с упаковкой", "毛重"),
    "package": ("size of the package", "размер упаковки", "包装尺寸"),
    "price": ("price", "цена", "价格"),
    "cost": ("cost", "себестоимость", "成本"),
    "currency": ("currency of the prices", "валюта цен", "价格币种"),
    "picture": ("pictures that can be fetched", "доступные картинки", "可下载的图片"),
    "title": ("name", "название", "名称"),
    "description": ("description", "описание", "描述"),
    "brand": ("brand", "бренд", "品牌"),
    "country": ("country of origin", "страна производства", "原产国"),
    "lead_time": ("days until shipped", "срок отправки", "发货天数"),
    "delivery_template": ("delivery template", "шаблон доставки", "配送模板"),
    "unit": ("unit of sale", "единица продажи", "销售单位"),
    "stock": ("stock", "остаток", "库存"),
    "rate": ("exchange rate of {name}", "курс {name}", "{name} 的汇率"),
    "price.below_least": (
        "price above the marketplace's least", "цена выше минимальной", "价格低于平台下限",
    ),
    "price.fees_exceed_price": (
        "shares that leave something of the price", "доли, которые меньше самой цены",
        "费用之和须低于价格",
    ),
    "variants.alike": (
        "what tells variants apart (size, colour ...)", "чем отличаются варианты (размер, цвет …)",
        "区分款式的属性（尺码、颜色等）",
    ),
    "variants.sku_twice": ("an SKU of its own for each variant", "свой артикул у каждого варианта",
                           "每个款式各自的 SKU"),
    "variants.too_many": ("fewer variants in one product", "меньше вариантов в одном товаре",
                          "减少同一商品的款式数"),
}  # fmt: skip

_LABELS: Final = {
    "Price on the shelf": ("Цена на полке", "上架价"),
    "You keep": ("Вам остаётся", "您得到"),
    "Left for the seller": ("Остаётся продавцу", "卖家所得"),
    "Left over the cost": ("Сверх себестоимости", "成本之上的剩余"),
    "Price of the feed": ("Цена из файла", "文件价格"),
    "Cost": ("Себестоимость", "成本"),
    "Tax got back": ("Возврат налога", "退税"),
    "Margin": ("Наценка", "利润"),
    "Rounding": ("Округление", "取整"),
    "Delivery": ("Доставка", "配送"),
    "Marketplace's commission": ("Комиссия площадки", "平台佣金"),
    "Integrator's fee": ("Вознаграждение интегратора", "服务商费用"),
    "Tax": ("Налог", "税"),
}

_NOTES: Final = (
    (" of the price", " от цены", "（按价格）"),
    (" contained in the price", " внутри цены", "（价内）"),
    (" a parcel", " за посылку", "／件"),
    ("to the seller", "продавцу", "归卖家"),
    (", route domestic", ", внутри страны", "，国内"),
    ("given by option", "из параметра --rate", "由参数给出"),
)

_FINDINGS_RU: Final = {
    "feed.offer.no_id": "У предложения нет артикула (id).",
    "feed.offer.bad_id": "Артикул (id) непригоден.",
    "feed.offer.duplicate": "Такой артикул уже был выше.",
    "feed.offer.name_missing": "Нет названия.",
    "feed.offer.price_bad": "Цену нельзя прочитать.",
    "feed.offer.price_missing": "Нет цены.",
    "feed.offer.price_rounded": "Цена округлена до копеек.",
    "feed.offer.quantity_bad": "Остаток нельзя прочитать.",
    "feed.offer.weight_bad": "Вес нельзя прочитать.",
    "feed.offer.weight_unit": "У веса непонятная единица.",
    "feed.offer.size_bad": "Размер упаковки нельзя прочитать.",
    "feed.offer.size_unit": "У размера непонятная единица.",
    "feed.offer.density_bad": "Вес и размер не вяжутся друг с другом.",
    "feed.offer.barcode_bad": "Контрольная цифра штрихкода не сходится.",
    "feed.offer.picture_bad": "Адрес картинки непригоден.",
    "feed.offer.url_bad": "Адрес страницы непригоден.",
    "feed.offer.category_missing": "Не указана категория.",
    "feed.offer.category_unknown": "Указанной категории нет в файле.",
    "feed.offer.currency_bad": "Непонятная валюта.",
    "feed.offer.description_cut": "Описание обрезано.",
    "feed.offer.text_cut": "Текст обрезан.",
    "feed.offer.html_entity": "HTML-мнемоника вместо знака.",
    "feed.offer.ampersand": "Знак & записан без экранирования.",
    "feed.category.orphan": "У категории нет родителя, на которого она ссылается.",
    "feed.category.duplicate": "Категория указана дважды.",
    "feed.encoding.declared_wrong": "Кодировка не та, что объявлена в файле.",
    "feed.file.truncated": "Файл обрывается.",
    "feed.file.empty": "Файл пуст.",
    "feed.file.html": "Это веб-страница, а не выгрузка.",
    "feed.file.not_a_feed": "Это не выгрузка товаров.",
    "feed.offers.none": "В файле нет предложений.",
    "feed.partial": "В файле только цены и остатки.",
    "table.row.totals": "Строка итогов пропущена.",
    "table.row.help": "Строка с пояснением пропущена.",
    "table.sheet.skipped": "Лист пропущен.",
    "table.key.number": "Артикул записан числом.",
    "table.column.unsure": "Не ясно, что значит столбец.",
    "table.column.no_unit": "У столбца не указана единица.",
    "table.header.none": "Не найдена строка заголовков.",
    "table.column.no_key": "Не найден столбец с артикулом.",
    "table.currency.none": "Не указана валюта цен.",
}


class Words:
    """One language's sentences, labels and numbers."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._own: Mapping[str, str] = {"en": _EN, "ru": _RU, "zh": _ZH}[language]
        self._column = LANGUAGES.index(language)

    def say(self, key: str, **data: object) -> str:
        """Return a sentence filled with data."""
        return (self._own.get(key) or _EN[key]).format_map(data)

    def fact(self, fact: str, names: Mapping[str, str]) -> str:
        """Name a fact; attributes by the marketplace's name, an unknown one by itself."""
        if fact in names:
            return names[fact]
        kind, _, name = fact.partition(":")
        if kind == "rate":
            return _FACTS["rate"][self._column].format(name=name)
        told = _FACTS.get(fact)
        return told[self._column] if told else fact

    def label(self, label: str) -> str:
        """Name a line of the waterfall."""
        told = _LABELS.get(label)
        return label if told is None or self._column == 0 else told[self._column - 1]

    def note(self, note: str) -> str:
        """Say a waterfall's note."""
        if self._column:
            for english, *others in _NOTES:
                note = note.replace(english, others[self._column - 1])
        return note

    def finding(self, code: str, message: str) -> str:
        """Say what a finding is; the English message where nothing shorter is known."""
        return _FINDINGS_RU.get(code, message) if self.language == "ru" else message

    def number(self, value: int | Decimal) -> str:
        """Write a number with its thousands parted; pennies only where there are some."""
        whole = not isinstance(value, Decimal) or value == value.to_integral_value()
        text = f"{value:,.0f}" if whole else f"{value:,.2f}"
        if self.language == "ru":
            return text.replace(",", "\u00a0").replace(".", ",")
        return text
