"""What other systems may hear of goods and purchasing."""

from django.utils.translation import gettext_lazy as _

from core.api.publishing import tells
from inventory import events

tells(
    events.GoodsReceived, "goods.received", _("Goods of a supplier came in"), resource="goods-receipts",
    record="receipt_id",
)  # fmt: skip
tells(
    events.PurchaseOrderPlaced, "purchase_order.placed", _("Goods were ordered from a supplier"),
    resource="purchase-orders", record="order_id",
)  # fmt: skip
