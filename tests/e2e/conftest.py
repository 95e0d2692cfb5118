"""A whole demo world for a browser: `torgpred demo` in a home of its own, and Debian's Chromium.

E2E_WORLD=http://127.0.0.1:9102 takes a demo that runs already instead of starting one.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

_PATIENCE = 1200.0
_LONG = 180_000
"""Milliseconds that anything may take in a browser: a machine is slow at times."""
_PAGES = Path(__file__).with_name("test_pages.py")
_ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Look at all pages as the demo leaves them, before other tests go on with its world."""
    items.sort(key=lambda item: item.path != _PAGES)


@pytest.fixture(scope="session")
def world(run_home: Path) -> Iterator[str]:
    """Address of the desks of a demo world, the same for all tests: making one takes minutes."""
    given = os.environ.get("E2E_WORLD")
    if given:
        yield given
        return
    run_home.parent.chmod(0o755)
    told = run_home.parent / "demo.log"
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"TORGPRED_DATABASE_URL", "TORGPRED_OWNER_URL"}
    }
    with told.open("wb") as log:
        demo = subprocess.Popen(
            [sys.executable, "-m", "torgpred", "demo"],
            env={**environment, "TORGPRED_HOME": str(run_home), "COLUMNS": "200"},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield _address(demo, told)
    finally:
        demo.send_signal(signal.SIGINT)
        try:
            demo.wait(30)
        except subprocess.TimeoutExpired:  # a run in the background may ignore Ctrl-C
            os.killpg(demo.pid, signal.SIGTERM)
            demo.wait()


def _address(demo: subprocess.Popen[bytes], told: Path) -> str:
    """Return the address that the demo prints beside "The desks"."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and demo.poll() is None:
        for line in told.read_text(errors="replace").splitlines():
            found = _ADDRESS.search(line) if line.startswith("The desks") else None
            if found:
                return found[1]
        time.sleep(0.5)
    raise AssertionError(told.read_text(errors="replace")[-2000:])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; without one the test cannot say anything."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "no Chromium here; make test-browser installs it"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"], timeout=_LONG
        )
        made = found.new_context

        def patient(**given: Any) -> BrowserContext:  # noqa: ANN401 - what a context takes
            context = made(**given)
            context.set_default_timeout(_LONG)
            context.set_default_navigation_timeout(_LONG)
            return context

        found.new_context = patient  # type: ignore[method-assign]
        yield found
        found.close()
