"""Something done with one deal: a small form, one service call, back to the card."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core import policy
from core.errors import DomainError
from core.ui.records import RecordView
from core.ui.sending import key_of, known_of, seen_of, send_once
from core.ui.toasts import toast


class OfDeal(RecordView):
    """GET shows the form, POST keeps it. `right` is asked for this deal: without it 403, unknown deals are 404.

    A form that is wrong answers 422, a refusal of the service 409. Sending the same form twice keeps it once.
    """

    right: ClassVar[str] = "sales.move_deal"
    heading: ClassVar[str | Promise] = ""
    verb: ClassVar[str | Promise] = ""
    done: ClassVar[str | Promise] = ""
    template: ClassVar[str] = "sales/deal_form.html"
    sees: ClassVar[tuple[str, ...]] = ("stage",)

    def needed_action(self) -> str | None:
        return self.register.view_action

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        may_look = request.user.is_authenticated and policy.allows(request.user, self.register.view_action)
        if may_look and not policy.allows(self.user, self.right, self.record):
            return self.handle_no_permission()
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def keep(self, data: dict[str, Any]) -> Any:
        """The one service call; it gives back a record."""
        raise NotImplementedError

    def context(self) -> dict[str, Any]:
        """More for the page of the form."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.page(self.form(), 200)
        except DomainError as refused:
            return self.refused(refused)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if known_of(request) is not None:
            return self._done()
        try:
            form = self.form(request.POST)
        except DomainError as refused:
            return self.refused(refused)
        if not form.is_valid():
            return self.page(form, 422)

        def run() -> dict[str, Any]:
            return {"id": getattr(self.keep(form.cleaned_data), "pk", None)}

        try:
            send_once(request, run, record=self.record, sees=self.sees)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.page(form, 409, refused)
        return self._done()

    def _done(self) -> HttpResponse:
        toast(self.request, self.done or _("Saved."))
        return HttpResponseRedirect(self.register.url_of(self.record))

    def page(self, form: forms.Form, status: int, refused: DomainError | None = None) -> HttpResponse:
        context = {
            "form": form,
            "record": self.record,
            "record_url": self.register.url_of(self.record),
            "list_url": self.register.url("list"),
            "register": self.register,
            "heading": self.heading,
            "verb": self.verb or _("Save"),
            "key": key_of(self.request),
            "seen": seen_of(self.request, self.record, self.sees),
            "mends": self.mends(refused) if refused is not None else {},
            **self.context(),
        }
        return render(self.request, self.template, context, status=status)

    def mends(self, refused: DomainError) -> dict[str, str]:
        """The one action that lifts a refusal: {"action_url": …, "action_label": …}, or nothing."""
        return {}

    def refused(self, refused: DomainError) -> HttpResponse:
        """Nothing can be asked here: say why."""
        context = {
            "record": self.record,
            "record_url": self.register.url_of(self.record),
            "list_url": self.register.url("list"),
            "register": self.register,
            "heading": self.heading,
            "refused": refused,
            "mends": self.mends(refused),
        }
        return render(self.request, self.template, context, status=409)
