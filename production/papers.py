"""The paper of production: the card of a work order, in the language of the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.documents.papers import Paper, add
from production.choices import WorkOrderStatus
from production.models import WorkOrder
from production.selectors.papers import work_cards


@add
class WorkOrderCard(Paper):
    """Not released yet, it is marked as a draft: nobody begins by it."""

    kind, model, view_action = "production.work_order_card", WorkOrder, "production.view_workorder"
    label = _("Work order card")
    icon = "tools"
    template = "documents/work_order_card.html"

    def refusal(self, record: WorkOrder) -> str | Promise:
        return _("the work order is cancelled.") if record.status == WorkOrderStatus.CANCELLED else ""

    def is_draft(self, record: WorkOrder) -> bool:
        return record.status == WorkOrderStatus.PLANNED

    def read(self, ids: Sequence[int]) -> dict[int, Any]:
        return work_cards(ids)
