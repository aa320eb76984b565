"""A page on which somebody writes something down: kept once, however often its form is sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.services.idempotency import once
from core.ui.drafts import new_key
from core.ui.toasts import toast


class Writing:
    """What is wrong brings the form back on a page of its own, nothing lost. `subject` is what the page names above
    the form and where that leads, `done` where the person goes when it is kept."""

    request: HttpRequest
    heading: Any = ""

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def keep(self, data: dict[str, Any]) -> Any:
        """One service call; the record that was made."""
        raise NotImplementedError

    def subject(self) -> tuple[Any, str]:
        raise NotImplementedError

    def done(self, request: HttpRequest) -> HttpResponse:
        raise NotImplementedError

    def post(self, request: HttpRequest, *_args: Any, **named: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, 422)
        data = form.cleaned_data
        body = {name: request.POST.getlist(name) for name in sorted(form.fields)}
        scope = [type(self).__name__, *named.values(), request.user.pk]
        try:
            once(
                scope=":".join(str(part) for part in scope),
                key=request.POST.get("key") or new_key(),
                body=body,
                run=lambda: {"id": self.keep(data).pk},
            )
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.page(form, 409)
        toast(request, _("Written down."))
        return self.done(request)

    def page(self, form: forms.Form, status: int, template: str = "crm/compose.html") -> HttpResponse:
        record, url = self.subject()
        context = {
            "form": form,
            "record": record,
            "record_url": url,
            "heading": self.heading,
            "key": self.request.POST.get("key") or new_key(),
        }
        return render(self.request, template, context, status=status)
