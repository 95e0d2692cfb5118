"""Every text of a fix file in its languages, and what is wrong with one in words."""

from typing import Final

EN: Final = {
    "language": "en",
    "sheet.how": "How to", "sheet.shop": "For the shop", "sheet.map": "Categories",
    "sheet.mend": "Mend in your file", "sheet.market": "All categories", "sheet.rest": "Others",
    "sheet.no_category": "No category",
    "how.title": "What is missing to put your goods on sale",
    "how.1": "1. Fill the yellow cells. Grey cells are known already; leave them as they are.",
    "how.2": "2. The row “for all below” answers for every offer of its sheet that lacks it. A "
             "cell filled for one offer goes before it.",
    "how.3": "3. Weights are in kilograms with packaging, sides in centimetres. A unit may be "
             "typed beside the number: 300 g, 150 mm. All three sides fit into one cell: 20x15x5.",
    "how.4": "4. Where a cell has a list, choose from it.",
    "how.5": "5. What you do not know stays empty. Nothing is guessed.",
    "how.6": "6. Rows may be sorted or deleted, columns moved and sheets renamed. Leave the SKUs "
             "as they are.",
    "how.7": "7. The sheet “Mend in your file”, where there is one, lists what only your own file "
             "can mend, and why.",
    "how.8": "8. Save the file and upload it in the browser: open your desk, then First steps, "
             "Questions, “Answer in a spreadsheet instead” (or Catalogue, “Fix file”), and choose "
             "it under “2. Give it back”. At the command line: torgpred fix SELLER FILE.",
    "all_below": "↓ for all below",
    "col.sku": "SKU", "col.title": "name", "col.name": "name (missing)",
    "col.category": "your category",
    "col.weight_kg": "weight with packaging, kg",
    "col.package.length": "package: length, cm", "col.package.width": "package: width, cm",
    "col.package.height": "package: height, cm",
    "col.price": "price, {currency}", "col.cost": "cost, {currency}",
    "col.currency": "currency of the prices", "col.country": "country of origin",
    "col.brand": "brand", "col.tnved": "TN VED code, 10 digits",
    "col.pictures": "picture addresses, by comma", "col.description": "description",
    "col.choose": "{name} (choose)",
    "shop.id": "id", "shop.what": "what", "shop.now": "now", "shop.answer": "your answer",
    "ask.delivery_template": "Delivery template", "ask.lead_time": "Days until you ship",
    "ask.unit": "Unit of sale", "ask.rate": "What one {name} is worth in {currency}",
    "map.key": "key", "map.path": "your category", "map.offers": "offers",
    "map.answer": "category at the marketplace (choose, or type its id)",
    "mend.sku": "SKU", "mend.name": "name", "mend.why": "what is wrong", "mend.mend": "what to do",
    "dv.title": "Please check",
    "dv.list": "The marketplace takes only values of the list.",
    "dv.any": "This is not on the list. Keep it if it is right.",
    "dv.number": "A number from {least} to {most} is expected; a unit may stand beside it.",
}  # fmt: skip

RU: Final = {
    "language": "ru",
    "sheet.how": "Как заполнить", "sheet.shop": "Для магазина", "sheet.map": "Категории",
    "sheet.mend": "Исправьте у себя", "sheet.market": "Все категории", "sheet.rest": "Остальное",
    "sheet.no_category": "Без категории",
    "how.title": "Чего не хватает, чтобы выставить ваши товары",
    "how.1": "1. Заполните жёлтые ячейки. Серые уже известны, их менять не нужно.",
    "how.2": "2. Строка «для всех ниже» отвечает за все товары листа, у которых этого нет. Ячейка, "
             "заполненная у одного товара, важнее.",
    "how.3": "3. Вес — в килограммах с упаковкой, стороны — в сантиметрах. Рядом с числом можно "
             "писать единицу: 300 г, 150 мм. Все три стороны можно вписать в одну ячейку: 20x15x5.",
    "how.4": "4. Где у ячейки есть список, выберите из него.",
    "how.5": "5. Чего вы не знаете, оставьте пустым. Мы ничего не угадываем.",
    "how.6": "6. Строки можно сортировать и удалять, столбцы переставлять, листы переименовывать. "
             "Артикулы не меняйте.",
    "how.7": "7. На листе «Исправьте у себя», если он есть, — то, что можно исправить только в "
             "вашем файле, и почему.",
    "how.8": "8. Сохраните файл и загрузите его в браузере: откройте свой кабинет, затем «Первые "
             "шаги», «Вопросы», «Ответить в таблице» (или «Каталог», «Файл исправлений») и "
             "выберите его в разделе «2. Верните». Из командной строки: torgpred fix SELLER FILE.",
    "all_below": "↓ для всех ниже",
    "col.sku": "Код (артикул)", "col.title": "Название",
    "col.name": "Название (нет в файле)", "col.category": "Ваша категория",
    "col.weight_kg": "Вес с упаковкой, кг",
    "col.package.length": "Упаковка: длина, см", "col.package.width": "Упаковка: ширина, см",
    "col.package.height": "Упаковка: высота, см",
    "col.price": "Цена, {currency}", "col.cost": "Себестоимость, {currency}",
    "col.currency": "Валюта цен", "col.country": "Страна производства",
    "col.brand": "Бренд", "col.tnved": "Код ТН ВЭД, 10 цифр",
    "col.pictures": "Адреса картинок через запятую", "col.description": "Описание",
    "col.choose": "{name} (из списка)",
    "shop.id": "Код", "shop.what": "Что", "shop.now": "Сейчас", "shop.answer": "Ваш ответ",
    "ask.delivery_template": "Шаблон доставки", "ask.lead_time": "Через сколько дней отправляете",
    "ask.unit": "Единица продажи", "ask.rate": "Сколько стоит 1 {name} в {currency}",
    "map.key": "Ключ", "map.path": "Ваша категория", "map.offers": "Предложений",
    "map.answer": "Категория на площадке (выберите или впишите её номер)",
    "mend.sku": "Артикул", "mend.name": "Название", "mend.why": "Что не так",
    "mend.mend": "Что сделать",
    "dv.title": "Проверьте, пожалуйста",
    "dv.list": "Площадка принимает только значения из списка.",
    "dv.any": "Этого нет в списке. Оставьте, если так и есть.",
    "dv.number": "Ожидается число от {least} до {most}; рядом можно написать единицу.",
}  # fmt: skip

ZH: Final = {
    "language": "zh",
    "sheet.how": "填写说明", "sheet.shop": "店铺", "sheet.map": "类目",
    "sheet.mend": "请在原文件中修改", "sheet.market": "全部类目", "sheet.rest": "其他",
    "sheet.no_category": "无类目",
    "how.title": "商品上架还缺少的信息",
    "how.1": "1. 请填写黄色单元格。灰色单元格已知，请勿改动。",
    "how.2": "2. “适用于以下全部”一行代表本表中缺少该项的所有商品；单个商品所填内容优先。",
    "how.3": "3. 重量为含包装的千克数，边长为厘米。数字旁可写单位：300 g、150 mm。"
             "三条边可写在一个单元格：20x15x5。",
    "how.4": "4. 有下拉列表的单元格，请从列表中选择。",
    "how.5": "5. 不知道的请留空，我们不做猜测。",
    "how.6": "6. 可以排序或删除行、移动列、重命名工作表，但请勿改动 SKU。",
    "how.7": "7. 若有“请在原文件中修改”表，其中列出只能在您自己的文件中修改的内容及原因。",
    "how.8": "8. 保存文件并在浏览器中上传：打开您的工作台，进入“入门步骤”的“问题”，点“改用表格回答”"
             "（或在“商品目录”中打开“修正文件”），在“2. 交回”处选择文件。"
             "命令行：torgpred fix SELLER FILE。",
    "all_below": "↓ 适用于以下全部",
    "col.sku": "SKU", "col.title": "名称", "col.name": "名称（缺少）", "col.category": "您的类目",
    "col.weight_kg": "毛重（含包装），千克",
    "col.package.length": "包装长，厘米", "col.package.width": "包装宽，厘米",
    "col.package.height": "包装高，厘米",
    "col.price": "价格，{currency}", "col.cost": "成本，{currency}",
    "col.currency": "价格币种", "col.country": "原产国",
    "col.brand": "品牌", "col.tnved": "海关编码（TN VED），10 位",
    "col.pictures": "图片地址（逗号分隔）", "col.description": "描述",
    "col.choose": "{name}（请选择）",
    "shop.id": "编号", "shop.what": "项目", "shop.now": "目前", "shop.answer": "您的回答",
    "ask.delivery_template": "配送模板", "ask.lead_time": "几天内发货",
    "ask.unit": "销售单位", "ask.rate": "1 {name} 折合多少 {currency}",
    "map.key": "编号", "map.path": "您的类目", "map.offers": "商品数",
    "map.answer": "平台类目（请选择或填写编号）",
    "mend.sku": "SKU", "mend.name": "名称", "mend.why": "问题", "mend.mend": "处理方法",
    "dv.title": "请核对",
    "dv.list": "平台只接受列表中的值。",
    "dv.any": "列表中没有此值。若确实如此，请保留。",
    "dv.number": "请输入 {least} 到 {most} 之间的数字，旁边可写单位。",
}  # fmt: skip

RU_FINDINGS: Final = {
    "{value} cannot be used: {reason}.": "«{value}» не подходит: {reason}.",
    "{value} is outside of {least} to {most}.": "{value} вне границ от {least} до {most}.",
    "Check the unit: a bare number is kilograms, centimetres, or the shop's currency.":
        "Проверьте единицу: число без единицы — килограммы, сантиметры или валюта магазина.",
    "The spreadsheet made a date of what was typed: {value}.":
        "Таблица превратила написанное в дату: {value}.",
    "Format the cell as text and type it again.":
        "Сделайте формат ячейки текстовым и введите значение ещё раз.",
    "The marketplace's list for {name} has no {value}.{near}":
        "В списке площадки для «{name}» нет «{value}».{near}",
    "Choose from the list in the cell.": "Выберите из списка в ячейке.",
    "The package lacks {lacking} beside {value}.":
        "У упаковки кроме {value} не хватает: {lacking}.",
    "Fill length, width and height, or type 20x15x5 into one of them.":
        "Заполните длину, ширину и высоту или впишите 20x15x5 в одну из ячеек.",
    "The catalogue holds no offer {value} now; what stands in its row was not used.":
        "В каталоге сейчас нет артикула {value}; его строка не использована.",
    "Leave the SKU as it was written, or make the fix file anew.":
        "Не меняйте артикул или сделайте файл заново.",
    "The row has answers but no SKU.": "В строке есть ответы, но нет артикула.",
    "Give the SKU of the offer that is meant.": "Укажите артикул товара.",
    "{value} contradicts {first}, which was used.":
        "«{value}» противоречит ячейке {first}, она и использована.",
    "Leave one answer for the offer.": "Оставьте для товара один ответ.",
    "The seller's file says {known}, which goes before {value}.":
        "В вашем файле указано «{known}», это важнее, чем «{value}».",
    "Change it in the file that the catalogue is read from.":
        "Измените это в файле, из которого читается каталог.",
    "{value} belongs to another category of the marketplace than the offer's.":
        "«{value}» относится к другой категории площадки, чем товар.",
    "Make the fix file anew.": "Сделайте файл заново.",
    "The catalogue has no category {value} now.": "В каталоге сейчас нет категории {value}.",
    "Leave the category's key as it was written, or make the fix file anew.":
        "Не меняйте ключ категории или сделайте файл заново.",
    "{value} is no category of the marketplace that takes products, or not one alone.":
        "«{value}» — не категория площадки для товаров, или таких несколько.",
    "Choose from the list in the cell, or give the id in brackets.":
        "Выберите из списка в ячейке или укажите номер в скобках.",
    "Nothing is asked here, so {value} was not used.":
        "Здесь ничего не спрашивается, «{value}» не использовано.",
    "Write it into a yellow cell.": "Впишите это в жёлтую ячейку.",
    "The column {value} is not one of the file's and was not read.":
        "Столбец «{value}» — не из этого файла, он не прочитан.",
    "Write answers into the file's own columns.": "Пишите ответы в столбцы файла.",
    "The sheet {value} is not one that is read back.": "Лист «{value}» не читается.",
    "Write answers into the sheets of the file.": "Пишите ответы на листах файла.",
    "There are more than {value} rows; those below were not read.":
        "Строк больше {value}; те, что ниже, не прочитаны.",
    "Give the answers in several files.": "Разделите ответы на несколько файлов.",
}  # fmt: skip

RU_HOLDS: Final = {
    "The price {value} is below the marketplace's least, {limit}.":
        "Цена {value} ниже минимальной цены площадки, {limit}.",
    "Check the price in the file.": "Проверьте цену в файле.",
    "Commission, fee and tax together take {value} % of any price.":
        "Комиссия, вознаграждение и налог вместе забирают {value} % любой цены.",
    "Lower the shares in the pricing policy: together they must stay below 100 %.":
        "Уменьшите доли в правилах цены: вместе они должны быть меньше 100 %.",
    "At {value} the seller keeps {keeps}, less than cost and the least margin, {wanted}.":
        "При цене {value} остаётся {keeps} — меньше себестоимости с наценкой, {wanted}.",
    "Raise the price in the file, or lower the least margin.":
        "Поднимите цену в файле или уменьшите наименьшую наценку.",
    "The price {value} is below the least price {limit} of the pricing policy.":
        "Цена {value} ниже наименьшей цены {limit} из правил.",
    "Raise the price in the file, or lower the least price.":
        "Поднимите цену в файле или уменьшите наименьшую цену.",
    "The delivery tariff ends at {limit} kg; the offer weighs {value} kg.":
        "Тариф доставки кончается на {limit} кг, а товар весит {value} кг.",
    "Check the weight (grams typed as kilograms?), or add a step to the tariff.":
        "Проверьте вес (граммы вместо килограммов?) или добавьте ступень тарифа.",
    "Shoppers could not tell this variant from {others}.":
        "Покупатель не отличит этот вариант от {others}.",
    "Fill what tells them apart in the file ({names}), or take them out of the group.":
        "Укажите в файле, чем они отличаются ({names}), или разберите группу.",
    "The SKU {value} stands in the product more than once.":
        "Артикул {value} встречается в товаре несколько раз.",
    "Give every offer an id of its own.": "Дайте каждому предложению свой артикул.",
    "The product has {value} variants, {limit} are allowed.":
        "У товара вариантов: {value}, а можно {limit}.",
    "Split the group in the file.": "Разделите группу в файле.",
    "The marketplace refused it: {reason}": "Площадка отказала: {reason}",
}  # fmt: skip

RU_REASONS: Final = {
    "it is not one number": "это не одно число",
    "it is zero, negative or absurd": "это ноль, отрицательное или немыслимое число",
    "it is next to nothing": "это почти ноль",
    "it is no whole number of days of 1 or more": "это не целое число дней от 1",
    "it is not one amount": "это не одна сумма",
    "it may mean thousands or a decimal comma": "непонятно, тысячи это или десятичная запятая",
    "it has parts of a hundredth": "есть доли копейки",
    "it is empty": "пусто",
    "no country is known by this name": "страны с таким названием нет",
    "goods are not sold by it": "так товары не продаются",
    "a TN VED code has ten digits": "в коде ТН ВЭД десять цифр",
    "no currency is known by this name": "такой валюты нет",
    "it is not the address of a picture": "это не адрес картинки",
    "the shop has no such template": "в магазине нет такого шаблона",
    "Write it in kilograms, or with its unit: 0.3 or 300 g.":
        "Напишите в килограммах или с единицей: 0,3 или 300 г.",
    "Write three sides in centimetres: 20x15x5, or with a unit: 200x150x50 mm.":
        "Напишите три стороны в сантиметрах: 20x15x5, или с единицей: 200x150x50 мм.",
    "Write a whole number of days, such as 3.": "Напишите целое число дней, например 3.",
    "Write one amount, with its currency where it is not the offer's: 1290 or 99.50 CNY.":
        "Напишите одну сумму, с валютой, если она другая: 1290 или 99.50 CNY.",
    "Look it up and write all ten digits.": "Найдите код и впишите все десять цифр.",
    "Choose from the list.": "Выберите из списка.",
    "Write one number.": "Напишите одно число.",
    "Write addresses that begin with https:// and hold no spaces, apart by commas.":
        "Напишите адреса, которые начинаются с https://, без пробелов, через запятую.",
}  # fmt: skip


class FixWords:
    """One language's texts: call it with a key and named data; unknown keys are said as they are.

    Sentences of findings are keys too, and their translations keep the `{names}` for later.
    """

    def __init__(self, language: str) -> None:
        code = language.lower().partition("-")[0].partition("_")[0]
        self.language = code if code in {"ru", "zh"} else "en"
        self._own = {"ru": RU | RU_HOLDS, "zh": ZH, "en": EN}[self.language]

    def __call__(self, key: str, **data: object) -> str:
        """Return a text filled with data."""
        told = self._own.get(key) or EN.get(key)
        return key if told is None else told.format_map(data) if data else told

    def finding(self, template: str) -> str:
        """Return a finding's sentence in the language, its `{names}` left open."""
        return RU_FINDINGS.get(template, template) if self.language == "ru" else template

    def reason(self, text: str) -> str:
        """Return why a value cannot be used, or how to mend it, in the language."""
        return RU_REASONS.get(text, text) if self.language == "ru" else text
