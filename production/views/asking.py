"""A small question of a card: a form on a page of its own, one service behind it, and back to the card."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.errors import DomainError, NotAllowed
from core.ui.screens import OfRecord
from core.ui.sending import key_of, known_of, seen_of, send_once
from core.ui.toasts import toast


class Ask(OfRecord):
    """A subclass says: `heading`, `verb`, `form()` and `keep()`. What is wrong answers 422, a refusal 409.

    The form carries a one-time key, so that sending it twice does it once.
    """

    heading: ClassVar[str | Promise]
    verb: ClassVar[str | Promise]
    text: ClassVar[str | Promise] = ""
    danger: ClassVar[bool] = False
    sees: ClassVar[tuple[str, ...]] = ()
    asked: Any

    def form(self, data: Any = None) -> forms.Form:
        raise NotImplementedError

    def keep(self, data: dict[str, Any], key: str) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        return self._page(self.form(), 200)

    def post(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        if known_of(request) is not None:
            return self._done()
        form = self.asked = self.form(request.POST)
        if not form.is_valid():
            return self._page(form, 422)

        def run() -> str:
            self.keep(form.cleaned_data, key_of(request))
            return "kept"

        try:
            send_once(request, run, record=self.record, sees=self.sees)
        except NotAllowed:
            raise
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self._page(form, 409)
        return self._done()

    def _done(self) -> HttpResponse:
        toast(self.request, self.said())
        return HttpResponseRedirect(self.next_url())

    def said(self) -> str:
        return _("Saved.")

    def next_url(self) -> str:
        return self.register.url_of(self.record)

    def _page(self, form: forms.Form, status: int) -> HttpResponse:
        context = {
            "form": form, "record": self.record, "record_url": self.register.url_of(self.record),
            "key": key_of(self.request), "seen": seen_of(self.request, self.record, self.sees),
            "heading": self.heading, "verb": self.verb, "text": self.text, "danger": self.danger,
            "list_url": self.register.url("list"), "register": self.register,
        }  # fmt: skip
        return render(self.request, "production/ask.html", context, status=status)


class Press(OfRecord):
    """A button of a card: one service call whose second call changes nothing; a refusal is told on the card."""

    def press(self) -> None:
        raise NotImplementedError

    def said(self) -> str:
        return _("Saved.")

    def post(self, request: HttpRequest, register: str, pk: int) -> HttpResponse:
        try:
            self.press()
        except NotAllowed:
            raise
        except DomainError as refused:
            toast(request, refused, level="bad")
        else:
            toast(request, self.said())
        return HttpResponseRedirect(self.register.url_of(self.record))
