"""Every contract of the house can fail: a planted violation breaks exactly the one it should."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PLANTED = {
    "Layers: shells over areas over runtime over kernel": (
        "accounts/services.py",
        "import torgpred.listings.services",
    ),
    "The kernel and the cores are pure": ("listings/core/policy.py", "import django"),
    "Cores import only cores": ("listings/core/policy.py", "import torgpred.catalogue.models"),
    "Models of accounts are private": ("channels/services.py", "import torgpred.accounts.models"),
    "Models of channels are private": (
        "listings/selectors/plans.py",
        "import torgpred.channels.models",
    ),
    "Models of catalogue are private": (
        "listings/selectors/plans.py",
        "import torgpred.catalogue.models",
    ),
    "Models of stock are private": ("listings/selectors/plans.py", "import torgpred.stock.models"),
    "Models of orders are private": ("cli/listings.py", "import torgpred.orders.models"),
    "Models of notices are private": ("cli/listings.py", "import torgpred.notices.models"),
    "Models of campaigns are private": ("cli/listings.py", "import torgpred.campaigns.models"),
    "Models of programmes are private": ("cli/listings.py", "import torgpred.programmes.models"),
    "Models of asks are private": ("cli/listings.py", "import torgpred.asks.models"),
    "Models of listings are private": ("cli/listings.py", "import torgpred.listings.models"),
    "Connectors see the contract and the kernel only": (
        "connectors/aliexpress_ru/client.py",
        "import torgpred.runtime.options",
    ),
    "Connectors know nothing of one another": (
        "connectors/planted/client.py",
        "import torgpred.connectors.aliexpress_ru",
    ),
    "Twins share no protocol code with connectors": (
        "twins/aliexpress_ru/app.py",
        "import torgpred.connectors.aliexpress_ru",
    ),
    "No cycles between siblings": ("kernel/money.py", "import torgpred.runtime.options"),
}


def _lint(root: Path) -> str:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"],
        cwd=root,
        env={"PYTHONPATH": str(root / "src"), "PATH": str(program.parent), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_has_a_planted_violation() -> None:
    text = (ROOT / "pyproject.toml").read_text()

    named = {line.split('"')[1] for line in text.splitlines() if line.startswith("name = ")}

    assert named - {"torgpred"} == set(PLANTED)


@pytest.mark.parametrize("contract", PLANTED)
def test_a_planted_violation_breaks_its_contract(contract: str, house: Path) -> None:
    place, line = PLANTED[contract]
    file = house / "src" / "torgpred" / place
    file.parent.mkdir(exist_ok=True)
    (file.parent / "__init__.py").touch()
    original = file.read_text() if file.exists() else ""
    file.write_text(f"{original}\n\ndef _planted() -> None:\n    {line}  # noqa\n")

    told = _lint(house)

    assert f"{contract} BROKEN" in told, told
