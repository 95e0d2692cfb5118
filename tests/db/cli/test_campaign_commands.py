import json
from pathlib import Path
from typing import Any

import pytest
from tests.db.campaigns.market import NOW, Market
from tests.db.channels.fake_market import FakeFamily
from tests.db.cli.conftest import Run

from torgpred.campaigns.core.errors import (
    IrreversibleError,
    UnfitCampaignError,
    UnknownCampaignError,
    UnknownRulesError,
)
from torgpred.campaigns.services import judging

pytestmark = pytest.mark.django_db(transaction=True)

RULES = """
[[rules]]
code = "spring"
title = "Spring"
source = "a letter of the marketplace"
dated = 2026-10-01
percent_off = "20"
base = "lowest_shown"
look_back_days = 30
"""


@pytest.fixture
def fake() -> FakeFamily:
    """Marketplaces as they are installed: what they sell in is looked up."""
    return FakeFamily()


@pytest.fixture
def market(monkeypatch: pytest.MonkeyPatch) -> Market:
    monkeypatch.setattr(judging, "now", lambda: NOW)
    market = Market()
    seller = market.seller()
    market.offer(seller, "A-1")
    market.offer(seller, "A-2", cost="540.00")
    return market


def test_a_campaign_from_its_rules_to_what_takes_part(
    run: Run, market: Market, tmp_path: Path
) -> None:
    def told(*words: str) -> Any:  # noqa: ANN401 - JSON
        done = run("campaign", *words, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    file = tmp_path / "rules.toml"
    file.write_text(RULES)
    kept = told("rules", "--put", str(file))
    assert {"spring", "eu-prior-price"} <= {one["rules"]["code"] for one in kept}
    assert "a letter of the marketplace" in run("campaign", "rules", "spring").stdout

    new = told(
        "new", "Spring sale", "--rules", "spring", "--country", "RU", "--zone", "Europe/Moscow",
        "--from", "2026-11-11T00:00", "--until", "2026-11-16T00:00", "--shop", str(market.shop),
        "--phase", "sale=2026-11-11T00:00/2026-11-16T00:00",
        "--budget", "100000 RUB", "--pays", "operator=70", "--pays", "seller=30",
    )  # fmt: skip
    code = new["code"]
    assert new["budget"]["parts"] == {"operator": "70000.00", "seller": "30000.00"}

    swapped = run("campaign", "coupon", code, "C1", "--threshold", "100", "--amount", "1000")
    assert "swapped" in swapped.stdout
    with pytest.raises(UnfitCampaignError, match="swapped"):
        run("campaign", "open", code)
    told("coupon", code, "C1", "--threshold", "1000", "--amount", "100")
    assert told("open", code)["state"] == "open"

    judged = told("judge", code)
    assert (judged["offers"], judged["judged"]) == (2, 2)
    shown = told("verdicts", code, "A-2")["verdicts"]
    assert shown[0]["reasons"][0]["code"] == "margin.below_floor"
    assert "is the least" in run("campaign", "verdicts", code, "--answer", "no").stdout
    assert told("simulate", code, "--percent", "5")["more"] == 1

    assert told("nominate", code)["nominated"] == 1
    terms = told("terms", "C-1", code)
    assert (terms[0]["terms"]["price"], terms[0]["terms"]["borne"]) == ("800.00", "24.00")
    assert terms[0]["worst"] == "1666.60"
    assert told("consent", "C-1", code, "--rule", "margin >= 90")["left_out"] == 1
    assert told("consent", "C-1", code, "A-1")["agreed"] == 1
    assert told("withdraw", "C-1", code)["withdrawn"] == 1
    assert told("consent", "C-1", code, "--all")["agreed"] == 1

    with pytest.raises(IrreversibleError, match="--irreversible"):
        run("campaign", "coupon", code, "C1", "--published")
    told("coupon", code, "C1", "--published", "--irreversible")
    with pytest.raises(IrreversibleError):
        run("campaign", "coupon", code, "C1", "--threshold", "1000", "--amount", "50")

    assert "1 offer in the campaign" in run("campaign", "move", code, "frozen").stdout
    [one] = told("enrolled", code)
    assert (one["offer_key"], one["price"], one["pieces"]) == ("A-1", "800.00", 10)
    shown = told("show", code)
    assert shown["state"] == "frozen"
    assert shown["standing"]["enrolled"] == 1
    assert [one["code"] for one in told("list")] == [code]


def test_what_was_typed_wrong_is_told(run: Run, market: Market) -> None:
    with pytest.raises(UnknownCampaignError):
        run("campaign", "show", "NONE")
    with pytest.raises(UnknownRulesError, match="eu-prior-price"):
        run("campaign", "rules", "nothing")
    wrong = run(
        "campaign", "new", "X", "--rules", "eu-prior-price", "--country", "RU", "--zone",
        "Moscow", "--from", "2026-11-11", "--until", "2026-11-12", "--shop", str(market.shop),
    )  # fmt: skip
    assert wrong.exit_code == 2


def test_ratings_and_creatives(run: Run, market: Market) -> None:
    card = market.campaign(opened=False)
    assert run("campaign", "stars", "C-1", "4.5", "--product", "A-1").exit_code == 0
    with pytest.raises(UnfitCampaignError, match="0 to 5"):
        run("campaign", "stars", "C-1", "6")
    told = run("campaign", "creative", card.code, "ru", "Скидки").stdout
    assert "38-FZ" in told
    done = run("campaign", "creative", card.code, "ru", "Скидки", "--mark", "2VtzqwTESt1", "--json")
    assert json.loads(done.stdout)["outline"]["creatives"][0]["mark"] == "2VtzqwTESt1"
    assert run("campaign", "set", card.code, "--percent", "25", "--floor", "none").exit_code == 0
