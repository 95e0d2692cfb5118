"""Ids that a person reads aloud: Crockford's base 32 with a check letter.

Source of the alphabet and the check: Douglas Crockford, "Base 32" (modulo 37).
"""

import secrets

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECKS = _LETTERS + "*~$=U"
_FOLD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def encode(number: int) -> str:
    """Return a number (0 or more) as letters with a check letter at the end."""
    if number < 0:
        msg = "only numbers of 0 or more"
        raise ValueError(msg)
    letters = ""
    rest = number
    while rest or not letters:
        rest, digit = divmod(rest, 32)
        letters = _LETTERS[digit] + letters
    return letters + _CHECKS[number % 37]


def decode(text: str) -> int | None:
    """Return the number, forgiving case, dashes, O, I and L; None where the check fails."""
    folded = text.upper().translate(_FOLD)
    if len(folded) < 2:
        return None
    number = 0
    for letter in folded[:-1]:
        place = _LETTERS.find(letter)
        if place < 0:
            return None
        number = number * 32 + place
    return number if _CHECKS[number % 37] == folded[-1] else None


def random_code(letters: int = 4) -> str:
    """Return a random code of so many letters and a check letter (0-9A-Z only)."""
    while True:
        code = encode(secrets.randbelow(32**letters - 32 ** (letters - 1)) + 32 ** (letters - 1))
        if code[-1].isalnum():
            return code
