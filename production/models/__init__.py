from production.models.checks import BOMCheck, CheckNote
from production.models.floor import OperatorBadge, OperatorPin, PieceCount, Station
from production.models.orders import Operation, ScrapReason, WipEntry, WorkOrder, WorkOrderMaterial
from production.models.recipes import BOM, BOMLine, BOMOperation, CenterSlot, WorkCenter
from production.models.stops import Blockage, HelpCall

__all__ = [
    "BOM", "BOMCheck", "BOMLine", "BOMOperation", "Blockage", "CenterSlot", "CheckNote", "HelpCall", "Operation",
    "OperatorBadge", "OperatorPin", "PieceCount", "ScrapReason", "Station", "WipEntry", "WorkCenter", "WorkOrder",
    "WorkOrderMaterial",
]  # fmt: skip
