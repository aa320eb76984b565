"""What inventory puts on cards: of items, of its own documents, and of suppliers."""

from core.ui import panels
from core.ui.panels import Panel
from crm.models import Client
from inventory import relations
from inventory.models import GoodsReceipt, Item, PurchaseOrder, Stocktake
from inventory.selectors import counts

STOCK, BUYING = "inventory.view_stockbalance", "inventory.view_purchaseorder"

panels.add(Item, Panel("stock", "inventory/_stock.html", relations.stock, order=10, needs=STOCK))
panels.add(Item, Panel("claims", "inventory/_claims.html", relations.claims, order=15, needs=STOCK))
panels.add(Item, Panel("suppliers", "inventory/_suppliers.html", relations.suppliers, order=20, needs=BUYING))
panels.add(Item, Panel("moves", "inventory/_moves.html", relations.moves, order=40, needs="inventory.view_stockmove"))
panels.add(PurchaseOrder, Panel("lines", "inventory/_purchase_lines.html", relations.purchase_lines, order=10))
panels.add(GoodsReceipt, Panel("lines", "inventory/_receipt_lines.html", relations.receipt_lines, order=10))
panels.add(Stocktake, Panel("lines", "inventory/_count_lines.html", counts.lines_panel, order=10))
panels.add(Client, Panel("supplies", "inventory/_supplies.html", relations.supplies, order=40, needs=BUYING))
