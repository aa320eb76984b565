"""Writing down a call and planning a task away from any card: from the own day."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ui.fields import RecordField
from core.ui.registers import by_key
from core.ui.screens import Signed, back
from core.ui.shell import address
from crm.choices import Direction, InteractionKind
from crm.services.interactions import log_interaction
from crm.services.tasks import create_task
from crm.views.composing import MORNING, TalkForm, TaskForm
from crm.views.writing import Writing


class Note(Writing, Signed):
    """GET is the form on a page of its own; what was kept leads back to the day."""

    def subject(self) -> tuple[Any, str]:
        return _("My day"), self._home

    def done(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(self._home)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.form(), 200)

    @property
    def _home(self) -> str:
        return back(self.request, address("sales:my_day") or address("crm:task_calendar"))


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
