"""A deal in three words, as a board takes it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from core import policy
from core.actors import Actor
from core.money import ZERO
from core.transactions import command
from crm.models import Client
from crm.services.clients import create_client
from sales.models import Deal
from sales.services.deals import open_deal


@command
def open_quick_deal(
    *,
    name: str,
    at: datetime,
    by: Actor,
    client_name: str = "",
    amount: Decimal = ZERO,
    pipeline_code: str | None = None,
    stage_code: str | None = None,
) -> Deal:
    """Open a deal with a client named in words: the one of that name whom the user knows, else a new prospect.

    It stands in an open stage of the pipeline, the first unless told otherwise. Each call opens one. Raises what
    opening a deal raises.
    """
    policy.require(by, "sales.open_deal")
    client_id = None
    if client_name.strip():
        known = Client.objects.visible_to(by).filter(name__iexact=client_name.strip(), binned_at=None).order_by("pk")
        found = known.first() or create_client(name=client_name.strip(), owner_id=by.pk, by=by)
        client_id = found.pk
    return open_deal(
        name=name.strip() or client_name.strip(), at=at, by=by, client_id=client_id, amount=amount,
        pipeline_code=pipeline_code, stage_code=stage_code,
    )  # fmt: skip
