"""How commands of campaigns print a campaign and what is wrong with it."""

from typing import TYPE_CHECKING, Any

import msgspec
from rich.console import Console

if TYPE_CHECKING:
    from torgpred.campaigns.core.values import CampaignCard
    from torgpred.kernel.findings import Finding

console = Console(markup=False, emoji=False, highlight=False)


def print_troubles(findings: "list[Finding]") -> None:
    """Print findings, each with its mend."""
    for one in findings:
        console.print(f"{one.severity.value}: {one.place}: {one.message} {one.mend}")


def card_as_dict(card: "CampaignCard") -> dict[str, Any]:
    """Return a campaign as `--json` prints it."""
    told: dict[str, Any] = msgspec.to_builtins(card)
    if card.budget is not None:
        told["budget"]["parts"] = {who: str(part) for who, part in card.budget.parts().items()}
    return told
