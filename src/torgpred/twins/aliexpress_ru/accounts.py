"""Sellers' accounts at the twin: one token each, with its own templates, brands and products."""

import base64

import msgspec


class Template(msgspec.Struct, frozen=True, kw_only=True):
    """A freight (delivery) template of a seller."""

    id: int
    name: str
    is_default: bool = False


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """A brand that a seller registered; only an approved one may be used on a product."""

    id: int
    name: str
    status: str = "approved"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A seller's account. `code` appears in addresses of pages, `token` is its key to the API."""

    code: str
    name: str
    token: str
    templates: list[Template] = msgspec.field(default_factory=list)
    brands: list[Brand] = msgspec.field(default_factory=list)


def token_for(code: str) -> str:
    """Return a token in the form of a JWT, always the same one for a code.

    It is no secret and proves nothing: the twin only compares it.
    """

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")

    head = part({"alg": "none", "typ": "JWT"})
    return f"{head}.{part({'seller': code, 'twin': 'aliexpress_ru'})}.rehearsal"


def seeds() -> list[Account]:
    """Return the accounts every fresh twin has; the first one is the default."""
    return [
        Account(
            code=code,
            name=name,
            token=token_for(code),
            templates=[
                Template(id=1000 * place + 1, name="Стандартная доставка", is_default=True),
                Template(id=1000 * place + 2, name="Экспресс-доставка"),
            ],
            brands=[
                Brand(id=1000 * place + 501, name=brand),
                Brand(id=1000 * place + 502, name=f"{brand} Kids", status="pending"),
                Brand(id=1000 * place + 503, name=f"{brand} Pro", status="rejected"),
            ],
        )
        for place, (code, name, brand) in enumerate(
            [
                ("first", "Первая витрина", "Verstovik"),
                ("second", "Вторая витрина", "Lumenor"),
                ("third", "Третья витрина", "Taiga Line"),
            ],
            start=1,
        )
    ]
