"""What is added to a setting on its own page: rates of a tax, free days of a calendar, a logo, a preview."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import View

from core.errors import DomainError
from core.models import Holiday, Organization, Tax, TaxRate, WorkCalendar
from core.services import logos, rates, working_time
from core.settingspages.preview import start_preview
from core.setuppages.calendars import HolidayForm, PublicHolidaysForm
from core.setuppages.looks import LogoForm
from core.setuppages.money import RateForm
from core.ui.access import Guarded
from core.ui.toasts import toast


class Part(Guarded, View, ABC):
    """One small form below a setting: what is not valid or refused is told on the page it stands on."""

    action = "core.manage_organization"
    back: str

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            said = self.do(request, pk)
        except DomainError as refused:
            toast(request, refused, level="bad")
        else:
            if said:
                toast(request, said)
        return HttpResponseRedirect(reverse(self.back, args=[self.back_to(pk)]))

    def back_to(self, pk: int) -> int:
        return pk

    @abstractmethod
    def do(self, request: HttpRequest, pk: int) -> str:
        """Call the service; what the user is told then, "" for nothing. Raises DomainError."""

    def filled(self, form: forms.Form) -> bool:
        """Is the form valid? If not, its first words are told."""
        if form.is_valid():
            return True
        for name, errors in form.errors.items():
            label = form.fields[name].label if name in form.fields else ""
            toast(self.request, f"{label}: {errors[0]}" if label else str(errors[0]), level="bad")
            break
        return False


class TaxRateNew(Part):
    action, back = "core.manage_rates", "core:settings_tax"

    def do(self, request: HttpRequest, pk: int) -> str:
        tax, form = get_object_or_404(Tax, pk=pk), RateForm(request.POST)
        if not self.filled(form):
            return ""
        rates.change_tax_rate(tax_id=tax.pk, by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        return _("The rate is kept.")


class TaxRateWithdraw(Part):
    action, back = "core.manage_rates", "core:settings_tax"

    def back_to(self, pk: int) -> int:
        return self.tax_id

    def do(self, request: HttpRequest, pk: int) -> str:
        self.tax_id = get_object_or_404(TaxRate, pk=pk).tax_id
        rates.withdraw_tax_rate(rate_id=pk, today=timezone.localdate(), by=request.user)  # type: ignore[arg-type]
        return _("The rate was taken back.")


class HolidayNew(Part):
    back = "core:settings_calendar"

    def do(self, request: HttpRequest, pk: int) -> str:
        calendar, form = get_object_or_404(WorkCalendar, pk=pk), HolidayForm(request.POST)
        if not self.filled(form):
            return ""
        days = {form.cleaned_data["on"]: form.cleaned_data["name"]}
        new = working_time.add_holidays(calendar_id=calendar.pk, days=days, by=request.user)  # type: ignore[arg-type]
        return _("The day is free.") if new else _("The day was free already.")


class HolidaysImport(Part):
    back = "core:settings_calendar"

    def do(self, request: HttpRequest, pk: int) -> str:
        calendar, form = get_object_or_404(WorkCalendar, pk=pk), PublicHolidaysForm(request.POST)
        if not self.filled(form):
            return ""
        new = working_time.import_public_holidays(
            calendar_id=calendar.pk,
            country=form.cleaned_data["country"],
            region=form.cleaned_data["region"],
            years=[form.cleaned_data["year"]],
            by=request.user,  # type: ignore[arg-type]
        )
        return ngettext("%(count)d day is free now.", "%(count)d days are free now.", new) % {"count": new}


class HolidayRemove(Part):
    back = "core:settings_calendar"

    def back_to(self, pk: int) -> int:
        return self.calendar_id

    def do(self, request: HttpRequest, pk: int) -> str:
        day = get_object_or_404(Holiday, pk=pk)
        self.calendar_id = day.calendar_id
        working_time.remove_holidays(calendar_id=day.calendar_id, days=[day.on], by=request.user)  # type: ignore[arg-type]
        return _("It is a working day again.")


class LogoSet(Part):
    back = "core:settings_look"

    def do(self, request: HttpRequest, pk: int) -> str:
        entity, form = get_object_or_404(Organization, pk=pk), LogoForm(request.POST, request.FILES)
        if not self.filled(form):
            return ""
        file = form.cleaned_data["logo"]
        logos.set_logo(organization_id=entity.pk, name=file.name, content=file.read(), by=request.user)  # type: ignore[arg-type]
        return _("The logo stands on papers from now on.")


class LookPreview(Part):
    """Ask for a sample paper; a worker draws it."""

    back = "core:settings_look"

    def do(self, request: HttpRequest, pk: int) -> str:
        entity: Any = get_object_or_404(Organization, pk=pk)
        start_preview(organization_id=entity.pk, by=request.user)  # type: ignore[arg-type]
        return ""
