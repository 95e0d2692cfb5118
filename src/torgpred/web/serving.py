"""What the web process needs before it answers: its signing keys and its static files."""

import hmac
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

import fasteners
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from torgpred.runtime import secrets

_STAMP: Final = "collected.txt"
_PURPOSE: Final = b"torgpred web signing 1"


def prepare() -> None:
    """Take the signing keys out of the key file and lay out the static files."""
    install_keys()
    lay_out()


def install_keys() -> None:
    """Sign sessions and forms with keys derived from the key file; older keys still check."""
    derived = [
        hmac.new(key, _PURPOSE, sha256).hexdigest() for key in secrets.box().signing_material()
    ]
    settings.SECRET_KEY = derived[0]
    settings.SECRET_KEY_FALLBACKS = derived[1:]


def lay_out() -> None:
    """Copy static files under names that carry their digest, compressed; once for what they are.

    Of several processes that start at once, one does it and the others wait.
    """
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    wanted = _fingerprint()
    with fasteners.InterProcessLock(root.parent / "static.lock"):
        stamp = root / _STAMP
        if stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(wanted, encoding="ascii")


def _fingerprint() -> str:
    """Return a digest of the names, sizes and times of all static files."""
    digest = sha256(version("torgpred").encode())
    for finder in get_finders():
        for path, storage in finder.list(None):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}".encode())
    return digest.hexdigest()
