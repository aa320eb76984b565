"""What inventory puts on the card of an item."""

from core.ui import panels
from core.ui.panels import Panel
from inventory import relations
from inventory.models import Item

panels.add(
    Item, Panel("stock", "inventory/_stock.html", relations.stock, order=10, needs="inventory.view_stockbalance")
)
panels.add(
    Item,
    Panel(
        "suppliers", "inventory/_suppliers.html", relations.suppliers, order=20, needs="inventory.view_purchaseorder"
    ),
)
