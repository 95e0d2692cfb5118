"""What a picture is, told from its first bytes: type and size, without decoding it.

Sources: PNG specification (W3C, IHDR chunk), JPEG (ITU T.81, start-of-frame markers), WebP
container (RFC 9649).
"""

import re
import struct
from pathlib import PurePosixPath

import msgspec

from torgpred.kernel.findings import Kind, Severity

HEAD = 256 * 1024
"""So many first bytes tell size and type, even where a camera's data stands before them."""
LARGEST = 20 << 20
"""Bytes of one picture that are worth keeping; marketplaces take less."""
SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}

NOT_A_PICTURE = Kind(
    "picture.not_a_picture",
    Severity.ERROR,
    "{place} is no PNG, JPEG or WebP picture.",
    "Give the address of the picture itself, or convert it to JPEG or PNG.",
)
UNREACHABLE = Kind(
    "picture.unreachable",
    Severity.ERROR,
    "The picture could not be fetched: {value}.",
    "Check that the address opens without signing in, from any country.",
)
TOO_LARGE = Kind(
    "picture.too_large",
    Severity.ERROR,
    "The picture has {value} bytes, more than {limit}.",
    "Save it smaller; 2,000 pixels on the long side are plenty.",
)
UNKNOWN_SKU = Kind(
    "picture.unknown_sku",
    Severity.WARNING,
    "No offer of the seller is named by the file {value}.",
    "Name the files by SKU: SKU.jpg, SKU_2.jpg, or SKU/anything.jpg.",
)
NO_PUBLIC_ADDRESS = Kind(
    "picture.no_public_address",
    Severity.WARNING,
    "{value} pictures are kept here, but marketplaces cannot reach them.",
    "Give pictures by address, or have the operator set the public address of this installation"
    " (TORGPRED_PUBLIC_URL).",
)
KEPT = Kind(
    "picture.kept",
    Severity.NOTE,
    "{value} pictures out of the file are kept here, for {offers} offers.",
    "Nothing; they are shown where the file has no address of a picture.",
)
BAD_ARCHIVE = Kind(
    "picture.bad_archive",
    Severity.ERROR,
    "The file is no readable ZIP: {value}.",
    "Pack the pictures as a ZIP without a password.",
)
UNSAFE_MEMBER = Kind(
    "picture.unsafe_member",
    Severity.ERROR,
    "{value} in the ZIP was left out: {reason}.",
    "Pack only pictures, in plain folders.",
)


class Look(msgspec.Struct, frozen=True):
    """A picture's type and its size in pixels."""

    media_type: str
    width: int
    height: int


def look_at(head: bytes) -> Look | None:
    """Tell type and size from the first bytes of a file; None where it is no known picture."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return _png(head)
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(head)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _webp(head)
    return None


def _sized(media_type: str, width: int, height: int) -> Look | None:
    return Look(media_type, width, height) if width > 0 and height > 0 else None


def _png(head: bytes) -> Look | None:
    if head[12:16] != b"IHDR" or len(head) < 24:
        return None
    width, height = struct.unpack_from(">II", head, 16)
    return _sized("image/png", width, height)


def _jpeg(head: bytes) -> Look | None:
    """Walk the markers to the start of frame."""
    place = 2
    while place + 9 < len(head):
        if head[place] != 0xFF:
            return None
        marker = head[place + 1]
        if marker == 0xFF:  # fill byte
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack_from(">HH", head, place + 5)
            return _sized("image/jpeg", width, height)
        if marker == 0x01 or 0xD0 <= marker <= 0xD9:
            place += 2
            continue
        (length,) = struct.unpack_from(">H", head, place + 2)
        place += 2 + max(length, 2)
    return None


def _webp(head: bytes) -> Look | None:
    kind = head[12:16]
    if len(head) < 30:
        return None
    if kind == b"VP8X":
        width = 1 + int.from_bytes(head[24:27], "little")
        height = 1 + int.from_bytes(head[27:30], "little")
    elif kind == b"VP8L" and head[20] == 0x2F:
        bits = int.from_bytes(head[21:25], "little")
        width, height = 1 + (bits & 0x3FFF), 1 + ((bits >> 14) & 0x3FFF)
    elif kind == b"VP8 " and head[23:26] == b"\x9d\x01\x2a":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", head, 26))
    else:
        return None
    return _sized("image/webp", width, height)


_NUMBERED = re.compile(r"(.+?)[ _-]*[_ (-](\d{1,3})\)?")


def names_for(member: str) -> list[str]:
    """Return the SKUs that a ZIP member may be named for, the likeliest first.

    `SKU/front.jpg` -> its folder; `SKU.jpg`; `SKU_2.jpg`, `SKU-2.jpg`, `SKU (2).jpg`.
    """
    path = PurePosixPath(member.replace("\\", "/"))
    names = [path.stem]
    match = _NUMBERED.fullmatch(path.stem)
    if match:
        names.append(match.group(1))
    if path.parent.name:
        names.append(path.parent.name)
    return names
