"""Value types are worked out before threads share them: without that, the process dies."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
import msgspec
from torgpred.kernel import shapes

sys.setswitchinterval(1e-6)


def kind(number):
    names = {"msgspec": msgspec, "__name__": "torgpred.trial"}
    lines = []
    for depth in range(6):
        lines += [f"class K{number}_{depth}(msgspec.Struct):", "    a: 'tuple[int, ...]' = ()"]
        if depth:
            lines += [f"    b: 'K{number}_{depth - 1} | None' = None"]
        lines += ["    c: 'dict[str, str] | None' = None"]
    exec("\\n".join(lines), names)
    sys.modules["torgpred.trial"].__dict__.update(names)
    return names[f"K{number}_5"]


sys.modules["torgpred.trial"] = type(sys)("torgpred.trial")
given = {}
for _ in range(6):
    given = {"a": [1], "c": {"x": "y"}, **({"b": given} if given else {})}
for number in range(60):
    wanted = kind(number)
    if sys.argv[1] == "ready":
        shapes.make_ready()
    together = threading.Barrier(6)
    threads = [
        threading.Thread(target=lambda: (together.wait(), msgspec.convert(given, wanted)))
        for _ in range(6)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
"""


def ended(how: str) -> int:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, how], capture_output=True, check=False
    )
    return done.returncode


def test_threads_may_read_into_a_type_at_once_when_it_is_ready() -> None:
    assert ended("ready") == 0


@pytest.mark.proof
def test_without_that_the_process_dies() -> None:
    """Where this fails, msgspec was mended: `shapes` may go."""
    assert any(ended("raw") < 0 for _ in range(3))
