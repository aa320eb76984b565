"""What marketing tells those above it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CampaignCreated:
    """A campaign hangs on its source; leads of that source are its own from now on."""

    campaign_id: int
