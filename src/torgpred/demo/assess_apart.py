"""A process of its own that assesses one file which a stranger gave.

It has neither database nor network nor secrets, is bounded in memory and time, and is killed by
whoever started it when its time is over. One JSON object comes in, lines of JSON go out: what the
first pass saw, again and again, and at last the assessment.
"""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import msgspec

from torgpred.catalogue.core.containers import FeedLimits
from torgpred.catalogue.core.opening import open_feed
from torgpred.kernel.errors import TorgpredError
from torgpred.listings.core.assessing import (
    Assessed,
    FileLook,
    Market,
    Wishes,
    judge,
    look_at_file,
    teller,
)
from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Route

SECONDS: Final = 120.0
MEMORY: Final = 2 << 30
LIMITS: Final = FeedLimits(file=64 << 20, expanded=512 << 20, ratio=100, members=1_000)
_EACH: Final = 0.3
"""Seconds between two lines of what was seen so far."""
_PASSED_ON: Final = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "SYSTEMROOT")


class TooMuchError(TorgpredError):
    """The file asks more of the machine than a stranger's may."""

    code = "assess.too_much"
    template = "This file is too large to be assessed here. Sign in, or ask the integrator."


class Job(msgspec.Struct, frozen=True):
    """A file, what its prices are, and a marketplace's categories: none for the sample tree."""

    path: str
    name: str
    day: date
    basis: str = ""
    market: Market | None = None


class Said(msgspec.Struct, frozen=True):
    """What the process says: how far it is, what it saw, and in the end what came of it."""

    seen: int
    look: FileLook | None = None
    done: Assessed | None = None


def wishes_of(basis: str) -> Wishes:
    """Return what is assumed of prices where nobody said more than their basis."""
    policy = PricingPolicy(
        commission=Decimal(8),
        fee=Decimal(4),
        route=Route(logistics=Logistics("RUB", per_parcel=Decimal(100))),
    )
    return Wishes(policy=policy, basis=Basis(basis) if basis else None)


def encoded(value: Assessed | FileLook | Said) -> bytes:
    """Return a value as it is kept and passed on."""
    return msgspec.json.encode(value)


def assessed_of(content: bytes) -> Assessed:
    """Return a kept assessment."""
    return msgspec.json.decode(content, type=Assessed, dec_hook=_counted)


def look_of(content: bytes) -> FileLook:
    """Return a kept look."""
    return msgspec.json.decode(content, type=FileLook, dec_hook=_counted)


def run(
    job: Job, folder: Path, *, stopping: Callable[[], bool], seconds: float = SECONDS
) -> Iterator[Said]:
    """Assess a file apart and yield what is said of it; its unpacked parts stay in `folder`.

    Raises TooMuchError where it takes more time or memory than it may. Where `stopping` comes true
    it ends without having said `done`.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment["TMPDIR"] = environment["TEMP"] = str(folder)
    with subprocess.Popen(
        [sys.executable, "-m", "torgpred.demo.assess_apart"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd=folder,
    ) as child:
        watch = threading.Thread(
            target=_watch, args=(child, stopping, time.monotonic() + seconds), daemon=True
        )
        watch.start()
        try:
            assert child.stdin is not None  # noqa: S101 - it was asked for
            assert child.stdout is not None  # noqa: S101
            try:
                child.stdin.write(msgspec.json.encode(job))
                child.stdin.close()
            except BrokenPipeError:
                child.kill()
            decode = msgspec.json.Decoder(Said, dec_hook=_counted).decode
            finished = False
            for line in child.stdout:
                if not line.endswith(b"\n"):
                    break
                said = decode(line)
                finished = said.done is not None
                yield said
        finally:
            child.kill()
            child.wait()
        watch.join()
    if not finished and not stopping():
        raise TooMuchError


def _watch(child: "subprocess.Popen[bytes]", stopping: Callable[[], bool], until: float) -> None:
    while child.poll() is None:
        if stopping() or time.monotonic() > until:
            child.kill()
            return
        time.sleep(0.05)


def _counted(wanted: type, value: Any) -> Any:  # noqa: ANN401 - a hook of msgspec's
    if getattr(wanted, "__origin__", wanted) is Counter:
        return Counter(value)
    raise NotImplementedError(json.dumps(str(wanted)))


# --- in the process ----------------------------------------------------------------------------
def main() -> None:
    """Assess the file that standard input names."""
    _bound()
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    path = Path(job.path)
    seen = 0
    told_at = 0.0
    ended: list[FileLook] = []

    def count(now_seen: int) -> None:
        nonlocal seen, told_at
        seen = now_seen
        if ended and time.monotonic() - told_at > _EACH:
            told_at = time.monotonic()
            _say(Said(seen))

    def looked(look: FileLook) -> None:
        nonlocal told_at
        if time.monotonic() - told_at > _EACH:
            told_at = time.monotonic()
            _say(Said(seen, look=_short(look)))

    tell = teller(count)
    look = look_at_file(open_feed(path, limits=LIMITS), tell, looked)
    ended.append(look)
    _say(Said(seen, look=_short(look)))
    # The first findings are out; only now the marketplace's tree is needed, which takes a while.
    from torgpred.demo.assessing import duties_of, sample_market  # noqa: PLC0415

    market = job.market or sample_market()
    done = judge(
        job.name,
        open_feed(path, limits=LIMITS),
        look,
        market,
        wishes_of(job.basis),
        eligibility=duties_of(market, job.day),
        tell=tell,
    )
    bare = msgspec.structs.replace(market, categories=())
    short = _short(look)
    _say(Said(seen, done=msgspec.structs.replace(done, market=bare, look=short)))


def _short(look: FileLook) -> FileLook:
    return msgspec.structs.replace(look, names={}, categories={}, in_category=Counter())


def _say(said: Said) -> None:
    sys.stdout.buffer.write(encoded(said) + b"\n")
    sys.stdout.buffer.flush()


def _bound() -> None:
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMITS.expanded, LIMITS.expanded))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
