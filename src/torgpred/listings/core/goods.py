"""Words for goods that no dictionary of endings brings together: culture and trade words, Chinese.

Each line is a word that sellers use, and after the colon the words that a marketplace would name
its category by. Add a line when a seller's word was not understood.
"""

from functools import lru_cache
from typing import Final

from torgpred.listings.core.culture_words import CULTURE
from torgpred.listings.core.names import stem, stems, words
from torgpred.listings.core.trade_words import TRADE

CHINESE: Final = """
保温杯: термокружка
保温壶: термос
水杯: бутылка вода
水壶: бутылка вода
储物罐: банка сыпучий хранение
调味罐: банка сыпучий специи хранение
保鲜盒: контейнер еда
饭盒: ланч бокс
茶壶: чайник заварочный
马克杯: кружка чашка
杯: кружка чашка стакан
玻璃杯: стакан
碗: салатник миска
碗架: сушилка посуда
盘: тарелка
砧板: разделочный доска
菜板: разделочный доска
刀: нож
厨具: кухонный лопатка половник
烘焙: выпечка форма
模具: форма выпечка силиконовый
沥水篮: дуршлаг сито
煎锅: сковорода
炒锅: сковорода вок
汤锅: кастрюля
锅: кастрюля
灯: лампа светильник
灯泡: лампа лампочка
台灯: настольный лампа
灯带: светодиодный лента
手机: смартфон телефон
手机壳: чехол телефон
耳机: наушники
充电器: зарядный устройство
充电宝: внешний аккумулятор
数据线: кабель
键盘: клавиатура
鼠标: мышь
音箱: колонка
衣: одежда
外套: куртка
羽绒服: пуховик
裤: брюки штаны
裙: платье юбка
衬衫: рубашка
毛衣: свитер
袜: носки
内衣: белье нижний
鞋: обувь
运动鞋: кроссовки
靴: сапоги ботинки
帽: шапка
围巾: шарф
手套: перчатки
包: сумка
背包: рюкзак
钱包: кошелек
玩具: игрушка
积木: конструктор
拼图: пазл
桌游: настольный игра
毛绒玩具: мягкий игрушка
被: одеяло
枕: подушка
床上用品: постельный белье
毛巾: полотенце
窗帘: штора
地毯: ковер
收纳: хранение
面膜: маска лицо
面霜: крем лицо
洗发水: шампунь
香皂: мыло
口红: помада
茶: чай
咖啡: кофе
坚果: орех
干果: сухофрукт
蜂蜜: мед
宠物: животный зоотовар
猫: кошка
狗: собака
工具: инструмент
电钻: дрель
螺丝刀: отвертка
帐篷: палатка
睡袋: спальный мешок
鱼竿: удочка удилище
自行车: велосипед
汽车: автомобиль автотовар
"""
"""Chinese words for goods: only to suggest; across languages nothing is ever certain."""


@lru_cache(maxsize=1)
def culture_words() -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the stems of a seller's word or phrase -> those of words that a marketplace would use.

    They are of all dictionaries by hand; where two speak of one word, the words of both count.
    """
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for table in (CULTURE, TRADE):
        for line in table.strip().splitlines():
            names, _, others = line.partition(":")
            if line.startswith("#"):
                continue
            for name in names.split(","):
                key = stems(name)
                found[key] = tuple(dict.fromkeys((*found.get(key, ()), *stems(others))))
    return found


@lru_cache(maxsize=1)
def _chinese_words() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in CHINESE.strip().splitlines():
        name, _, others = line.partition(":")
        found[name] = tuple(dict.fromkeys(stem(word) for word in words(others)))
    return found


@lru_cache(maxsize=4096)
def from_chinese(run: str) -> tuple[str, ...]:
    """Return stems of what a run of Chinese characters speaks of, by its longest known word.

    The last of equally long words counts: the noun stands at the end.
    """
    known = _chinese_words()
    hits = [word for word in known if word in run]
    if not hits:
        return ()
    return known[max(hits, key=lambda word: (len(word), run.rfind(word)))]
