"""What is to do in a stage: added and removed on the settings page of the stage."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from core.settingspages.parts import Part
from sales.models import Stage, StageDuty
from sales.services import stages
from sales.setuppages import DutyForm


class DutyNew(Part):
    action, back = "sales.set_up_pipelines", "sales:settings_stage"

    def do(self, request: HttpRequest, pk: int) -> str:
        stage, form = get_object_or_404(Stage, pk=pk), DutyForm(request.POST)
        if not self.filled(form):
            return ""
        stages.add_duty(stage_id=stage.pk, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        return _("Deals that enter the stage get this task from now on.")


class DutyRemove(Part):
    action, back = "sales.set_up_pipelines", "sales:settings_stage"

    def back_to(self, pk: int) -> int:
        return self.stage_id

    def do(self, request: HttpRequest, pk: int) -> str:
        self.stage_id = get_object_or_404(StageDuty, pk=pk).stage_id
        stages.remove_duty(duty_id=pk, by=request.user)  # type: ignore[arg-type]
        return _("It is asked no more; tasks that were made stay.")
