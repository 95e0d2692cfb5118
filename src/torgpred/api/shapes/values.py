"""Values that all answers share, and the base of all shapes."""

from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

BIGGEST: Final = 2**63 - 1
PIECES: Final = 2**31 - 1

_NUMBER = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "examples": ["1990.00"]}
Number = Annotated[
    Decimal,
    PlainSerializer(lambda value: format(value, "f"), return_type=str),
    WithJsonSchema(_NUMBER),
]
"""A decimal number as text, so that no program rounds it."""
NO_CONTROL: Final = r"^[^\x00-\x1f\x7f]*$"
Id = Annotated[int, Field(ge=1, le=BIGGEST)]
Currency = Annotated[str, Field(description="ISO 4217.", examples=["RUB"])]
Key = Annotated[str, Field(min_length=1, max_length=255, pattern=NO_CONTROL, examples=["SKU-1"])]


class Shape(BaseModel):
    """What goes out: made of a value's attributes."""

    model_config = ConfigDict(from_attributes=True, extra="ignore")


class Given(BaseModel):
    """What comes in: unknown fields are told, never passed over."""

    model_config = ConfigDict(extra="forbid", strict=True)


class FieldProblem(Shape):
    """A field that does not fit."""

    place: str = Field(examples=["body.pieces"])
    reason: str = Field(examples=["Field required"])


class Problem(Shape):
    """What went wrong (RFC 9457)."""

    type: str = Field(examples=["urn:torgpred:stock.too_few"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    detail: str = Field(description="What went wrong, in English.")
    code: str = Field(description="Stable, for programs.", examples=["stock.too_few"])
    data: dict[str, Any] = Field(description="What the sentence is filled with.")
    errors: list[FieldProblem] | None = Field(default=None, description="Of fields that misfit.")


class FindingShape(Shape):
    """One thing noticed at one place of a file or offer."""

    code: str = Field(examples=["offer.no_price"])
    severity: str = Field(description="error, warning or note")
    place: str
    value: str
    message: str
    mend: str = Field(description="What to do about it.")
