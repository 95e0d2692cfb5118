"""Sellers and the token in use."""

from datetime import datetime

from pydantic import Field

from torgpred.api.paging import Next
from torgpred.api.shapes.values import Shape


class SellerShape(Shape):
    """A seller."""

    code: str = Field(examples=["7K2M"])
    name: str
    country: str = Field(description="ISO 3166 alpha-2.", examples=["RU"])
    registration: str = Field(description="INN, USCC or the like; may be empty.")


class Sellers(Shape):
    """A page of sellers, by code."""

    items: list[SellerShape]
    next: Next


class TokenShape(Shape):
    """The token in use."""

    name: str
    tenant: str = Field(description="Code of whose it is.")
    kind: str = Field(description="operator or seller")
    scopes: list[str] = Field(examples=[["stock:read", "stock:write"]])
    made_by: str
    made_at: datetime
    expires_at: datetime
