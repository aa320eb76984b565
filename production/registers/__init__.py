"""Production's kinds of record, as the kit sees them."""

from production.registers.boms import BOMs
from production.registers.centers import Centers
from production.registers.work import WorkOrders

__all__ = ["BOMs", "Centers", "WorkOrders"]
