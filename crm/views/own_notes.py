"""Writing down a call and planning a task away from any card: from the own day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.services.idempotency import once
from core.ui.drafts import new_key
from core.ui.fields import RecordField
from core.ui.registers import by_key
from core.ui.screens import Signed, back
from core.ui.shell import address
from core.ui.toasts import toast
from crm.choices import Direction, InteractionKind
from crm.services.interactions import log_interaction
from crm.services.tasks import create_task
from crm.views.composing import MORNING, TalkForm, TaskForm


class Note(Signed):
    """GET is the form on a page of its own; POST keeps what was written once and leads back to the day."""

    heading: Any = ""

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def keep(self, data: dict[str, Any]) -> Any:
        raise NotImplementedError

    @property
    def home(self) -> str:
        return address("sales:my_day") or address("crm:task_calendar")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self.form(), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self._page(form, 422)
        data = form.cleaned_data
        body = {name: request.POST.getlist(name) for name in sorted(form.fields)}
        try:
            once(
                scope=f"{type(self).__name__}:{request.user.pk}",
                key=request.POST.get("key") or new_key(),
                body=body,
                run=lambda: {"id": self.keep(data).pk},
            )
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(form, 409)
        toast(request, _("Written down."))
        return HttpResponseRedirect(back(request, self.home))

    def _page(self, form: forms.Form, status: int) -> HttpResponse:
        context = {
            "form": form,
            "record": _("My day"),
            "record_url": back(self.request, self.home),
            "heading": self.heading,
            "key": self.request.POST.get("key") or new_key(),
        }
        return render(self.request, "crm/compose.html", context, status=status)


class CallForm(TalkForm):
    """A talk, and with whom it was."""

    field_order = ("client", "what", "minutes", "text")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["client"] = RecordField(by_key("crm.client"), user, label=_("Client"))
        self.order_fields(self.field_order)


class LogCall(Note):
    action = "crm.log_interaction"
    heading = gettext_lazy("Log a call or meeting")

    def form(self, data: Any = None) -> forms.Form:
        return CallForm(data, user=self.request.user)

    def keep(self, data: dict[str, Any]) -> Any:
        kind, _colon, direction = data["what"].partition(":")
        return log_interaction(
            kind=InteractionKind(kind),
            direction=Direction(direction) if direction else "",
            at=timezone.now(),
            minutes=data["minutes"] or 0,
            body=data["text"],
            client_id=data["client"].pk,
            by=self.request.user,  # type: ignore[arg-type]
        )


class OwnTaskForm(TaskForm):
    """A task, and the client it is about where there is one."""

    field_order = ("title", "due", "client", "assignee")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["client"] = RecordField(by_key("crm.client"), user, label=_("About which client"), required=False)
        self.order_fields(self.field_order)


class NewTask(Note):
    action = "crm.create_task"
    heading = gettext_lazy("Plan a task")

    def form(self, data: Any = None) -> forms.Form:
        return OwnTaskForm(data, user=self.request.user, initial={"due": timezone.localdate()})

    def keep(self, data: dict[str, Any]) -> Any:
        due = data["due"] and timezone.make_aware(datetime.combine(data["due"], MORNING))
        return create_task(
            title=data["title"],
            due_at=due,
            assignee_id=data["assignee"].pk,
            links=[data["client"]] if data["client"] else [],
            by=self.request.user,  # type: ignore[arg-type]
        )
