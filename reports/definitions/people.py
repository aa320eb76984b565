"""Work of people: visits kept, tasks late."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import TruncDate, TruncDay
from django.utils.translation import gettext_lazy as _

from core.money import percent_of
from crm.choices import TaskStatus
from crm.models import Task
from reports.definitions.parts import ONE, one_where, parts
from reports.indicators import Indicator, Params, register
from support.choices import VisitStatus
from support.models import InstallationVisit

KEPT = Q(slot__endswith__gte=TruncDay("done_at")) | Q(
    slot__isnull=True, order__first_promised_on__gte=TruncDate("done_at")
)


AGREED = Q(slot__isnull=False) | Q(order__first_promised_on__isnull=False)


def visits(params: Params) -> QuerySet[Any]:
    """Installations done in the period that had a time or a promised day."""
    done = InstallationVisit.objects.filter(status=VisitStatus.DONE)
    rows = params.scope.within(done, "done_at", organization="branch__organization")
    return params.of_owner(rows.filter(AGREED), "order__owner")


def _in_time(params: Params) -> Decimal:
    rows = visits(params)
    return percent_of(Decimal(rows.filter(KEPT).count()), Decimal(rows.count()))


def late_tasks(params: Params) -> QuerySet[Any]:
    """Tasks that were due by the end of the last day and had not been done by then."""
    at = params.evening
    rows: QuerySet[Any] = Task.objects.filter(due_at__lte=at).exclude(status=TaskStatus.CANCELLED)
    rows = params.ever.within(rows, "due_at", organization="branch__organization")
    return params.of_owner(rows.filter(Q(done_at__isnull=True) | Q(done_at__gt=at)), "assignee")


register(
    Indicator(
        "installed_on_time", _("Installed on time, %"), "percent", "support.view_installationvisit",
        _in_time, lambda p: [parts(visits(p), one_where(KEPT), ONE)],
        part_label=_("On time"),
        help=_("Installations done in the period not later than on the day agreed, of all done in it."),
    ),
    Indicator(
        "late_tasks", _("Late tasks"), "count", "crm.view_task",
        lambda p: Decimal(late_tasks(p).count()), lambda p: [parts(late_tasks(p), ONE)],
        help=_("Tasks that were due by the end of the last day and not done by then."),
    ),
)  # fmt: skip
