"""Numbers by which a country's register knows a company, with their check digits.

INN: 10 digits for companies, 12 for sole traders (Russia). USCC: 18 characters (China).
"""

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError
from stdnum.ru import inn

from torgpred.kernel.errors import TorgpredError

_REGISTERS = {"RU": ("INN", inn), "CN": ("USCC", uscc)}


class WrongRegistrationError(TorgpredError):
    """A registration number fails its own check digits."""

    code = "accounts.wrong_registration"
    template = "{number} is not a valid {kind}: compare it, digit by digit, with the papers."


def checked_registration(country: str, number: str) -> str:
    """Return the number in its plain form; other countries' numbers are kept as given.

    Raises WrongRegistrationError.
    """
    bare = number.strip()
    if not bare:
        return bare
    if country not in _REGISTERS:
        if len(bare) > 32 or not bare.isprintable():
            raise WrongRegistrationError(number=bare[:40], kind="registration number")
        return bare
    kind, rules = _REGISTERS[country]
    try:
        return str(rules.validate(bare))
    except ValidationError as error:
        raise WrongRegistrationError(number=bare, kind=kind) from error
