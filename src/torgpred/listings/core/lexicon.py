"""Names of attributes and values that mean the same, in Russian, English and Chinese.

Each line is one meaning; a word with dashes stands for several words. Add a line, or a word to
one, when a seller's word was not understood.
"""

from functools import lru_cache
from typing import Final

from torgpred.listings.core.names import key_of

NAME_SYNONYMS: Final = """
цвет: цвета расцветка окраска color colour цвет-товара основной-цвет цвет-производителя 颜色
размер: size размер-одежды размер-производителя российский-размер 尺寸 尺码
размер обуви: shoe-size
материал: material состав состав-материала материал-изготовления ткань materials 材质 材料
пол: gender sex для-кого целевая-аудитория 性别
бренд: brand торговая-марка марка товарный-знак vendor 品牌
производитель: изготовитель manufacturer фирма-производитель
страна производства: страна-изготовитель страна-происхождения страна страна-производитель origin \
country country-of-origin made-in место-происхождения 产地 原产国
модель: model номер-модели название-модели 型号
артикул: sku артикул-производителя vendor-code код-товара part-number
вес: масса вес-товара вес-нетто weight net-weight вес-брутто 重量
объём: volume объем-товара емкость вместимость capacity 容量
длина: length длина-изделия длина-товара 长度
ширина: width ширина-изделия ширина-товара 宽度
высота: height высота-изделия высота-товара 高度
глубина: depth
диаметр: diameter 直径
мощность: power потребляемая-мощность номинальная-мощность 功率
напряжение: voltage рабочее-напряжение напряжение-питания 电压
цоколь: тип-цоколя socket патрон base lamp-base 灯座
цветовая температура: color-temperature температура-света температура-цвета 色温
световой поток: яркость luminous-flux 光通量
сезон: season сезонность 季节
возраст: age возрастная-группа рекомендуемый-возраст возраст-ребенка возраст-от 年龄
тип: type вид тип-товара вид-товара тип-продукта 类型
назначение: применение purpose область-применения
срок годности: shelf-life годен срок-хранения 保质期
гарантия: warranty гарантийный-срок
количество в упаковке: шт-в-упаковке штук-в-упаковке количество-в-наборе комплектность pack-size \
количество-штук 数量
вкус: flavor flavour аромат-вкус taste 口味
аромат: запах scent
узор: рисунок принт pattern
стиль: style
форма: shape
фактура: текстура texture
тип кожи: skin-type для-типа-кожи 肤质
тип волос: hair-type
число игроков: количество-игроков игроков players 玩家人数
время игры: длительность-игры продолжительность-партии время-партии
язык: language язык-издания 语言
покрой: крой посадка fit
рукав: длина-рукава
застёжка: тип-застежки closure
подкладка: материал-подкладки
наполнитель: утеплитель filling
состав продукта: ингредиенты ingredients 成分
"""

VALUE_SYNONYMS: Final = """
чёрный: black 黑色 黑
белый: white 白色 白
красный: red 红色 红
синий: blue 蓝色 蓝
голубой: light-blue небесный
зелёный: green 绿色 绿
жёлтый: yellow 黄色 黄
оранжевый: orange рыжий 橙色
серый: gray grey 灰色 灰
коричневый: brown 棕色 咖啡色
розовый: pink 粉色 粉红色
фиолетовый: purple violet 紫色
бежевый: beige 米色
бордовый: бордо burgundy 酒红色
бирюзовый: turquoise бирюза
золотой: золотистый gold golden 金色
серебристый: серебряный silver серебро 银色
разноцветный: мультицвет multicolor multicolour многоцветный 彩色
прозрачный: transparent clear 透明
хлопок: cotton х/б хб хлопковый хлопчатобумажный 棉
шерсть: wool шерстяной 羊毛
меринос: merino мериносовая-шерсть шерсть-мериноса merino-wool
полиэстер: polyester полиэфир пэ 涤纶 聚酯
полиамид: polyamide нейлон nylon капрон
эластан: elastane spandex лайкра lycra спандекс 氨纶
вискоза: viscose rayon
акрил: acrylic акриловый
лён: linen льняной flax
шёлк: silk шелковый 丝绸
кожа: leather натуральная-кожа кожаный 真皮
искусственная кожа: экокожа кожзам pu faux-leather эко-кожа
замша: suede замшевый
войлок: felt валяная-шерсть войлочный
дерево: wood деревянный 木
пластик: plastic пластмасса пластиковый пвх-пластик 塑料
металл: metal металлический 金属
сталь: steel стальной 钢
нержавеющая сталь: нержавейка stainless-steel нерж-сталь 不锈钢
чугун: cast-iron чугунный 铸铁
бамбук: bamboo бамбуковый 竹
полипропилен: pp polypropylene 聚丙烯
алюминий: aluminium aluminum алюминиевый 铝
стекло: glass стеклянный 玻璃
керамика: ceramic ceramics керамический 陶瓷
фарфор: porcelain фарфоровый
картон: cardboard картонный
бумага: paper бумажный 纸
резина: rubber резиновый
силикон: silicone силиконовый 硅胶
мужской: мужчины men man male для-мужчин муж 男
женский: женщины women woman female для-женщин жен 女
унисекс: unisex мужской-и-женский 男女通用
детский: дети kids children для-детей 儿童
мальчики: boys boy для-мальчиков 男童
девочки: girls girl для-девочек 女童
зима: winter зимний 冬季
лето: summer летний 夏季
демисезон: весна-осень осень-весна демисезонный
всесезонный: all-season круглогодичный 四季
да: yes есть true 是
нет: no отсутствует false 否
"""


def _meanings(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in table.strip().splitlines():
        name, _, others = line.partition(":")
        meaning = key_of(name)
        found.setdefault(meaning, meaning)
        for other in others.split():
            found.setdefault(key_of(other.replace("-", " ")), meaning)
    return found


@lru_cache(maxsize=1)
def name_meanings() -> dict[str, str]:
    """Return the key of an attribute's name -> the key of its meaning."""
    return _meanings(NAME_SYNONYMS)


@lru_cache(maxsize=1)
def value_meanings() -> dict[str, str]:
    """Return the key of a value -> the key of its meaning."""
    return _meanings(VALUE_SYNONYMS)
