"""The papers of production: the card of a work order in the language of the house, and labels for badges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.documents import labels
from core.documents.facts import Label
from core.documents.labels import LabelKind
from core.documents.papers import Paper, add
from production.choices import WorkOrderStatus
from production.models import OperatorBadge, WorkOrder
from production.selectors.papers import work_cards
from production.services.badges import code_of


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


@labels.add
class BadgeLabels(LabelKind):
    """Only badges that are printed here have a code to print; it is worked out anew and stored nowhere."""

    kind, model = "production.badge", OperatorBadge
    label, label_plural = _("Badge"), _("Badges")
    view_action = "production.manage_pins"

    def visible_to(self, user: Actor) -> QuerySet[OperatorBadge]:
        rows = OperatorBadge.objects.filter(is_printed_here=True, code_hash__isnull=False, user__is_active=True)
        return rows if policy.allows(user, self.view_action) else rows.none()

    def read(self, ids: Sequence[int]) -> list[Label]:
        badges = OperatorBadge.objects.select_related("user").in_bulk(ids)
        found = [(badges[pk], code_of(badges[pk])) for pk in ids if pk in badges]
        return [Label(code, str(badge.user)) for badge, code in found if code]
