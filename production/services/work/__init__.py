"""Work on the shop floor: release, issue, start, pause, block, check, count, finish, report, close, cancel."""

from production.services.work.blocking import block_operation, unblock_operation
from production.services.work.checks import note_check
from production.services.work.closing import close_work_order
from production.services.work.materials import issue_materials, take_back_material
from production.services.work.output import report_output
from production.services.work.releasing import cancel_work_order, release_work_order
from production.services.work.running import count_pieces, finish_operation, pause_operation, start_operation
from production.services.work.timing import report_time

__all__ = [
    "block_operation", "cancel_work_order", "close_work_order", "count_pieces", "finish_operation",
    "issue_materials", "note_check", "pause_operation", "release_work_order", "report_output", "report_time",
    "start_operation", "take_back_material", "unblock_operation",
]  # fmt: skip
