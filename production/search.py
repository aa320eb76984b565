"""What of production is searched."""

from django.utils.translation import gettext_lazy as _

from core.search.kinds import Searched, Watch, add, renamed
from inventory.models import Item
from production.choices import WorkOrderStatus
from production.models import WorkOrder

add(
    Searched(
        key="production.workorder",
        model=WorkOrder,
        action="production.view_workorder",
        label=_("Work order"),
        plural=_("Work orders"),
        icon="tools",
        order=75,
        source="production_workorder r LEFT JOIN inventory_item i ON i.id = r.item_id",
        title="r.number",
        detail="concat_ws(' ', i.sku, i.name)",
        names="concat_ws(' ', r.number, i.sku, i.name)",
        number="r.number",
        status="r.status",
        branch="r.branch_id",
        statuses=WorkOrderStatus,
        watches=(
            Watch(WorkOrder, ("number", "item_id", "status", "branch_id")),
            renamed(Item, ("sku", "name"), WorkOrder, "item_id"),
        ),
    ),
)
