"""A page that does one thing, to a record or anew: a form, one service call, and back to where it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from core.errors import DomainError, NotAllowed
from core.ui import registers
from core.ui.access import Guarded
from core.ui.sending import key_of, known_of, seen_of, send_once
from core.ui.toasts import toast


class VerbScreen(Guarded, View):
    """GET shows the form, POST does it once. What is wrong answers 422, what a rule refuses 409, nothing typed is lost.

    A subclass says `action`, `heading`, `verb`, `form`, `do` and where it goes afterwards (`goal`). With a
    `register_key` the page is about a record of it: one the user may not know of answers 404, one he may not change
    answers 403.
    """

    register_key: ClassVar[str] = ""
    heading: ClassVar[str | Promise]
    verb: ClassVar[str | Promise] = _("Save")
    template_name: ClassVar[str] = "inventory/verb.html"
    is_final: ClassVar[bool] = False
    sees: ClassVar[tuple[str, ...]] = ()
    record: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user: Any = request.user
        if self.register_key and user.is_authenticated:
            register = registers.by_key(self.register_key)
            if register.may(user, register.view_action):
                self.record = get_object_or_404(register.rows_for(user), pk=kwargs["pk"])
                if self.action and not register.may(user, self.action, self.record):
                    return AccessMixin.handle_no_permission(self)
        return super().dispatch(request, *args, **kwargs)

    @property
    def user(self) -> Any:
        return self.request.user

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def do(self, values: dict[str, Any], key: str) -> Any:
        """Call the service; its record. `key` is the one-time key of the form. Raises DomainError."""
        raise NotImplementedError

    def goal(self, done: Any) -> str:
        """Where the page goes when it is done; `done` is the key of what `do` returned."""
        raise NotImplementedError

    def said(self, done: Any) -> str | Promise:
        return _("Done.")

    def crumbs(self) -> list[tuple[Any, str]]:
        """The path above the page: names with addresses."""
        if self.record is None:
            return []
        register = registers.by_key(self.register_key)
        return [(register.label_plural, register.url("list")), (str(self.record), register.url_of(self.record))]

    def about(self) -> Mapping[str, Any]:
        """What the page shows beside its form."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.page(self.form(), 200)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        known = known_of(request)
        if known is not None:
            return self._done(known)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form, 422)

        def run() -> dict[str, Any]:
            return {"id": getattr(self.do(form.cleaned_data, key_of(request)), "pk", None)}

        try:
            return self._done(send_once(request, run, record=self.record, sees=self.sees))
        except NotAllowed:
            return self.handle_no_permission()
        except DomainError as refused:
            field = getattr(refused, "field", None)
            form.add_error(field if field in form.fields else None, str(refused))
            return self.page(form, 409)

    def _done(self, made: dict[str, Any]) -> HttpResponse:
        toast(self.request, self.said(made["id"]))
        return HttpResponseRedirect(self.goal(made["id"]))

    def page(self, form: forms.Form, status: int) -> HttpResponse:
        crumbs = self.crumbs()
        context = {
            "form": form,
            "record": self.record,
            "crumbs": crumbs,
            "back": crumbs[-1][1] if crumbs else "/",
            "heading": self.heading,
            "verb": self.verb,
            "is_final": self.is_final,
            "key": key_of(self.request),
            "seen": seen_of(self.request, self.record, self.sees) if self.record is not None else "",
            **self.about(),
        }
        return render(self.request, self.template_name, context, status=status)


class ReasonForm(forms.Form):
    """Why something is taken back or called off."""

    reason = forms.CharField(label=_("Reason"), max_length=60)
