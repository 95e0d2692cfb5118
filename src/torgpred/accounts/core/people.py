"""People over all tenants, and the trail of what they did, as the operator sees them."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from torgpred.kernel.errors import TorgpredError


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A membership anywhere.

    `last_seen` is the last sign-in; `second_factor` is None for one who cannot sign in yet.
    """

    id: int
    tenant_id: int
    tenant: str
    tenant_name: str
    kind: str
    email: str
    name: str
    role: str
    ended_at: datetime | None
    last_seen: datetime | None
    second_factor: bool | None


class Changed(msgspec.Struct, frozen=True):
    """One field of a row: as it was and as it became; None where there was none."""

    field: str
    old: object
    new: object


class TrailLine(msgspec.Struct, frozen=True):
    """One line of the trail: a deed in the browser, or a change of a table that people edit.

    `kind` is "deed" or the table's name, `what` the route's name or "insert", "update", "delete";
    `key` is where a page goes on after it. `who` is empty where no person was named.
    """

    key: str
    at: datetime
    kind: str
    what: str
    who: str
    on_behalf: bool
    tenant: str
    about: str
    changes: tuple[Changed, ...] = ()


class TrailFilter(msgspec.Struct, frozen=True):
    """What of the trail is asked for; empty is all. `until` is left out itself."""

    who: str = ""
    seller: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


class UnknownPlaceError(TorgpredError):
    """A page that was asked to go on after something that is no line."""

    code = "accounts.unknown_place"
    template = "There is no such place in the list: {given}."


def differences(
    old: dict[str, object] | None, new: dict[str, object] | None
) -> tuple[Changed, ...]:
    """Return the fields that differ, in their order; of a new or gone row those with a value."""
    before, after = _flat(old), _flat(new)
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        Changed(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
        and not (before.get(name) in _EMPTY and after.get(name) in _EMPTY)
    )


def _flat(row: dict[str, object] | None) -> dict[str, object]:
    """Return a row with all parts of its JSON columns, however deep, as fields of their own."""
    found: dict[str, object] = {}
    for name, value in (row or {}).items():
        if isinstance(value, dict):
            found |= {f"{name}.{part}": one for part, one in _flat(value).items()}
        else:
            found[name] = value
    return found


_EMPTY: tuple[object, ...] = (None, "", [], {})
