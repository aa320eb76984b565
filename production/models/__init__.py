from production.models.floor import OperatorBadge, OperatorPin, PieceCount, Station
from production.models.orders import Operation, ScrapReason, WipEntry, WorkOrder, WorkOrderMaterial
from production.models.recipes import BOM, BOMLine, BOMOperation, CenterSlot, WorkCenter

__all__ = [
    "BOM", "BOMLine", "BOMOperation", "CenterSlot", "Operation", "OperatorBadge", "OperatorPin", "PieceCount",
    "ScrapReason", "Station", "WipEntry", "WorkCenter", "WorkOrder", "WorkOrderMaterial",
]  # fmt: skip
