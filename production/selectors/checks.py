"""What has to be looked at before an operation is finished, and how that stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from production.models import BOMCheck, CheckNote, Operation


@dataclass(frozen=True)
class Check:
    """A check of the recipe at one operation, and the last note of it."""

    asked: BOMCheck
    operation: Operation
    note: CheckNote | None = None

    @property
    def pk(self) -> int:
        return self.asked.pk

    @property
    def is_done(self) -> bool:
        return self.note is not None and self.note.is_done

    @property
    def waits_for(self) -> int:
        """After how many good pieces it is due; 0 when it is due by now or done."""
        after = self.asked.after_pieces or 0
        return 0 if self.is_done or self.operation.good_qty >= after else after


def checks_of(operations: Iterable[Operation]) -> dict[int, list[Check]]:
    """The checks of operations whose work orders are at hand, by operation, in order (at most two statements).

    The recipe says them: a work order keeps the version by which it is made, and a version in force does not change.
    """
    rows = list(operations)
    asked: dict[tuple[int | None, int], list[BOMCheck]] = defaultdict(list)
    boms = {row.work_order.bom_id for row in rows} - {None}
    for check in BOMCheck.objects.filter(operation__bom__in=boms).select_related("operation").order_by("position"):
        asked[(check.operation.bom_id, check.operation.sequence)].append(check)
    if not asked:
        return {}
    notes = CheckNote.objects.filter(operation__in=rows).select_related("by")
    last = {
        (note.operation_id, note.bom_check_id): note
        for note in notes.order_by("operation", "bom_check", "-pk").distinct("operation", "bom_check")
    }
    return {
        row.pk: [
            Check(check, row, last.get((row.pk, check.pk)))
            for check in asked.get((row.work_order.bom_id, row.sequence), [])
            if not check.after_pieces or check.after_pieces <= row.work_order.qty
        ]
        for row in rows
    }
