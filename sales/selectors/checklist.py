"""What is to be done in the stage a deal stands in."""

from __future__ import annotations

from dataclasses import dataclass

from crm.choices import TaskStatus
from crm.models import Task
from sales.models import Deal, StageDuty

CLOSED = (TaskStatus.DONE, TaskStatus.CANCELLED)


@dataclass(frozen=True)
class Duty:
    """One duty with its task; without one (it was added later) it cannot be ticked off."""

    title: str
    is_required: bool
    task: Task | None

    @property
    def is_done(self) -> bool:
        return self.task is not None and self.task.status in CLOSED


def duty_key(deal_id: int, duty_id: int) -> str:
    """The key of the task that stands for a duty of a deal."""
    return f"sales.duty:{deal_id}:{duty_id}"


def checklist(deal: Deal) -> list[Duty]:
    """The duties of the present stage, in the order they were set up (two statements)."""
    duties = list(StageDuty.objects.filter(stage=deal.stage_id).order_by("pk"))
    keys = {duty_key(deal.pk, duty.pk): duty for duty in duties}
    tasks = {task.key: task for task in Task.objects.filter(key__in=list(keys))}
    return [Duty(duty.title, duty.is_required, tasks.get(key)) for key, duty in keys.items()]
