"""Turn a parsed offer into an `Offer`: which element means what, in every dialect of YML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from torgpred.catalogue.core.offers import Category, Offer, Package, Param
from torgpred.catalogue.core.yml import measures, values
from torgpred.catalogue.core.yml.destroyed import leave_out
from torgpred.catalogue.core.yml.header import currency_code
from torgpred.catalogue.core.yml.parsing import Raw
from torgpred.kernel.findings import Finding, Kind, Severity

NO_ID = Kind(
    "feed.offer.no_id",
    Severity.ERROR,
    "The offer {value} has no id; it was left out.",
    "Give every offer an id that never changes.",
)
BAD_ID = Kind(
    "feed.offer.bad_id",
    Severity.ERROR,
    "The offer's id is not usable: {value}. The offer was left out.",
    "Use at most 255 characters, without control characters.",
)
NO_NAME = Kind(
    "feed.offer.name_missing",
    Severity.WARNING,
    "The offer has no name.",
    "Fill in <name>, or <vendor> and <model>.",
)
NO_CATEGORY = Kind(
    "feed.offer.category_missing",
    Severity.WARNING,
    "The offer names no category.",
    "Fill in <categoryId>.",
)
ORPHAN = Kind(
    "feed.offer.category_unknown",
    Severity.WARNING,
    "The offer's category is not in the file: {value}.",
    "Export the category, or move the offer into one that is exported.",
)
OTHER_TYPE = Kind(
    "feed.offer.type_other",
    Severity.WARNING,
    "Offers of type {value} are read as ordinary goods; what is special to them was left out.",
    "Export goods as simplified or vendor.model offers.",
)
TYPE_UNUSABLE = Kind(
    "feed.offer.type_unusable",
    Severity.ERROR,
    "The offer is of type {value} and has no <name>; it was left out.",
    "Export goods as simplified or vendor.model offers.",
)
CURRENCY_BAD = Kind(
    "feed.offer.currency_bad",
    Severity.WARNING,
    "{value} is no currency code.",
    "Use ISO 4217 codes such as RUB, CNY or USD.",
)
DESCRIPTION_CUT = Kind(
    "feed.offer.description_cut",
    Severity.WARNING,
    "The description has {value} characters; it was cut to {limit}.",
    "Shorten the description.",
)
TOO_LONG = Kind(
    "feed.offer.text_cut",
    Severity.WARNING,
    "<{tag}> is longer than {limit} characters; it was cut.",
    "Shorten the text.",
)
TOO_MANY = Kind(
    "feed.offer.too_many",
    Severity.WARNING,
    "The offer has {value} of <{tag}>; the first {limit} were read.",
    "Leave out what buyers do not need.",
)

KEY_LIMIT = 255
DESCRIPTION_LIMIT = 100_000
TEXT_LIMIT = 4_000
MANY_LIMIT = 500
PLAIN_TYPES = frozenset({"", "simple", "simplified", "vendor.model"})
_FROM = "price@from"
_IN_UAH = "price@UAH"
"""A price that its element says is in hryvnias: <priceuah>, as prom.ua and others write it."""
_NONE = frozenset({"0", "0.0", "0.00", "0,00"})
"""How exports say that there is no crossed-out price or no cost."""
_COUNTS = ("count", "quantity", "stock_quantity")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What of the file an offer's reading depends on."""

    categories: Mapping[str, Category]
    sole_currency: str
    """The one currency the file declares, if it declares exactly one."""
    base: str
    """The shop's own address: relative ones are read against it. Empty where not given."""
    partial: Callable[[], bool]
    """Whether the file speaks of prices and stocks alone: no names are expected then."""


def key_of(raw: Raw, first: Mapping[str, str]) -> str:
    """Return an offer's key as given: its id attribute, an id element, or a sku attribute."""
    given = raw.attributes.get("id") or first.get("id") or raw.attributes.get("sku")
    return (given or "").strip()


def build(
    raw: Raw, size: int, place: str, around: Surroundings, findings: list[Finding]
) -> Offer | None:
    """Build the offer; None, with a finding, where it is unusable as a whole.

    `size` is the length in bytes of what the offer was parsed from: no text of it is longer.
    """
    first, params, pictures, codes = _sorted_out(raw)
    key = key_of(raw, first)
    if not _usable(key, raw, first, place, findings):
        return None
    get = first.get
    if len(params) > MANY_LIMIT or len(pictures) > MANY_LIMIT or len(codes) > MANY_LIMIT:
        _bound((("param", params), ("picture", pictures), ("barcode", codes)), place, findings)
    if size > TEXT_LIMIT and _has_long(first, params):
        _cut(first, params, place, findings)
    leave_out(first, params, place, findings)
    weight, package = _parcel(first, params, place, findings)
    amount = _price(first, place, findings)
    old, cost = get("oldprice"), get("purchase_price")
    url = get("url", "")
    return Offer(
        key=key,
        name=_name(first, place, around, findings),
        product_key=raw.attributes.get("group_id", "").strip() or get("group_id") or key,
        category=_category(raw, first, place, around, findings),
        vendor=get("vendor", ""),
        model=get("model", ""),
        vendor_code=get("vendorCode", ""),
        price=amount,
        old_price=values.price(old, "oldprice", place, findings)
        if old and old not in _NONE
        else None,
        cost=values.price(cost, "purchase_price", place, findings)
        if cost and cost not in _NONE
        else None,
        currency=_currency(first, place, around, findings),
        vat=get("vat", ""),
        available=_available(raw, first, place, findings),
        quantity=_quantity(raw, first, place, findings),
        pictures=values.addresses(pictures, place, findings, around.base) if pictures else (),
        description=get("description", ""),
        params=tuple(params),
        barcodes=values.barcodes(codes, place, findings) if codes else (),
        weight_kg=weight,
        package=package,
        country=get("country_of_origin", ""),
        tnved=_tnved(raw, first),
        url=values.address(url, place, findings, around.base) if url else "",
        adult=bool(values.truth(first["adult"])) if "adult" in first else False,
    )


def _sorted_out(
    raw: Raw,
) -> tuple[dict[str, str], list[Param], list[str], list[str]]:
    """Return the first text of every single element, then params, pictures and barcodes."""
    first: dict[str, str] = {}
    params: list[Param] = []
    pictures: list[str] = []
    codes: list[str] = []
    for tag, attributes, text in raw.items:
        if tag == "param":
            if attributes and (value := text.strip()):
                get = attributes.get
                name = get("name", "").strip()
                if name:
                    params.append(Param(name, value, get("unit", "").strip()))
        elif tag == "picture" or tag == "image":  # noqa: PLR1714 - quicker than a set here
            pictures.append(text)
        elif tag == "barcode":
            codes.append(text)
        elif tag not in first or not first[tag]:
            first[tag] = text.strip()
            if attributes and tag == "price":
                first[_FROM] = attributes.get("from", "")
    return first, params, pictures, codes


def _usable(
    key: str, raw: Raw, first: Mapping[str, str], place: str, findings: list[Finding]
) -> bool:
    kind = raw.attributes.get("type", "").strip().lower()
    if not key:
        known = (first.get(tag) for tag in ("name", "model", "vendorCode"))
        findings.append(NO_ID.at(place, next(filter(None, known), place.removeprefix("offer "))))
        return False
    if len(key) > KEY_LIMIT or not (key.isprintable() or _without_controls(key)):
        findings.append(BAD_ID.at(place, key))
        return False
    if kind in PLAIN_TYPES:
        return True
    named = bool(first.get("name"))
    findings.append((OTHER_TYPE if named else TYPE_UNUSABLE).at(place, kind))
    return named


def _without_controls(key: str) -> bool:
    return not any(ord(sign) < 32 or 127 <= ord(sign) < 160 for sign in key)


def _name(
    first: Mapping[str, str], place: str, around: Surroundings, findings: list[Finding]
) -> str:
    name = first.get("name")
    if not name:
        if first.get("model") or (first.get("typePrefix") and first.get("vendor")):
            parts = (first.get(tag) for tag in ("typePrefix", "vendor", "model"))
            name = " ".join(part for part in parts if part)
        elif not around.partial():
            findings.append(NO_NAME.at(place))
            return ""
        else:
            return ""
    return " ".join(name.split()) if "  " in name or not name.isprintable() else name


def _category(
    raw: Raw, first: Mapping[str, str], place: str, around: Surroundings, findings: list[Finding]
) -> str:
    key = first.get("categoryId")
    if key and key in around.categories:
        return key
    for tag, _, text in raw.items:
        if tag == "categoryId" and text.strip() in around.categories:
            return text.strip()
    if key and around.categories:
        findings.append(ORPHAN.at(place, key))
    elif around.categories and not around.partial():
        findings.append(NO_CATEGORY.at(place))
    return ""


def _price(first: Mapping[str, str], place: str, findings: list[Finding]) -> Decimal | None:
    text = first.get("price") or first.get(_IN_UAH)
    if not text:
        findings.append(values.PRICE_MISSING.at(place))
        return None
    if values.truth(first.get(_FROM, "")):
        findings.append(values.PRICE_FROM.at(place, text))
    return values.price(text, "price", place, findings)


def _currency(
    first: Mapping[str, str], place: str, around: Surroundings, findings: list[Finding]
) -> str:
    code = first.get("currencyId")
    if first.get(_IN_UAH) and not first.get("price"):
        return "UAH"
    if code in {"RUB", "CNY", "USD"}:
        return code
    if not code:
        return around.sole_currency
    code = code.upper()
    if len(code) == 3 and code.isascii() and code.isalpha():
        return currency_code(code)
    findings.append(CURRENCY_BAD.at(place, code))
    return ""


def _available(
    raw: Raw, first: Mapping[str, str], place: str, findings: list[Finding]
) -> bool | None:
    text = raw.attributes.get("available") or first.get("available")
    if not text:
        word = next((first[tag] for tag in _COUNTS if first.get(tag)), "")
        return values.truth(word) if word and not word[0].isdigit() else None
    if text == "true":
        return True
    found = values.truth(text)
    if found is None:
        findings.append(values.AVAILABLE_ODD.at(place, text))
    return found


def _quantity(
    raw: Raw, first: Mapping[str, str], place: str, findings: list[Finding]
) -> int | None:
    for tag in _COUNTS:
        text = first.get(tag)
        if text:
            return values.quantity(text, tag, place, findings)
    if "outlets/outlet" not in first:
        return None
    total = None
    for tag, attributes, _ in raw.items:
        stated = (attributes or {}).get("instock", "").strip() if tag == "outlets/outlet" else ""
        if stated:
            pieces = values.quantity(stated, "outlet instock", place, findings)
            total = total if pieces is None else (total or 0) + pieces
    return total


def _tnved(raw: Raw, first: Mapping[str, str]) -> tuple[str, ...]:
    if "tn-ved-codes/tn-ved-code" not in first and "tn-ved-code" not in first:
        return ()
    tags = {"tn-ved-codes/tn-ved-code", "tn-ved-code"}
    codes = ("".join(text.split()) for tag, _, text in raw.items if tag in tags)
    return tuple(dict.fromkeys(code for code in codes if code))


def _parcel(
    first: Mapping[str, str], params: list[Param], place: str, findings: list[Finding]
) -> tuple[Decimal | None, Package | None]:
    text = first.get("weight")
    weight = (
        measures.weight_in_kg(text, place, findings)
        if text
        else measures.weight_from_params(params, place, findings)
    )
    text = first.get("dimensions")
    sides = [first.get(tag) for tag in ("length", "width", "height")]
    if text:
        package = measures.package_from_text(text, place, findings)
    elif all(sides):
        package = measures.package_of([side for side in sides if side], place, findings)
    else:
        package = measures.package_from_params(params, place, findings)
    if weight is not None and package is not None and not measures.fit(weight, package):
        size = f"{weight} kg, {package.length}/{package.width}/{package.height} cm"
        findings.append(measures.DENSITY_BAD.at(place, size))
        return None, None
    return weight, package


def _bound(
    lists: tuple[tuple[str, list[Param] | list[str]], ...], place: str, findings: list[Finding]
) -> None:
    for tag, given in lists:
        if len(given) > MANY_LIMIT:
            findings.append(TOO_MANY.at(place, len(given), tag=tag, limit=MANY_LIMIT))
            del given[MANY_LIMIT:]


def _has_long(first: Mapping[str, str], params: list[Param]) -> bool:
    longest = max(map(len, first.values()), default=0)
    return longest > TEXT_LIMIT or any(
        len(param.value) > TEXT_LIMIT or len(param.name) > TEXT_LIMIT for param in params
    )


def _cut(first: dict[str, str], params: list[Param], place: str, findings: list[Finding]) -> None:
    for tag, text in first.items():
        if tag == "description":
            if len(text) > DESCRIPTION_LIMIT:
                first[tag] = text[:DESCRIPTION_LIMIT]
                findings.append(DESCRIPTION_CUT.at(place, len(text), limit=DESCRIPTION_LIMIT))
        elif len(text) > TEXT_LIMIT and tag != "url":
            first[tag] = text[:TEXT_LIMIT]
            findings.append(TOO_LONG.at(place, text, tag=tag, limit=TEXT_LIMIT))
    for number, param in enumerate(params):
        if len(param.value) > TEXT_LIMIT or len(param.name) > TEXT_LIMIT:
            findings.append(TOO_LONG.at(place, param.value, tag="param", limit=TEXT_LIMIT))
            params[number] = Param(param.name[:TEXT_LIMIT], param.value[:TEXT_LIMIT], param.unit)
