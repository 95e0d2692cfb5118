"""The guide's examples run as they stand there."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer
from tests.api.asking import make_secret
from tests.db.conftest import make_tenant

from torgpred.catalogue import selectors as catalogue
from torgpred.stock import selectors as stock

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "api.md"
TABLE = "Артикул;Наименование;Цена, руб.\nSKU-1;Лампа;100\nSKU-2;Люстра;x\n"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the guide's examples are curl's")
def test_the_examples_of_the_guide_run(live_server: LiveServer, tmp_path: Path) -> None:
    seller = make_tenant("seller", "PRIMER")
    (tmp_path / "export.csv").write_text(TABLE)
    secret = make_secret(
        seller, "catalogue:write", "catalogue:read", "stock:write", "stock:read", name="1C"
    )
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 3

    for block in (*blocks, *blocks):  # all of it twice: keys make that the same as once
        done = subprocess.run(
            ["sh", "-e", "-c", block],
            env={**os.environ, "API": f"{live_server.url}/api/v1", "TOKEN": secret},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"

    assert len(catalogue.intakes(seller)) == 1
    assert {one.sku: one.on_hand for one in stock.levels(seller)} == {"SKU-1": 12, "SKU-2": 0}
