"""The credit of a client: its limit, what uses it, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from core.money import ZERO
from crm.models import Client
from finance.selectors.answers import credit_exposure
from sales.selectors.credit import uninvoiced_orders


@dataclass(frozen=True)
class CreditState:
    """In the organisation's currency; without a limit nothing is free or exceeded."""

    limit: Decimal | None
    receivable: Decimal
    ordered: Decimal
    overdue: Decimal

    @property
    def used(self) -> Decimal:
        return self.receivable + self.ordered

    @property
    def free(self) -> Decimal | None:
        return None if self.limit is None else self.limit - self.used

    @property
    def share(self) -> int:
        """Per cent of the limit that is used, at most 100."""
        if not self.limit:
            return 100 if self.limit is not None and self.used else 0
        return max(min(int(self.used / self.limit * 100), 100), 0)

    @property
    def is_exceeded(self) -> bool:
        return self.free is not None and self.free < ZERO


def credit_of(client_id: int) -> CreditState:
    """The credit of a client today, as confirming an order looks at it; four statements."""
    limit = Client.objects.values_list("credit_limit", flat=True).get(pk=client_id)
    exposure = credit_exposure(client_id, timezone.localdate())
    return CreditState(limit, exposure.receivable, uninvoiced_orders(client_id), exposure.overdue)
