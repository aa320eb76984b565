"""What of goods and purchasing is searched."""

from django.utils.translation import gettext_lazy as _

from core.search.kinds import Searched, Watch, add, renamed
from crm.models import LegalEntity
from inventory.choices import ItemStatus, PurchaseStatus
from inventory.models import Item, PurchaseOrder

add(
    Searched(
        key="inventory.item",
        model=Item,
        action="inventory.view_item",
        label=_("Item"),
        plural=_("Items"),
        icon="package",
        order=50,
        source="inventory_item r",
        where="r.binned_at IS NULL",
        title="r.name",
        detail="r.sku",
        names="concat_ws(' ', r.name, r.sku)",
        number="r.sku",
        status="CASE WHEN r.status <> 'active' THEN r.status END",
        statuses=ItemStatus,
        watches=(Watch(Item, ("name", "sku", "status", "binned_at")),),
    ),
    Searched(
        key="inventory.purchaseorder",
        model=PurchaseOrder,
        action="inventory.view_purchaseorder",
        label=_("Purchase order"),
        plural=_("Purchase orders"),
        icon="truck-delivery",
        order=80,
        source="inventory_purchaseorder r LEFT JOIN crm_legalentity l ON l.id = r.supplier_id",
        title="r.number",
        detail="l.legal_name",
        names="concat_ws(' ', r.number, l.legal_name)",
        number="r.number",
        status="r.status",
        owner="r.owner_id",
        branch="r.branch_id",
        warehouse="r.warehouse_id",
        statuses=PurchaseStatus,
        watches=(
            Watch(PurchaseOrder, ("number", "supplier_id", "status", "owner_id", "branch_id", "warehouse_id")),
            renamed(LegalEntity, ("legal_name",), PurchaseOrder, "supplier_id"),
        ),
    ),
)
