"""Writing down from a card what was said, and planning what comes next."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError
from core.models import User
from core.ui import daywords
from core.ui.fields import DayField
from core.ui.screens import OfRecord, Signed, back
from core.ui.toasts import toast
from crm.choices import Direction, InteractionKind
from crm.models import Client, Person, Task
from crm.services.interactions import log_interaction
from crm.services.tasks import create_task, finish_task, reschedule_task
from crm.views.writing import Writing

SPOKEN = [
    ("call:out", gettext_lazy("I called")),
    ("call:in", gettext_lazy("They called")),
    ("meeting:", gettext_lazy("We met")),
    ("mail:out", gettext_lazy("I wrote")),
    ("mail:in", gettext_lazy("They wrote")),
    ("chat:in", gettext_lazy("Chat")),
]
MORNING = time(9)


class TalkForm(forms.Form):
    """A call, meeting or letter that took place."""

    what = forms.ChoiceField(label=gettext_lazy("What"), choices=SPOKEN)
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=0, max_value=1440, required=False)
    text = forms.CharField(
        label=gettext_lazy("What was said"), widget=forms.Textarea(attrs={"rows": 3}), max_length=10_000
    )


class TaskForm(forms.Form):
    """Work somebody has to do about the record."""

    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    due = DayField(
        label=gettext_lazy("Due"), required=False, help_text=gettext_lazy("A day, or words such as “friday”.")
    )
    assignee = forms.ModelChoiceField(label=gettext_lazy("Who"), queryset=User.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: Any = self.fields["assignee"]
        people.queryset = User.objects.filter(is_active=True).order_by("first_name", "last_name")
        people.initial = user.pk


class Compose(Writing, OfRecord):
    """POST from a fold of the card, or from the form on a page of its own."""

    prefix = ""  # of the ids of the fields: two folds stand on one card

    def subject(self) -> tuple[Any, str]:
        return self.record, self.register.url_of(self.record)

    def done(self, request: HttpRequest) -> HttpResponse:
        return OfRecord.done(self, request)

    def get(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        form = self.form()
        is_part = bool(request.htmx)  # type: ignore[attr-defined]
        if is_part:
            form.auto_id = f"{self.prefix}_%s"
        answer = self.page(form, 200, "crm/_compose_form.html" if is_part else "crm/compose.html")
        answer["Vary"] = "HX-Request"
        return answer


class LogTalk(Compose):
    action = "crm.log_interaction"
    heading = gettext_lazy("Log a call or meeting")
    prefix = "talk"

    def form(self, data: Any = None) -> forms.Form:
        return TalkForm(data)

    def keep(self, data: dict[str, Any]) -> Any:
        kind, _colon, direction = data["what"].partition(":")
        record = self.record
        own: dict[str, Any] = {"client_id": record.pk} if isinstance(record, Client) else {}
        own = {"person_id": record.pk} if isinstance(record, Person) else own
        return log_interaction(
            kind=InteractionKind(kind),
            direction=Direction(direction) if direction else "",
            at=timezone.now(),
            minutes=data["minutes"] or 0,
            body=data["text"],
            links=[] if own else [record],
            by=self.request.user,  # type: ignore[arg-type]
            **own,
        )


class PlanTask(Compose):
    action = "crm.create_task"
    heading = gettext_lazy("Plan a task")
    prefix = "task"

    def form(self, data: Any = None) -> forms.Form:
        return TaskForm(data, user=self.request.user)

    def keep(self, data: dict[str, Any]) -> Any:
        due = data["due"] and timezone.make_aware(datetime.combine(data["due"], MORNING))
        return create_task(
            title=data["title"],
            due_at=due,
            assignee_id=data["assignee"].pk,
            links=[self.record],
            by=self.request.user,  # type: ignore[arg-type]
        )


class TaskDone(Signed):
    """The tick of a next step: no result asked for."""

    action = "crm.finish_task"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user: Any = request.user
        task = get_object_or_404(Task.objects.visible_to(user), pk=pk)
        try:
            finish_task(task_id=task.pk, at=timezone.now(), by=user)
            toast(request, _("“%(task)s” is done.") % {"task": task})
        except DomainError as refused:
            toast(request, refused, level="bad")
        return HttpResponseRedirect(back(request))


class MoveForm(forms.Form):
    due = DayField(label=gettext_lazy("Due"))
    at = forms.TimeField(
        label=gettext_lazy("Time"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )


class TaskMove(Signed):
    """Let a task be due on another day. A page of its own, or a form that names the day."""

    action = "crm.finish_task"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        task = self._task(pk)
        due = timezone.localtime(task.due_at) if task.due_at else None
        form = MoveForm(initial={"due": due.date() if due else None, "at": due.time() if due else MORNING})
        return self._page(task, form, 200, back(request))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        task, version = self._task(pk), request.POST.get("version", "")
        form = MoveForm(request.POST)
        if not form.is_valid():
            return self._page(task, form, 422, back(request))
        due = datetime.combine(form.cleaned_data["due"], form.cleaned_data["at"] or MORNING)
        try:
            reschedule_task(
                task_id=task.pk, due_at=timezone.make_aware(due), by=request.user,  # type: ignore[arg-type]
                version=int(version) if version.isdigit() else None,
            )  # fmt: skip
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(task, form, 409, back(request))
        toast(request, _("“%(task)s” is due on %(day)s.") % {"task": task, "day": daywords.day(due.date())})
        return HttpResponseRedirect(back(request))

    def _task(self, pk: int) -> Task:
        return get_object_or_404(Task.objects.visible_to(self.request.user), pk=pk)  # type: ignore[arg-type]

    def _page(self, task: Task, form: forms.Form, status: int, leave: str) -> HttpResponse:
        context = {"form": form, "record": task, "record_url": leave, "heading": _("Reschedule"),
                   "version": task.version}  # fmt: skip
        return render(self.request, "crm/compose.html", context, status=status)
