"""The card of a work centre: its load, what waits there, and the time that is taken from it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.errors import DomainError, NotAllowed
from core.ui import amounts, cells, daywords
from core.ui.panels import Act, Stat
from core.ui.records import RecordScreen
from core.ui.screens import Signed, back
from core.ui.toasts import toast
from production.forms import BlockForm
from production.models import CenterSlot, HelpCall, WorkCenter
from production.selectors.jobs import calls_at
from production.selectors.load import load_by_center
from production.services import centers
from production.views.asking import Ask

EDITS = "production.edit_workcenter"
FACTS: dict[str, Any] = {"register": "production.center"}


class CenterCard(RecordScreen):
    template_name = "production/card.html"

    def badges(self) -> Iterator[SafeString]:
        if not self.record.is_active:
            yield cells.tag(_("Not active"), "warn")
        if self.call is not None:
            yield cells.tag(_("Help is called since %(at)s") % {"at": daywords.moment(self.call.called_at)}, "bad")

    @cached_property
    def call(self) -> HelpCall | None:
        """The call for help from here that nobody answered yet."""
        return calls_at([self.record.pk]).get(self.record.pk)

    def subtitle(self) -> Iterator[SafeString | str]:
        yield self.record.code
        yield str(self.record.calendar)

    def stats(self) -> list[Stat]:
        today = timezone.localdate()
        week = load_by_center(today, today + timedelta(days=6), [self.record.pk])
        planned = sum(day.planned_minutes for day in week) / 60
        free = sum(day.free_minutes for day in week) / 60
        blocked = sum(day.blocked_minutes for day in week) / 60
        unit = _("hours, 7 days")
        made = [
            Stat(_("Planned"), f"{planned:.1f}", unit),
            Stat(_("Free"), f"{free:.1f}", unit, tone="bad" if free < 0 else ""),
            Stat(_("Blocked"), f"{blocked:.1f}", unit),
        ]
        if policy.allows(self.user, "production.view_wip"):
            made.append(Stat(_("Rate per hour"), amounts.home_money(self.record.rate_per_hour)))
        return made

    def acts(self) -> list[Act]:
        made = []
        if self.call is not None and policy.allows(self.user, "production.report_time", self.record):
            url = reverse("production:help_answer", args=[self.call.pk])
            made.append(Act(_("Answered"), "urgent", url, primary=True, post=True))
        if policy.allows(self.user, EDITS, self.record):
            url = reverse("production:center_block", args=[self.record.pk])
            made.append(Act(_("Block time"), "ban", url))
        if policy.allows(self.user, "production.open_station", self.record):
            url = reverse("production:station_open", args=[self.record.pk])
            made.append(Act(_("Use this tablet here"), "device-tablet", url))
        return made


class BlockCenter(Ask):
    action = EDITS
    heading, verb = gettext_lazy("Block time"), gettext_lazy("Block this time")
    text = gettext_lazy("Planned work that has not begun moves out of the way, and its orders are promised again.")

    def form(self, data: Any = None) -> forms.Form:
        return BlockForm(data, capacity=self.record.capacity)

    def keep(self, data: dict[str, Any], key: str) -> None:
        centers.block_center(center_id=self.record.pk, at=timezone.now(), by=self.request.user, **data)  # type: ignore[arg-type]

    def said(self) -> str:
        return _("Blocked. What was planned there has moved.")


class UnblockCenter(Signed):
    """Give blocked time back; giving it back twice changes nothing."""

    action = EDITS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        slot = CenterSlot.objects.select_related("center").filter(pk=pk, operation=None).first()
        if slot is not None:
            get_object_or_404(WorkCenter.objects.visible_to(request.user), pk=slot.center_id)  # type: ignore[arg-type]
            try:
                centers.unblock_center(slot_id=slot.pk, by=request.user)  # type: ignore[arg-type]
            except NotAllowed:
                raise
            except DomainError as refused:
                toast(request, refused, level="bad")
            else:
                toast(request, _("The time is free again."))
        return HttpResponseRedirect(back(request, reverse("production:center_list")))
