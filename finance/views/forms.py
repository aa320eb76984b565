"""The page of one form of finance: what is wrong stays typed, a refusal stands beside its field, twice does it once."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from core.errors import DomainError, InvalidValue
from core.ui.access import Guarded
from core.ui.sending import key_of, known_of, refuse_if_changed, seen_of, send_once
from core.ui.toasts import toast


def as_controls(form: forms.Form, *names: str) -> None:
    """Give fields that a template places by itself the look of the others."""
    for name in names:
        form.fields[name].widget.attrs["class"] = "form-control"


class MoneyForm(Guarded, View):
    """GET shows the form, POST does it. `do` returns the address to go to; `beside` names fields of refusals.

    `about` is the record the form is about, `sees` what of it the page rests on (see core.ui.sending).
    """

    template_name: ClassVar[str] = "finance/form.html"
    heading: ClassVar[str | Promise] = ""
    button: ClassVar[str | Promise] = _("Save")
    said: ClassVar[str | Promise] = _("Saved.")
    beside: ClassVar[dict[str, str]] = {}
    sees: ClassVar[tuple[str, ...]] = ()

    form_done: Any

    @property
    def user(self) -> Any:
        return self.request.user

    def make_form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def do(self, data: dict[str, Any], key: str) -> str:
        """One service call."""
        raise NotImplementedError

    def back(self) -> str:
        """Where Cancel leads."""
        raise NotImplementedError

    def about(self) -> Any:
        return None

    def more(self, form: forms.Form) -> dict[str, Any]:
        """What the page shows beside the form."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(self.make_form(), 200)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = known_of(request)
        if known is not None:
            return HttpResponseRedirect(known["url"])
        form = self.make_form(request.POST)
        is_valid = form.is_valid()
        try:  # before what is wrong: a line that somebody else has settled is no mistake of this form
            refuse_if_changed(request, self.about(), self.sees)
        except DomainError as refused:
            known = known_of(request)  # its twin was done a moment ago
            if known is not None:
                return HttpResponseRedirect(known["url"])
            form.add_error(None, str(refused))
            return self.page(form, 409)
        if not is_valid:
            return self.page(form, 422)
        self.form_done = form
        try:
            done = send_once(
                request, lambda: {"url": self.do(form.cleaned_data, key_of(request))}, record=self.about(),
                sees=self.sees,
            )  # fmt: skip
        except DomainError as refused:
            form.add_error(self.field_of(refused, form), str(refused))
            return self.page(form, 409)
        if self.said:
            toast(request, self.said)
        return HttpResponseRedirect(done["url"])

    def field_of(self, refused: DomainError, form: forms.Form) -> str | None:
        named = self.beside.get(refused.code) or (
            refused.params.get("field") if isinstance(refused, InvalidValue) else None
        )
        return named if named in form.fields else None

    def page(self, form: forms.Form, status: int) -> HttpResponse:
        context = {
            "form": form,
            "heading": self.heading,
            "button": self.button,
            "back": self.back(),
            "key": key_of(self.request),
            "seen": seen_of(self.request, self.about(), self.sees),
            **self.more(form),
        }
        return render(self.request, self.template_name, context, status=status)
