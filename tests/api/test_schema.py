"""schemathesis over the description: no 5xx, no answer that the description does not know.

Short in `make test`, longer as proof.
"""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
)
from tests.api.asking import make_secret
from tests.api.campaigning import make_campaign
from tests.db.asks.making import make_ask
from tests.db.listings.world import World

from torgpred.catalogue import selectors as catalogue
from torgpred.listings import selectors as listings
from torgpred.listings.services import statements
from torgpred.orders.selectors.messages import dialogues
from torgpred.orders.services import shortages

SHORT, LONG = 1, 40
_SHARES = {"body": 1.0, "query": 0.25, "act": 0.15, "look": 0.08}
"""Of the examples, what each kind of operation gets: what a body may be is endless, while a read
that takes nothing but the names in its address has told all after a few."""
_OUT_OF_PLACE: list[Any] = [
    # Cursors, kinds, categories and guards that fit their description may be none all the same.
    positive_data_acceptance,
    # The token is put in after a request was made up, also where a wrong one was: what another or
    # none may do stands in test_permissions.py.
    ignored_auth,
]


@pytest.fixture
def known(world: World) -> dict[str, Any]:
    """Return what addresses may name, so that not all of them lead nowhere."""
    kept = statements.state_fact(
        seller_id=world.seller, kind="weight_kg", value="1 kg", given_by="test", keys=["B-2"]
    )
    return {
        "seller": "W-1",
        "intake": catalogue.intakes(world.seller)[0].id,
        "sku": "B-1",
        "statement": kept.id,
        "family": "aliexpress_ru",
        "programme": "mall",
        "shop": world.shop,
        "plan": listings.plans(world.seller)[0].code,
        "order": "O-1",
        "shortage": shortages.open_shortages(world.seller)[0]["shortage"],
        "dialogue": dialogues(world.seller)[0].id,
        "ask": make_ask().code,
        "campaign": make_campaign(world.seller, world.shop).code,
        "entry": 1,
        "rehearsal": 1,
        "secret": make_secret(world.seller),
    }


def test_answers_are_as_described(known: dict[str, Any]) -> None:
    walk(known, SHORT)


@pytest.mark.proof
def test_answers_are_as_described_for_long(known: dict[str, Any], proof_share: float) -> None:
    walk(known, int(LONG * proof_share))


def served(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """Answer as a server does, which closes what it was given; schemathesis does not."""
    answer = get_wsgi_application()(environ, start)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


def walk(known: dict[str, Any], examples: int) -> None:
    """Ask each operation so often, with what fits its description and with what does not."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served)
    statuses: Counter[int] = Counter()
    failures: list[str] = []
    for found in schema.get_all_operations():
        for mode in GenerationMode:
            assert isinstance(found, Ok), found.err()
            operation = found.ok()
            most = max(1, round(examples * _SHARES[_kind(operation)]))
            _ask(operation, mode, known, most, statuses, failures, derandomize=examples == SHORT)
    assert failures == [], "\n\n".join(failures)
    assert {200, 422} <= statuses.keys(), statuses
    assert sum(statuses.values()) > 30


def _kind(operation: Any) -> str:  # noqa: ANN401
    if operation.body:
        return "body"
    if operation.query:
        return "query"
    return "look" if operation.method.upper() == "GET" else "act"


def _ask(
    operation: Any,  # noqa: ANN401
    mode: GenerationMode,
    known: dict[str, Any],
    examples: int,
    statuses: Counter[int],
    failures: list[str],
    *,
    derandomize: bool,
) -> None:
    names = operation.path_parameters
    if mode is GenerationMode.NEGATIVE and not (names or operation.query or operation.body):
        return

    @hypothesis.settings(
        max_examples=examples,
        database=None,
        derandomize=derandomize,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:  # noqa: ANN401
        aimed = _aim(case, known)
        case.headers["Authorization"] = f"Bearer {known['secret']}"
        case.headers["Accept-Encoding"] = "identity"
        answer = case.call()
        statuses[answer.status_code] += 1
        excluded = [*_OUT_OF_PLACE, *([negative_data_rejection] if aimed else [])]
        case.validate_response(answer, excluded_checks=excluded)

    try:
        ask()
    except (FailureGroup, Failure) as failure:
        failures.append(f"{operation.label} {mode.value}: {_in_full(failure)}")


def _in_full(failure: FailureGroup | Failure) -> str:
    some = failure.exceptions if isinstance(failure, FailureGroup) else (failure,)
    return "\n".join(f"{type(one).__name__}: {one}" for one in some)


def _aim(case: Any, known: dict[str, Any]) -> bool:  # noqa: ANN401
    """Let most requests name what is there; tell whether one that did not fit does so now."""
    aimed = False
    for name in case.path_parameters or {}:
        if name in known and random.random() < 0.9:
            case.path_parameters[name] = known[name]
            aimed = True
    return aimed
