"""Money: a decimal amount with its ISO currency. An unknown rate is an error, never 1."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from typing_extensions import override

from torgpred.kernel.errors import TorgpredError

CENT = Decimal("0.01")


class CurrencyMismatchError(TorgpredError):
    """Two currencies met in one sum."""

    code = "money.currency_mismatch"
    template = "Cannot add {left} and {right}: convert one of them first."


class UnknownRateError(TorgpredError):
    """No exchange rate is known for a pair of currencies."""

    code = "money.unknown_rate"
    template = "No exchange rate from {source} to {target} is known. Give one: torgpred rate set."


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency. `currency` is the ISO 4217 code in capitals."""

    amount: Decimal
    currency: str

    def __add__(self, other: Self) -> "Money":
        self._same(other)
        return Money(self.amount + other.amount, self.currency)

    def __sub__(self, other: Self) -> "Money":
        self._same(other)
        return Money(self.amount - other.amount, self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def rounded(self, step: Decimal = CENT) -> "Money":
        """Return the amount rounded half up to a step (a cent unless told)."""
        units = (self.amount / step).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return Money((units * step).quantize(CENT), self.currency)

    @override
    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def _same(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise CurrencyMismatchError(left=self.currency, right=other.currency)


@dataclass(frozen=True, slots=True)
class Rate:
    """One unit of a currency is worth `value` units of another, as of a day, said by a source."""

    value: Decimal
    as_of: date
    source: str


class Rates:
    """Known exchange rates by (from, to). Reverse pairs are derived; nothing else is."""

    def __init__(self, known: Mapping[tuple[str, str], Rate]) -> None:
        self._known = dict(known)

    def rate(self, source: str, target: str) -> Rate:
        """Return the rate of a pair.

        Raises UnknownRateError.
        """
        if source == target:
            return Rate(Decimal(1), date.min, "same currency")
        found = self._known.get((source, target))
        if found is not None:
            return found
        reverse = self._known.get((target, source))
        if reverse is None:
            raise UnknownRateError(source=source, target=target)
        return Rate(Decimal(1) / reverse.value, reverse.as_of, reverse.source)

    def knows(self, source: str, target: str) -> bool:
        """Tell whether a pair's rate is known."""
        return source == target or bool({(source, target), (target, source)} & self._known.keys())

    def currencies(self) -> set[str]:
        """Return every currency that a rate is known of."""
        return {currency for pair in self._known for currency in pair}

    def convert(self, money: Money, target: str) -> Money:
        """Return the money in another currency, unrounded.

        Raises UnknownRateError.
        """
        return Money(money.amount * self.rate(money.currency, target).value, target)
