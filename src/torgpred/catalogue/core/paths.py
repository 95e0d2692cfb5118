"""Categories that a file names by their path, for want of ids: "Дом > Посуда"."""

import re

from torgpred.catalogue.core.offers import Category


def kept_path(path: tuple[str, ...], categories: dict[str, Category]) -> str:
    """Return the key of a category, made of its path, and keep it with its parents."""
    key = ""
    for depth, name in enumerate(path, start=1):
        parent, key = key, " > ".join(path[:depth])
        if key not in categories:
            categories[key] = Category(key, name, parent, path[:depth])
    return key


def split_path(text: str) -> list[str]:
    """Return the names of a category path: "Одежда > Шапки", "Одежда / Шапки", "A|B|C".

    A slash without spaces parts only where there are two or more: "Чай/кофе" is one name.
    """
    bare = _first_path(" ".join(text.split()))
    for sign in (">", "»", "→", "|", "\\", "///", " / "):
        if sign in bare:
            return [part.strip() for part in bare.split(sign) if part.strip()]
    if bare.count("/") > 1 and "//" not in bare:
        return [part.strip() for part in bare.split("/") if part.strip()]
    return [bare] if bare else []


def _first_path(text: str) -> str:
    """Return the first of several paths: "Дом > Посуда, Новинки > Зима", "Посуда;Новинки".

    InSales parts them by "##"; AdvantShop puts each in brackets: "[Дом >> Посуда], [Новинки]".
    """
    bracketed = re.match(r"\[([^\[\]]+)\](?:,|$)", text)
    text = bracketed[1] if bracketed else text
    first = re.split(r";| ## ", text)[0].strip()
    paths = first.split(", ")
    return paths[0] if sum(">" in path for path in paths) > 1 and ">" in paths[0] else first
