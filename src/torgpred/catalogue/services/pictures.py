"""Pictures: addresses looked at within limits, and files out of ZIPs kept by content."""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from torgpred.catalogue.core import pictures as core
from torgpred.catalogue.models import OfferRow, Picture
from torgpred.catalogue.selectors import PictureCard, pictures
from torgpred.kernel.clock import now
from torgpred.kernel.digests import digest
from torgpred.kernel.errors import OutboundError
from torgpred.kernel.findings import Finding
from torgpred.runtime import files
from torgpred.runtime.scope import scope
from torgpred.runtime.transport import Answer, Call, Outlet, check_address

MEMBERS = 50_000
EXPANDED = 20 << 30
SWELLING = 4
"""So many times its size a ZIP of pictures may unpack to: they are packed already by themselves."""
_SHOWN = "shown:"
"""What references of pictures begin with that lie beside a feed in its ZIP."""
_UNPACKING = (
    zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, RuntimeError,
    zlib.error, lzma.LZMAError,
)  # fmt: skip


class PictureReport(msgspec.Struct, frozen=True):
    """What became of a ZIP of pictures."""

    kept: int
    offers: int
    """How many offers got one."""
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        return {
            "kept": self.kept,
            "offers": self.offers,
            "findings": [finding.as_dict() for finding in self.findings],
        }


def keep_pictures(
    *, seller_id: int, path: Path, progress: Callable[[int], None] = lambda _: None
) -> PictureReport:
    """Keep the pictures of a ZIP that are named by SKU; the same content is kept once.

    A newer picture of the same SKU and file name replaces the older. Nothing is unpacked to disk;
    members that are encrypted, too large or no pictures are findings. Raises nothing for bad
    content. `progress` is told how many members were gone through.
    """
    findings: list[Finding] = []
    kept: list[Picture] = []
    try:
        with zipfile.ZipFile(path) as archive:
            room = min(EXPANDED, SWELLING * path.stat().st_size + core.LARGEST)
            members = list(_members(archive.infolist(), room, findings))
            skus = _skus(seller_id, members)
            for place, member in enumerate(members, 1):
                row = _keep(seller_id, archive, member, skus, findings)
                if row is not None:
                    kept.append(row)
                progress(place)
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        findings.append(core.BAD_ARCHIVE.at(path.name, str(error)))
    _save(seller_id, kept)
    if kept and files.public_address(kept[0].file, "x") is None:
        findings.insert(0, core.NO_PUBLIC_ADDRESS.at(path.name, len(kept)))
    return PictureReport(len(kept), len({row.key for row in kept}), tuple(findings))


def keep_shown(
    *, seller_id: int, path: Path, shown: Mapping[str, Sequence[str]]
) -> tuple[Finding, ...]:
    """Keep pictures that lie in a feed's ZIP; return what became of them.

    `shown` names the members that show an offer, in order, by its key. They take the place of those
    that an earlier file showed the same offer by; pictures given by SKU stay. Nothing is unpacked
    to disk. Raises nothing for bad content. In the caller's transaction, if it has one.
    """
    findings: list[Finding] = []
    made: dict[str, Picture] = {}
    wanted = {member for members in shown.values() for member in members}
    try:
        with zipfile.ZipFile(path) as archive:
            room = min(EXPANDED, SWELLING * path.stat().st_size + core.LARGEST)
            given = (member for member in archive.infolist() if member.filename in wanted)
            for member in _members(given, room, findings):
                row = _looked_into(archive, member, findings)
                if row is not None:
                    made[member.filename] = row
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        findings.append(core.BAD_ARCHIVE.at(path.name, str(error)))
    rows = [
        _shows(seller_id, key, place, made[member])
        for key, members in shown.items()
        for place, member in enumerate(members, 1)
        if member in made
    ]
    # What an offer was shown by stays where not all that is to replace it could be read.
    whole = [key for key, members in shown.items() if all(member in made for member in members)]
    _put_in_place(seller_id, whole, rows)
    if made:
        offers = len({row.key for row in rows})
        findings.insert(0, core.KEPT.at(path.name, len(made), offers=offers))
        if files.public_address(rows[0].file, "x") is None:
            findings.insert(0, core.NO_PUBLIC_ADDRESS.at(path.name, len(made)))
    return tuple(findings)


def _shows(seller_id: int, key: str, place: int, seen: Picture) -> Picture:
    reference = f"{_SHOWN}{key}/{place:02d}{core.SUFFIXES[seen.media_type]}"
    return Picture(
        seller_id=seller_id,
        digest=digest(reference.encode()),
        reference=reference,
        key=key,
        file=seen.file,
        media_type=seen.media_type,
        width=seen.width,
        height=seen.height,
        size=seen.size,
        checked_at=seen.checked_at,
    )


def _put_in_place(seller_id: int, keys: Sequence[str], rows: Sequence[Picture]) -> None:
    """Save pictures that files show offers by; forget what those of `keys` were shown by before."""
    with scope(seller_id):
        mine = Picture.objects.filter(seller_id=seller_id, key__in=keys)
        mine.filter(reference__startswith=_SHOWN).delete()
        _save(seller_id, rows)


def _members(
    given: Iterable[zipfile.ZipInfo], room: int, findings: list[Finding]
) -> Iterator[zipfile.ZipInfo]:
    for count, member in enumerate(given):
        name = member.filename
        if member.is_dir() or name.startswith("__MACOSX/") or name.endswith((".DS_Store", ".db")):
            continue
        reason = ""
        if count >= MEMBERS:
            reason = f"the ZIP holds more than {MEMBERS} files"
        elif member.flag_bits & 1:
            reason = "it is locked by a password"
        elif member.file_size > core.LARGEST:
            reason = f"it is larger than {core.LARGEST >> 20} MB"
        elif room < member.file_size:
            reason = "the ZIP unpacks to too much"
        if reason:
            findings.append(core.UNSAFE_MEMBER.at(name, name, reason=reason))
            if count >= MEMBERS:
                return
            continue
        room -= member.file_size
        yield member


def _skus(seller_id: int, members: Sequence[zipfile.ZipInfo]) -> dict[str, str]:
    """Return the seller's own keys by folded name, for the names that the members may mean."""
    names = {name for member in members for name in core.names_for(member.filename)}
    folded = {name.casefold() for name in names}
    with scope(seller_id):
        rows = OfferRow.objects.filter(seller_id=seller_id).values_list("key", flat=True)
        return {key.casefold(): key for key in rows.iterator() if key.casefold() in folded}


def _keep(
    seller_id: int,
    archive: zipfile.ZipFile,
    member: zipfile.ZipInfo,
    skus: dict[str, str],
    findings: list[Finding],
) -> Picture | None:
    name = member.filename
    candidates = (skus.get(candidate.casefold()) for candidate in core.names_for(name))
    key = next((found for found in candidates if found), None)
    if key is None:
        findings.append(core.UNKNOWN_SKU.at(name, name))
        return None
    row = _looked_into(archive, member, findings)
    if row is not None:
        row.seller_id, row.key = seller_id, key
        row.reference = f"zip:{key}/{Path(name).name}"
        row.digest = digest(row.reference.encode())
    return row


def _looked_into(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, findings: list[Finding]
) -> Picture | None:
    """Keep a member's content and return what it is, of no offer yet; None where it is no use."""
    name = member.filename
    try:
        with archive.open(member) as stream:
            content = stream.read(core.LARGEST + 1)
    except _UNPACKING as error:
        findings.append(core.UNSAFE_MEMBER.at(name, name, reason=str(error)))
        return None
    look = core.look_at(content[: core.HEAD])
    if look is None or len(content) > core.LARGEST:
        findings.append(core.NOT_A_PICTURE.at(name, name))
        return None
    return Picture(
        file=files.store().put(io.BytesIO(content), limit=core.LARGEST),
        media_type=look.media_type,
        width=look.width,
        height=look.height,
        size=len(content),
        checked_at=now(),
    )


def check_addresses(*, seller_id: int, addresses: Iterable[str]) -> list[PictureCard]:
    """Look at picture addresses: reachable, a picture, how large; keep and return what was seen.

    Only the first bytes are asked for. Calls go one after another, outside any transaction; give
    few addresses at a time. Never raises for an address: its card has the problem.
    """
    wanted = list(dict.fromkeys(addresses))
    rows = [_looked_at(seller_id, address) for address in wanted]
    _save(seller_id, rows)
    return pictures(seller_id, references=wanted)


def _looked_at(seller_id: int, address: str) -> Picture:
    row = Picture(
        seller_id=seller_id,
        digest=digest(address.encode()),
        reference=address,
        checked_at=now(),
    )
    try:
        answer = _fetch(seller_id, address)
    except (OutboundError, ValueError) as error:  # ValueError: what is no address at all
        row.problem = msgspec.to_builtins(core.UNREACHABLE.at(address, str(error)))
        return row
    if answer.status not in {200, 206}:
        problem = core.UNREACHABLE.at(address, f"the server answers {answer.status}")
        row.problem = msgspec.to_builtins(problem)
        return row
    row.size = _whole_size(answer)
    look = core.look_at(answer.body)
    if look is None:
        row.problem = msgspec.to_builtins(core.NOT_A_PICTURE.at(address, address))
        return row
    row.media_type, row.width, row.height = look.media_type, look.width, look.height
    if row.size > core.LARGEST:
        problem = core.TOO_LARGE.at(address, row.size, limit=core.LARGEST)
        row.problem = msgspec.to_builtins(problem)
    return row


def _fetch(seller_id: int, address: str) -> Answer:
    """Ask for the first bytes. A redirect is refused by the transport, and so a problem."""
    parts = urlsplit(address)
    known: tuple[str, ...] = ()
    if parts.scheme == "http":
        # Plain http is common for pictures; the host must be a public one all the same.
        check_address(f"https://{parts.netloc}")
        known = ((parts.hostname or "").lower(),)
    outlet = Outlet(
        tenant_id=seller_id,
        base_address=check_address(f"{parts.scheme}://{parts.netloc}", known),
        largest_answer=core.LARGEST,
    )
    return outlet.send(
        Call(
            operation="picture.check",
            method="GET",
            path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            headers={"Range": f"bytes=0-{core.HEAD - 1}"},
        )
    )


def _whole_size(answer: Answer) -> int:
    total = answer.headers.get("content-range", "").rpartition("/")[2]
    return int(total) if total.isdecimal() else len(answer.body)


def _save(seller_id: int, rows: Sequence[Picture]) -> None:
    latest = {row.reference: row for row in rows}
    with scope(seller_id):
        Picture.objects.bulk_create(
            latest.values(),
            batch_size=1_000,
            update_conflicts=True,
            unique_fields=["seller", "digest"],
            update_fields=[
                "file", "media_type", "width", "height", "size", "checked_at", "problem",
            ],
        )  # fmt: skip
