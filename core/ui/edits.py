"""Making and changing a record: the form page, the conflict page, and one fact in place."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from core import policy
from core.errors import DomainError, InvalidValue, NotAllowed, StaleVersion
from core.remembered import Given, Statement
from core.services.idempotency import once
from core.ui import conflicts, drafts, undo
from core.ui.facts import fact
from core.ui.formlooks import look_of
from core.ui.lists import RegisterView
from core.ui.records import RecordView
from core.ui.toasts import toast

TAKEN = _("Something like this exists already.")


class FormScreen(ContextMixin, TemplateResponseMixin):
    """What making and changing have in common. A form that is wrong answers 422, a refusal 409."""

    template_name = "ui/form.html"
    dialog = "ui/_form_dialog.html"
    register: Any
    request: HttpRequest

    def get_template_names(self) -> list[str]:
        return [self.dialog if self.in_place else self.template_name]

    @property
    def in_place(self) -> bool:
        """Is the form shown in a dialog over another page?"""
        return "in_place" in (self.request.POST or self.request.GET)

    def make_form(self, data: Any = None) -> Any:
        raise NotImplementedError

    def render_form(self, form: Any, *, status: int = 200, **more: Any) -> HttpResponse:
        context = self.get_context_data(
            form=form,
            register=self.register,
            in_place=self.in_place,
            draft=drafts.of(self.request.user, self.draft_key) if status == 200 else None,
            draft_key=self.draft_key,
            list_url=self.register.url("list"),
            record_url=self.register.url_of(more["record"]) if "record" in more else "",
            **more,
        )
        return self.render_to_response(context, status=status)

    @property
    def draft_key(self) -> str:
        return f"{self.register.key}:{getattr(self, 'kwargs', {}).get('pk', 'new')}"

    def refuse(self, form: Any, refused: DomainError, **more: Any) -> HttpResponse:
        """Say why the service said no, beside the field where it names one."""
        field = refused.params.get("field") if isinstance(refused, InvalidValue) else None
        field = getattr(refused, "field", field)
        form.add_error(field if field in form.fields else None, str(refused))
        return self.render_form(form, status=409, **more)


class CreateScreen(FormScreen, RegisterView):
    """The empty form and what becomes of it. Sending the same form twice makes one record."""

    def needed_action(self) -> str | None:
        return self.register.create_action

    def make_form(self, data: Any = None) -> Any:
        known = {**self.register.initial_for(self.user), **self.request.GET.dict()}
        return self.register.form_class(data, user=self.user, register=self.register, initial=known)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form()
        look = look_of(form, self.register.key) if not request.GET else None
        return self.render_form(form, key=drafts.new_key(), look=look)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form, key = self.make_form(request.POST), request.POST.get("key", "") or drafts.new_key()
        if not form.is_valid():
            return self.render_form(form, status=422, key=key)
        values = form.values()

        def make() -> dict[str, Any]:
            return {"id": self.register.create(values=values, by=self.user).pk}

        try:
            made = once(scope=f"form:{self.register.key}:{self.user.pk}", key=key, body=_said(request), run=make)
        except DomainError as refused:
            return self.refuse(form, refused, key=key)
        except IntegrityError:
            form.add_error(None, str(TAKEN))
            return self.render_form(form, status=409, key=key)
        drafts.forget(user=self.user, form=self.draft_key)
        record = self._seen(made["id"])
        if self.in_place:
            return _made_in_place(made["id"], str(record or ""))
        toast(request, _("%(record)s was created.") % {"record": record} if record else _("It was created."))
        return HttpResponseRedirect(self.register.url_of(record) if record else self.register.url("list"))

    def _seen(self, pk: int) -> Any:
        """What was made, as far as its maker may see it: who may make records of others may not see them."""
        memory, place = policy.memory_of(self.user), ("made", self.register.key)
        if not self.register.rows_are_steady:
            return self.register.visible_to(self.user).filter(pk=pk).first()
        if place not in memory:
            memory[place] = Statement(self.register.visible_to(self.user).filter(pk=Given(0)))
        return next(iter(memory[place].ask(pk)), None)


class EditScreen(FormScreen, RecordView):
    """The form of a record. Somebody else's change meanwhile brings the conflict page, never a loss."""

    def needed_action(self) -> str | None:
        return self.register.change_action

    def record_rows(self) -> Any:
        return self.register.visible_to(self.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        allowed = request.user.is_authenticated and self.register.may(request.user, self.register.change_action)
        if allowed and not self.may_change():
            return AccessMixin.handle_no_permission(self)  # type: ignore[arg-type]
        return super().dispatch(request, *args, **kwargs)

    def make_form(self, data: Any = None) -> Any:
        return self.register.form_class(data, user=self.user, register=self.register, record=self.record)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_form(self.make_form(), record=self.record, version=self.record.version)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        version = _number(request.POST.get("version"))
        known = {"record": self.record, "version": version}
        if not form.is_valid():
            return self.render_form(form, status=422, **known)
        changes = form.changes()
        if version is not None and version != self.record.version:
            return self.conflict(form, changes)
        before = undo.before_values(self.record, changes)
        try:
            record = self.register.change(record=self.record, changes=changes, version=version, by=self.user)
        except StaleVersion:
            del self.record
            return self.conflict(form, changes)
        except DomainError as refused:
            return self.refuse(form, refused, **known)
        except IntegrityError:
            form.add_error(None, str(TAKEN))
            return self.render_form(form, status=409, **known)
        drafts.forget(user=self.user, form=self.draft_key)
        step = undo.after_change(self.register, record, before, by=self.user) if changes else None
        toast(request, _("%(record)s was saved.") % {"record": record}, undo=step)
        return HttpResponseRedirect(self.register.url_of(record))

    def conflict(self, form: Any, changes: dict[str, Any]) -> HttpResponse:
        """Both values of each field that differs, and the choice; what was typed is kept."""
        rows = conflicts.rows_of(self.record, self.register, form, changes)
        typed = [(name, value) for name in self.request.POST for value in self.request.POST.getlist(name)]
        context = {
            "record": self.record,
            "record_url": self.register.url_of(self.record),
            "rows": rows,
            "typed": [(name, value) for name, value in typed if name not in {"csrfmiddlewaretoken", "version"}],
        }
        return render(self.request, "ui/conflict.html", context, status=409)


class FieldScreen(RecordView):
    """One fact of a card or cell of a list, changed in place."""

    def needed_action(self) -> str | None:
        return self.register.view_action

    def _form(self, data: Any = None) -> Any:
        name = self.kwargs["field"]
        form = self.register.form_class(data, user=self.user, register=self.register, record=self.record, only=[name])
        return form if name in form.fields and self.may_change() else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form()
        if form is None or "shown" in request.GET:
            return self._shown()
        return self._editing(form, 200, self.record.version)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self._form(request.POST)
        if form is None:
            return HttpResponse(status=403)
        version = _number(request.POST.get("version"))
        if not form.is_valid():
            return self._editing(form, 422, version)
        changes = form.changes()
        before = undo.before_values(self.record, changes)
        try:
            record = self.register.change(record=self.record, changes=changes, version=version, by=self.user)
        except DomainError as refused:
            form.add_error(None, str(refused))
            stale = isinstance(refused, StaleVersion)
            return self._editing(form, 403 if isinstance(refused, NotAllowed) else 409, version, stale=stale)
        if changes:
            step = undo.after_change(self.register, record, before, by=self.user)
            toast(request, _("Saved."), undo=step)
        del self.record
        if not request.htmx:  # type: ignore[attr-defined]
            return HttpResponseRedirect(self.register.url_of(self.record))
        return self._shown(saved=True)

    def _shown(self, *, saved: bool = False) -> HttpResponse:
        name = self.kwargs["field"]
        shown = fact(self.record, self.register, self.user, name, self.may_change())
        context = {"fact": shown, "saved": saved, "place": self._place()}
        return render(self.request, "ui/_fact_saved.html" if saved else "ui/_fact.html", context)

    def _editing(self, form: Any, status: int, version: int | None, *, stale: bool = False) -> HttpResponse:
        name = self.kwargs["field"]
        context = {
            "form": form,
            "field": form[name],
            "record": self.record,
            "register": self.register,
            "version": version,
            "url": f"{self.register.url_of(self.record)}field/{name}/",
            "record_url": self.register.url_of(self.record),
            "place": self._place(),
            "stale": stale,
        }
        page = "ui/_fact_form.html" if self.request.htmx else "ui/field.html"  # type: ignore[attr-defined]
        return render(self.request, page, context, status=status)

    def _place(self) -> str:
        return "list" if (self.request.POST or self.request.GET).get("in") == "list" else "card"


def _made_in_place(pk: int, name: str) -> JsonResponse:
    return JsonResponse({"id": pk, "text": name}, status=201)


def _number(text: Any) -> int | None:
    return int(text) if str(text or "").isdigit() else None


def _said(request: HttpRequest) -> dict[str, Any]:
    """What was sent, but for the marks of the page itself."""
    leave = {"csrfmiddlewaretoken", "key", "in_place"}
    return {name: request.POST.getlist(name) for name in sorted(request.POST) if name not in leave}
