"""What every benchmark needs: a fresh process per case, its memory, and one JSON object a line."""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

_MB = 1024 * 1024


def figure(
    bench: str, value: float, unit: str, *, ratio: float | None = None, against: str = ""
) -> None:
    """Print one figure as a line of JSON; `ratio` is to what `against` names, in the same run."""
    line: dict[str, Any] = {"bench": bench, "value": round(value, 3), "unit": unit}
    if ratio is not None:
        line |= {"ratio": round(ratio, 3), "against": against}
    print(json.dumps(line), flush=True)


@contextmanager
def own_home() -> Iterator[Path]:
    """Give this process and its children a throw-away installation with a database of its own."""
    from torgpred.runtime import database
    from torgpred.runtime.options import options

    with tempfile.TemporaryDirectory(prefix="torgpred-bench-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o755)
        os.environ["TORGPRED_HOME"] = name
        for setting in ("TORGPRED_DATABASE_URL", "TORGPRED_OWNER_URL"):
            os.environ.pop(setting, None)
        options.cache_clear()
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torgpred.runtime.settings")
        database.ensure()
        try:
            yield home
        finally:
            database.stop()


def in_fresh_process(module: str, *arguments: object) -> dict[str, Any]:
    """Run `python -m module arguments` and return the JSON object it prints last.

    `peak_mb` is added: the most that the process and its children held together, PostgreSQL's
    processes left out.
    """
    command = [sys.executable, "-W", "ignore", "-m", module, *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        peak = _Peak(process.pid)
        output, _ = process.communicate()
        largest = peak.stop()
    if process.returncode:
        message = f"{' '.join(command)} ended with {process.returncode}"
        raise RuntimeError(message)
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    result["peak_mb"] = max(largest / _MB, result.get("own_peak_mb", 0.0))
    return result


class _Peak:
    """Watches the memory of a process and its children from a thread."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._largest = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        """Return the largest sum seen, in bytes."""
        self._over.set()
        self._thread.join()
        return self._largest

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            self._largest = max(self._largest, _memory(self._pid))


def _memory(pid: int) -> int:
    total = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            if "postgres" not in process.name():
                total += process.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


@contextmanager
def timed() -> Iterator[list[float]]:
    """Measure the wall seconds of a block: the list holds them afterwards."""
    seconds: list[float] = []
    started = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - started)
