"""What the production lead does about jobs that stand still: let them go on, and answer calls for help."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import View

from core.ui.access import Guarded
from core.ui.screens import back
from core.ui.toasts import toast
from production.models import HelpCall, Operation, WorkCenter, WorkOrder
from production.services import helping, work

WORKS = "production.report_time"


class Unblock(Guarded, View):
    """The job can go on; pressed twice changes nothing."""

    action = WORKS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        works = WorkOrder.objects.visible_to(request.user, WORKS)  # type: ignore[arg-type]
        operation = get_object_or_404(Operation.objects.filter(work_order__in=works), pk=pk)
        work.unblock_operation(operation_id=operation.pk, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        toast(request, _("The job can go on."))
        card = reverse("production:workorder_card", args=[operation.work_order_id])
        return HttpResponseRedirect(back(request, card))


class AnswerCall(Guarded, View):
    """Somebody came to the work centre; pressed twice changes nothing."""

    action = WORKS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        centers = WorkCenter.objects.visible_to(request.user, WORKS)  # type: ignore[arg-type]
        call = get_object_or_404(HelpCall.objects.filter(center__in=centers), pk=pk)
        helping.answer_call(call_id=call.pk, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        toast(request, _("The call is answered."))
        return HttpResponseRedirect(back(request, reverse("production:center_card", args=[call.center_id])))
