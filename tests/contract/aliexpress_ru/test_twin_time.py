import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from tests.contract.aliexpress_ru.twin_client import CREATE, EDIT, Client, field_of

from torgpred.twins.aliexpress_ru.samples import make_product, make_sku, small_tree
from torgpred.twins.testing import RunningTwin, free_port

FIELD = "/api/v1/product/update-field"


@pytest.fixture
def own_twin(tmp_path: Path) -> Iterator[RunningTwin]:
    twin = RunningTwin("aliexpress_ru", tmp_path, tree=small_tree())
    twin.start()
    yield twin
    twin.stop()


def test_everything_accepted_survives_a_kill(own_twin: RunningTwin) -> None:
    own_twin.control("PATCH", "settings", {"task_delay_min": 0, "task_delay_max": 0})
    client = Client(own_twin)
    done = [make_product(sku_info_list=[make_sku(sku_code=f"S-{n}")]) for n in range(50)]
    ids = client.created(*done)
    own_twin.control("PATCH", "settings", {"task_delay_min": 5000, "task_delay_max": 5000})
    waiting = client.post(CREATE, {"products": [make_product()]})
    own_twin.control("POST", "faults", {"kind": "half_batch", "count": 3})
    pid = own_twin.pid
    own_twin.kill()
    own_twin.start()
    assert own_twin.pid != pid
    assert [product["id"] for product in client.walk()] == ids
    assert client.tasks(waiting)[0]["status"] in {1, 2}
    assert own_twin.control("GET", "faults")[0]["count"] == 3
    assert own_twin.control("GET", "settings")["task_delay_max"] == 5000
    own_twin.control("POST", "clock", {"advance_seconds": 5000})
    assert client.tasks(waiting)[0]["status"] == 3
    assert len(client.found("VAL-27")) == 1
    client.http.close()


def test_a_task_that_fell_due_while_the_twin_was_dead_is_done_at_the_start(
    own_twin: RunningTwin,
) -> None:
    client = Client(own_twin)
    answer = client.post(CREATE, {"products": [make_product()]})
    own_twin.kill()
    own_twin.start()
    assert client.ended(answer)[0]["status"] == 3
    assert len(client.found("VAL-27")) == 1
    client.http.close()


def test_the_twin_ends_in_order(own_twin: RunningTwin) -> None:
    process = own_twin._process
    assert process is not None
    own_twin.stop()
    assert process.returncode == 0


def test_the_twin_goes_when_its_parent_goes(own_twin: RunningTwin) -> None:
    process = own_twin._process
    assert process is not None
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(120) == 0


def test_a_taken_port_is_told_plainly(own_twin: RunningTwin, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "torgpred.twins", "--state", str(tmp_path / "other")]
    port = own_twin.base_url.rsplit(":", 1)[1]
    ended = subprocess.run([*command, "--port", port], capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == (
        f"Port {port} is in use. Stop what listens there, or choose another with --port.\n"
    )


def test_the_first_line_names_addresses_and_tokens(tmp_path: Path) -> None:
    tree = tmp_path / "tree.json"
    tree.write_bytes(msgspec.json.encode(small_tree()))
    command = [sys.executable, "-m", "torgpred.twins", "--json", "--tree", str(tree)]
    command += ["--port", str(free_port()), "--state", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        (told,) = msgspec.json.decode(process.stdout.readline())["twins"]
        assert told["code"] == "aliexpress_ru"
        headers = {"x-auth-token": told["token"]}
        answer = httpx.post(
            told["base_url"] + "/api/v1/categories/top", json={}, headers=headers, trust_env=False
        )
        assert answer.status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 0


def test_creates_and_edits_share_a_quota_of_four_hours(client: Client, twin: RunningTwin) -> None:
    twin.control("PATCH", "settings", {"quota_amount": 10})
    first, *_ = client.created(*[make_product()] * 4)
    twin.control("POST", "clock", {"advance_seconds": 3600})
    client.ended(client.post(EDIT, {"products": [make_product(product_id=first)] * 3}))
    client.ended(client.post(FIELD, {"fields": [field_of(first, "delivery_time", 2)]}))
    products = [make_product()] * 3
    refused = client.post(CREATE, {"products": products})
    assert refused["error"]["code"] == "ErrorCode.LimitExceeded"
    twin.control("POST", "clock", {"advance_seconds": 3 * 3600 - 900})
    assert client.post(CREATE, {"products": products})["error"] is not None
    twin.control("POST", "clock", {"advance_seconds": 901})
    client.created(*products)
    other = Client(twin, twin.info.accounts[1].token)
    assert "results" in other.post(CREATE, {"products": products})
    other.http.close()


def test_the_clock_runs_faster_when_told(client: Client, twin: RunningTwin) -> None:
    twin.control("PATCH", "settings", {"task_delay_min": 3600, "task_delay_max": 3600})
    answer = client.post(CREATE, {"products": [make_product()]})
    assert client.tasks(answer)[0]["status"] == 1
    twin.control("POST", "clock", {"factor": 100_000})
    assert client.ended(answer)[0]["status"] == 3


@pytest.mark.parametrize("move", [{"advance_seconds": -1}, {"factor": 0}, {"factor": "fast"}])
def test_the_clock_never_goes_back(twin: RunningTwin, move: dict[str, object]) -> None:
    answer = httpx.post(f"{twin.base_url}/twin/clock", json=move, trust_env=False)
    assert answer.status_code == 400


def test_moderation_takes_its_time_when_told(client: Client, twin: RunningTwin) -> None:
    twin.control("PATCH", "settings", {"audit_seconds": 600})
    (product_id,) = client.created(make_product())
    assert client.detail(product_id)["status"] == "auditing"
    assert client.http.get(f"/item/{product_id}.html").status_code == 404
    twin.control("POST", "clock", {"advance_seconds": 600})
    assert client.detail(product_id)["status"] == "onSelling"
    assert client.http.get(f"/item/{product_id}.html").status_code == 200
