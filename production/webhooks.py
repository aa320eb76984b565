"""What other systems may hear of work orders."""

from django.utils.translation import gettext_lazy as _

from core.api.publishing import tells
from production import events
from production.choices import WorkOrderStatus
from production.models import WorkOrder


def _is_finished(event: events.OutputReported) -> bool:
    done = (WorkOrderStatus.DONE, WorkOrderStatus.CLOSED)
    return WorkOrder.objects.filter(pk=event.work_order_id, status__in=done).exists()


tells(
    events.OutputReported, "work_order.finished", _("Everything of a work order is made"), resource="work-orders",
    record="work_order_id", only=_is_finished,
)  # fmt: skip
tells(
    events.WorkOrderClosed, "work_order.closed", _("A work order is settled"), resource="work-orders",
    record="work_order_id",
)  # fmt: skip
