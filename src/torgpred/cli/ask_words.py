"""How commands tell amounts, parameters and JSON of asks."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import typer


def amounts_of(given: Mapping[str, Decimal]) -> str:
    """Return amounts with their units in one line."""
    return ", ".join(f"{amount} {unit}" for unit, amount in given.items())


def params_of(given: Mapping[str, Any]) -> str:
    """Return the parameters that narrow anything, as they are given."""
    told = {
        name: value if isinstance(value, str) else ",".join(value) for name, value in given.items()
    }
    return " ".join(f"{name}={value}" for name, value in told.items() if value)


def answer_json(told: object) -> None:
    """Print one JSON value."""
    import msgspec

    typer.echo(msgspec.json.encode(told).decode())
