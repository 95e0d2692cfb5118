"""The embedded server's process, as its `postmaster.pid` and the process table tell it."""

from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says: the process, where it listens, and whether it is ready."""

    data: Path
    pid: int
    host: str
    """Socket folder, or an address on systems without such sockets."""
    port: int
    ready: bool

    @classmethod
    def read(cls, data: Path) -> "Postmaster | None":
        """Read the file; None when there is none or it is still being written."""
        try:
            lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return None
        try:
            pid = abs(int(lines[0]))
        except (IndexError, ValueError):
            return None
        lines += [""] * 8
        port = int(lines[3]) if lines[3].strip().isdigit() else 0
        host = lines[4].strip() or lines[5].strip()
        return cls(data, pid, host, port, lines[7].strip() == "ready")

    def process(self) -> psutil.Process | None:
        """Return the live server process; None if it is gone or the number went to another.

        The package only asks whether the number exists; after a crash of the machine it often
        does, and belongs to something else.
        """
        try:
            process = psutil.Process(self.pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            words = process.cmdline()
        except psutil.Error:
            return None
        named = bool(words) and Path(words[0]).stem == "postgres"
        return process if named and any(Path(word) == self.data for word in words) else None
