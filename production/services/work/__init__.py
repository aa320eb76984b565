"""Work on the shop floor: release, issue material, start, pause, count, finish, report, close, cancel."""

from production.services.work.closing import close_work_order
from production.services.work.materials import issue_materials, take_back_material
from production.services.work.output import report_output
from production.services.work.releasing import cancel_work_order, release_work_order
from production.services.work.running import count_pieces, finish_operation, pause_operation, start_operation
from production.services.work.timing import report_time

__all__ = [
    "cancel_work_order", "close_work_order", "count_pieces", "finish_operation", "issue_materials", "pause_operation",
    "release_work_order", "report_output", "report_time", "start_operation", "take_back_material",
]  # fmt: skip
