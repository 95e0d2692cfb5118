"""Running a twin beside a test or a rehearsal, in a process of its own."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru.tree_types import Tree
from torgpred.twins.registry import TwinInfo, twins
from torgpred.twins.serving import HOST

_STARTING_SECONDS = 300.0
_STOPPING_SECONDS = 60.0


def free_port() -> int:
    """Return a port that nothing listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


class RunningTwin:
    """One twin in a process of its own, which can be killed and started again."""

    def __init__(self, code: str, state_dir: Path, *, tree: Tree | None = None) -> None:
        self.state_dir = state_dir
        self._code = code
        self._process: subprocess.Popen[bytes] | None = None
        self._place(free_port())
        self._tree_file: Path | None = None
        if tree is not None:
            state_dir.mkdir(parents=True, exist_ok=True)
            self._tree_file = state_dir / "tree.json"
            self._tree_file.write_bytes(msgspec.json.encode(tree))

    def _place(self, port: int) -> None:
        self.info: TwinInfo = next(info for info in twins(port) if info.code == self._code)
        # Run alone, a twin stands on the first port.
        self._offset = self.info.port - port

    @property
    def base_url(self) -> str:
        """The address that clients are pointed at."""
        return self.info.base_url

    @property
    def token(self) -> str:
        """The first account's token."""
        return self.info.token

    @property
    def pid(self) -> int:
        """The process's id; 0 when it does not run."""
        return self._process.pid if self._process else 0

    def start(self) -> None:
        """Start it and wait until it answers. The address stays the same over restarts."""
        command = [sys.executable, "-m", "torgpred.twins", "--only", self._code, "--with-parent"]
        command += ["--port", str(self.info.port - self._offset), "--state", str(self.state_dir)]
        if self._tree_file is not None:
            command += ["--tree", str(self._tree_file)]
        with tempfile.TemporaryFile() as output:
            # Its standard input is a pipe of ours: when this process dies, however, it stops.
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command, stdin=subprocess.PIPE, stdout=output, stderr=output, env=os.environ.copy()
            )
            if not self._answers(self._process):
                self.kill()
                output.seek(0)
                said = output.read()[-2000:].decode("utf-8", "replace")
                msg = f"the twin did not start: {said}"
                raise RuntimeError(msg)

    def _answers(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + _STARTING_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                self.control("GET", "ready")
            except (urllib.error.URLError, OSError):
                time.sleep(0.03)
            else:
                return True
        return False

    def kill(self) -> None:
        """End it at once, as a power cut of the process would (SIGKILL)."""
        self._end(at_once=True)

    def stop(self) -> None:
        """End it in order."""
        self._end(at_once=False)

    def _end(self, *, at_once: bool) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if at_once:
            process.kill()
        else:
            process.terminate()
        try:
            process.wait(_STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()

    def control(self, method: str, name: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Use one of the twin's controls, such as ("POST", "faults", {"kind": "cut_after"}).

        Raises urllib.error.HTTPError with the reason in its body where it is refused.
        """
        request = urllib.request.Request(  # noqa: S310 - our own address
            f"{self.base_url}/twin/{name}",
            data=None if body is None else msgspec.json.encode(body),
            method=method,
            headers={"Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=300) as answer:
            return msgspec.json.decode(answer.read())


@contextlib.contextmanager
def running_twin(
    state_dir: Path, *, code: str = "aliexpress_ru", tree: Tree | None = None, **settings: object
) -> Iterator[RunningTwin]:
    """Run a twin on a free port of 127.0.0.1, its state in a folder; stop it at the end.

    `settings` are those of `/twin/settings`, such as `task_delay_max=0`. `tree` stands in for
    the built-in category tree.
    """
    twin = RunningTwin(code, state_dir, tree=tree)
    twin.start()
    try:
        if settings:
            twin.control("PATCH", "settings", settings)
        yield twin
    finally:
        twin.stop()
