"""What the screens know of sales' records."""

from sales.registers.approvals import Approvals
from sales.registers.deals import Deals
from sales.registers.orders import Orders
from sales.registers.prices import PriceLists
from sales.registers.quotes import Quotes
from sales.registers.shipments import Shipments

__all__ = ["Approvals", "Deals", "Orders", "PriceLists", "Quotes", "Shipments"]
