"""Questions that only an app above can answer."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.errors import DomainError
from core.ports import Port


class DealsAreElsewhere(DomainError):
    code = "deals_are_elsewhere"
    message = _("Leads cannot be qualified here: the sales module is not in use.")


def _nobody_makes_deals(*, lead_id: int, amount: Decimal, at: datetime, by: Actor) -> Any:
    """Qualify a lead: make a deal of it, worth `amount` net, and close the lead with a yes."""
    raise DealsAreElsewhere()


qualify = Port(_nobody_makes_deals)
