"""A step with one record: a small form, one service call, back to the card."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import policy
from core.errors import DomainError, NotAllowed
from core.ui.records import RecordView
from core.ui.sending import key_of, known_of, seen_of, send_once
from core.ui.toasts import toast


class NoQuestion(forms.Form):
    """A step that asks nothing."""


class Verb(RecordView):
    """POST takes the step. `right` is asked for the record; what a rule refuses is told on the form's page.

    `done` is what the next page says, `sees` what its page rests on (see core.ui.sending). A verb without a question is
    posted from a button of the card.
    """

    right: ClassVar[str]
    heading: ClassVar[str | Promise] = ""
    lead: ClassVar[str | Promise] = ""
    verb: ClassVar[str | Promise] = ""
    done: ClassVar[str | Promise] = ""
    template: ClassVar[str] = "sales/step.html"
    form_class: ClassVar[type[forms.Form]] = NoQuestion
    sees: ClassVar[tuple[str, ...]] = ("status",)

    def needed_action(self) -> str | None:
        return self.register.view_action

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may_look = request.user.is_authenticated and policy.allows(request.user, self.register.view_action)
        if may_look and not policy.allows(self.user, self.right, self.record):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: Any = None) -> forms.Form:
        return self.form_class(data)

    def take(self, data: dict[str, Any], key: str) -> Any:
        """The one service call."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """What the page shows beside the form."""
        return {}

    def told(self, made: Any) -> str:
        return str(self.done or _("Saved."))

    def next_url(self, made: Any) -> str:
        return self.register.url_of(self.record)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = known_of(request)
        if known is not None:
            return self._done(known)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, 422)

        def run() -> dict[str, str]:
            made = self.take(form.cleaned_data, key_of(request))
            return {"said": self.told(made), "url": self.next_url(made)}

        try:
            return self._done(send_once(request, run, record=self.record, sees=self.sees))
        except NotAllowed:
            return self.handle_no_permission()  # type: ignore[return-value]
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.page(form, 409, refused=refused)

    def _done(self, answer: dict[str, str]) -> HttpResponse:
        toast(self.request, answer["said"])
        return HttpResponseRedirect(answer["url"])

    def page(self, form: forms.Form, status: int, **more: Any) -> HttpResponse:
        context = {
            "form": form,
            "record": self.record,
            "register": self.register,
            "record_url": self.register.url_of(self.record),
            "list_url": self.register.url("list"),
            "heading": self.heading,
            "lead": self.lead,
            "verb": self.verb or self.heading,
            "key": key_of(self.request),
            "seen": seen_of(self.request, self.record, self.sees),
            **self.context(),
            **more,
        }
        return render(self.request, self.template, context, status=status)


class Step(Verb):
    """A verb with a page of its own: GET shows its form."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(self.form(), 200)
