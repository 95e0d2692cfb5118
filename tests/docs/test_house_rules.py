"""Rules of the house that a reader of the source can check: sizes, names, transactions."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src" / "torgpred"

LINES = 400
WIDTH = 300
"""Signs of a template's line: none is so long but a sentence, or a tag with its conditions."""
BODY = 60

OUTBOUND = re.compile(r"\b(httpx|outlet|transport|connector)\b|\bopen_shop\b")
"""What speaks to the network, as receivers and functions are named in this house."""
TRANSACTIONS = re.compile(r"\b(scope|operator_scope|tenant_scope|atomic)\($")


def sources() -> list[Path]:
    return [path for path in sorted(SOURCE.rglob("*.py")) if "migrations" not in path.parts]


def place(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def test_files_stay_short() -> None:
    lengths = {
        place(path): len(path.read_text(encoding="utf-8").splitlines()) for path in sources()
    }
    assert {name: length for name, length in lengths.items() if length > LINES} == {}


def test_templates_stay_short_and_narrow() -> None:
    sizes = {
        place(path): (len(lines), max(map(len, lines)))
        for path in sorted(SOURCE.rglob("*.html"))
        if (lines := path.read_text(encoding="utf-8").splitlines())
    }
    assert {name: size for name, size in sizes.items() if size[0] > LINES or size[1] > WIDTH} == {}


def test_functions_stay_short() -> None:
    long = {
        f"{place(path)}:{node.name}": length
        for path in sources()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.body[0].lineno + 1) > BODY
    }
    assert long == {}


def test_no_module_is_named_for_nothing() -> None:
    said_nothing = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [place(path) for path in sources() if said_nothing & set(_names(path))] == []


def _names(path: Path) -> Iterator[str]:
    yield path.stem
    yield from path.relative_to(SOURCE).parts[:-1]


def test_rows_are_locked_in_services_only() -> None:
    found = [
        place(path)
        for path in sources()
        if "services" not in {path.stem, path.parent.name} and _locks(path)
    ]
    assert found == []


def _locks(path: Path) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr == "select_for_update"
        for node in ast.walk(tree(path))
    )


def test_no_transaction_spans_the_network() -> None:
    found = [
        f"{place(path)}:{call}"
        for path in sources()
        for call in outbound_in_transactions(tree(path))
    ]
    assert found == []


def outbound_in_transactions(module: ast.AST) -> list[str]:
    """Return outbound calls that stand lexically inside a transaction, with their lines."""
    return [
        f"{call.lineno} {ast.unparse(call.func)}"
        for block in ast.walk(module)
        if isinstance(block, ast.With | ast.AsyncWith) and _opens_transaction(block)
        for statement in block.body
        for call in ast.walk(statement)
        if isinstance(call, ast.Call) and OUTBOUND.search(ast.unparse(call.func))
    ]


def _opens_transaction(block: ast.With | ast.AsyncWith) -> bool:
    return any(
        isinstance(item.context_expr, ast.Call)
        and TRANSACTIONS.search(ast.unparse(item.context_expr.func) + "(")
        for item in block.items
    )


@pytest.mark.parametrize(
    "planted",
    [
        "with scope(1):\n    connector.find(['A'])",
        "with transaction.atomic():\n    for one in x:\n        httpx.get('http://x')",
        "with operator_scope(), other:\n    self.transport.send(request)",
    ],
)
def test_the_check_of_transactions_sees_a_planted_call(planted: str) -> None:
    assert outbound_in_transactions(ast.parse(planted))


def test_the_check_of_transactions_lets_a_call_before_it_be() -> None:
    planted = "seen = connector.find(['A'])\nwith scope(1):\n    keep(seen)"
    assert outbound_in_transactions(ast.parse(planted)) == []
