"""The purpose of a lock names its campaign, both ways."""

from torgpred.campaigns.core.running import campaign_kept_for, purpose_of


def test_a_locks_purpose_leads_back_to_its_campaign() -> None:
    assert campaign_kept_for(purpose_of("MBRQ9")) == "MBRQ9"
    assert campaign_kept_for("11.11") == ""
