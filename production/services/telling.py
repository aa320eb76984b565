"""Telling the production lead of jobs that cannot go on and of people who call for help."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.models import User
from core.notices.services import notify
from production.models import Blockage, HelpCall, WorkCenter

LEADS = "production.edit_workcenter"


def tell_of_blockage(*, blockage_id: int) -> None:
    """Tell those who lead the work centre that a job there cannot go on, once; one that was lifted is no news."""
    rows = Blockage.objects.select_related("operation__center", "operation__work_order", "reported_by")
    blockage = rows.get(pk=blockage_id)
    if blockage.lifted_at is not None:
        return
    operation = blockage.operation
    notify(
        users=_leads_of(operation.center),
        kind="production.job_blocked",
        text=format_lazy(
            _("{number} is blocked at {center}: {why}"),
            number=operation.work_order.number,
            center=operation.center.name,
            why=blockage.note or blockage.get_cause_display(),
        ),
        key=f"blockage:{blockage.pk}",
        record=operation.work_order,
        by=blockage.reported_by,
    )


def tell_of_call(*, call_id: int) -> None:
    """Tell those who lead the work centre that they are wanted there, once; an answered call is no news."""
    call = HelpCall.objects.select_related("center", "called_by").get(pk=call_id)
    if call.answered_at is not None:
        return
    notify(
        users=_leads_of(call.center),
        kind="production.help_wanted",
        text=format_lazy(_("{who} calls for help at {center}"), who=str(call.called_by or ""), center=call.center.name),
        key=f"help:{call.pk}",
        record=call.center,
        by=call.called_by,
    )


def _leads_of(center: WorkCenter) -> list[User]:
    """Everybody who may set the work centre up."""
    holders = User.objects.filter(
        is_active=True,
        role_assignments__role__grants__action=LEADS,
        role_assignments__role__grants__reach__gt=Reach.NONE,
    )
    return [user for user in holders.distinct().order_by("pk") if policy.allows(user, LEADS, center)]
