"""The pages of settings: the hub, and list, form and verbs of each kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core.errors import DomainError, InvalidValue, StaleVersion
from core.models import Organization, WorkCalendar
from core.settingspages import hub, steps, story
from core.settingspages.kinds import Setting, Verb
from core.ui.access import Guarded
from core.ui.shell_views import safe_next
from core.ui.toasts import toast

MOST = 500


class Hub(Guarded, TemplateView):
    """Everything that is set up once, by subject; each person finds what his role keeps."""

    action = "core.open_settings"
    template_name = "settings/hub.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups: dict[str, list[dict[str, Any]]] = {name: [] for name in hub.GROUPS}
        for entry, url in hub.entries_for(self.request.user):
            count = entry.count() if entry.count is not None else None
            groups[entry.group].append({"entry": entry, "url": url, "count": count})
        shown = [(hub.GROUPS[name], entries) for name, entries in groups.items() if entries]
        return super().get_context_data(groups=shown, steps=steps.summary(self.request.user), **kwargs)


class OfSetting(Guarded):
    """A page of one kind of setting."""

    setting: Setting

    def needed_action(self) -> str | None:
        return self.setting.action

    @property
    def switch(self) -> str:  # type: ignore[override]
        return self.setting.switch

    @cached_property
    def record(self) -> Any:
        return get_object_or_404(self.setting.rows(), pk=self.kwargs["pk"])  # type: ignore[attr-defined]


class SettingList(OfSetting, View):
    setting: Any = None

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = sorted(self.setting.rows()[:MOST], key=self.setting.is_off)
        self.setting.read(rows)
        context = {
            "setting": self.setting,
            "lines": [line_of(self.setting, row) for row in rows],
            "new_url": self.setting.url("_new") if self.setting.can_create else "",
        }
        return render(request, "settings/list.html", context)


def line_of(setting: Setting, record: Any) -> dict[str, Any]:
    cells = [(column, column.value(record)) for column in setting.columns]
    verbs = [
        (verb, setting.url("_do", record.pk, verb.name)) for verb in setting.verbs if verb.in_list and verb.when(record)
    ]
    return {
        "record": record,
        "url": setting.url_of(record),
        "first": cells[0][1],
        "cells": cells[1:],
        "is_off": setting.is_off(record),
        "verbs": verbs,
    }


class Editing(OfSetting, View, ABC):
    """What new and edit share: the form keeps what was typed, refusals stand beside what they are about."""

    setting: Any = None
    is_new = False

    def the_record(self) -> Any:
        return None if self.is_new else self.record

    def show(self, form: Any, *, status: int = 200, clash: Any = ()) -> HttpResponse:
        record, setting, request = self.the_record(), self.setting, self.request
        context: dict[str, Any] = {
            "setting": setting,
            "record": record,
            "form": form,
            "clash": clash,
            "list_url": setting.url("_list"),
        }
        if record is not None:
            context |= {
                "seen": setting.seen(record),
                "is_off": setting.is_off(record),
                "verbs": [(v, setting.url("_do", record.pk, v.name)) for v in setting.verbs if v.when(record)],
                "changes": story.of(setting.history(record), request.user),
                **setting.beside(record, request),
            }
        return render(request, "settings/form.html", context, status=status)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(self.setting.form(record=self.the_record(), request=request))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        record = self.the_record()
        form = self.setting.form(request.POST, request.FILES, record=record, request=request)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            saved = self.keep(dict(form.cleaned_data))
        except StaleVersion as refused:
            form.add_error(None, str(refused))
            return self.show(form, status=409, clash=story.clash(form))
        except DomainError as refused:
            place = place_of(refused, form, self.setting)
            form.add_error(
                place, str(refused.params["problem"]) if place and "problem" in refused.params else str(refused)
            )
            return self.show(form, status=409)
        return HttpResponseRedirect(self.setting.url_of(saved))

    @abstractmethod
    def keep(self, values: dict[str, Any]) -> Any:
        """Call the service with the clean values; the record. Raises DomainError."""


def place_of(refused: DomainError, form: Any, setting: Setting) -> str | None:
    """The field that a refusal is about: named by its label, else the one the setting names."""
    if isinstance(refused, InvalidValue):
        wanted = str(refused.params.get("field", "")).casefold()
        for name, field in form.fields.items():
            if wanted in {name.casefold(), str(field.label).casefold()}:
                return str(name)
    return setting.refused_field or None


class SettingNew(Editing):
    """A new one. Where there is one answer only it is chosen; while the company is set up, the next step is offered."""

    is_new = True

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.setting.form(record=None, request=request)
        for name, field in form.fields.items():
            if (
                isinstance(field, forms.ModelChoiceField)
                and field.required
                and form.get_initial_for_field(field, name) is None
            ):
                offered = field.queryset[:2] if field.queryset is not None else ()
                if len(offered) == 1:
                    form.initial[name] = offered[0].pk
        if "time_zone" in form.fields and not form.initial.get("time_zone"):
            company = Organization.objects.order_by("pk").first() or WorkCalendar.objects.order_by("pk").first()
            form.initial["time_zone"] = company.time_zone if company else request.user.time_zone  # type: ignore[union-attr]
            if company is None:
                form.fields["time_zone"].widget.attrs["data-own-zone"] = ""
        return self.show(form)

    def keep(self, values: dict[str, Any]) -> Any:
        made = self.setting.create(values, self.request.user)
        setup = steps.summary(self.request.user)
        on = (_("On with the first set-up"), setup.url) if setup is not None and setup.open else None
        toast(self.request, _("{name} was added.").format(name=made), action=on)
        return made


class SettingEdit(Editing):
    def keep(self, values: dict[str, Any]) -> Any:
        saved = self.setting.change(self.record, values, self.request.POST.get("seen", ""), self.request.user)
        toast(self.request, _("{name} is saved.").format(name=saved))
        return saved


class SettingVerb(OfSetting, View):
    """One button; a refusal is told by a message on the page it came from."""

    setting: Any = None

    def post(self, request: HttpRequest, pk: Any, verb: str) -> HttpResponse:
        found: Verb | None = next((one for one in self.setting.verbs if one.name == verb), None)
        if found is None:
            raise Http404("no such verb")
        record = self.record
        try:
            found.do(record, request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            toast(request, refused, level="bad")
        else:
            toast(request, str(found.done))
        if request.POST.get("next"):
            return HttpResponseRedirect(safe_next(request))
        still = self.setting.rows().filter(pk=pk).exists() and "to_list" not in request.POST
        return HttpResponseRedirect(self.setting.url_of(record) if still else self.setting.url("_list"))
