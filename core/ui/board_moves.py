"""Moves of cards on a board: asked, made or refused, and answered."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core import policy
from core.errors import DomainError, NotAllowed
from core.ui.shown_columns import BoardColumn
from core.ui.toasts import toast


class Moving:
    """What a board does with a move; the board knows its columns, its records and the service behind it."""

    def post(self: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Move a card, or add one. The plain form goes back to the board; a script gets the parts that changed."""
        if "add" in request.POST:
            return self._add(request.POST["add"])
        record = self._record(request.POST.get("record", ""))
        column = self.by_key.get(request.POST.get("to", ""))
        was = getattr(record, self.column_field)
        if column is None or not column.takes:
            return self._refuse(_("Cards do not go into this column by hand."), 409)
        asked: dict[str, Any] = {}
        if column.asks is not None and column.key != was:
            try:
                form = self.asking_form(column, record, request.POST)
            except DomainError as refused:
                return self._refuse(refused, 409, record)
            if not form.is_valid():
                return self._ask(record, column.key, form)
            asked = form.cleaned_data
        version = request.POST.get("version", "")
        try:
            if column.key != was:
                self.carry(record, column.key, asked, int(version) if version.isdigit() else None)
        except NotAllowed as refused:
            return self._refuse(refused, 403)
        except DomainError as refused:
            return self._refuse(refused, 409, record)
        return self._moved(record, was, column)

    def _ask(self: Any, record: Any, to: str, form: forms.Form | None = None) -> HttpResponse:
        """The list of columns for a card, or what one column asks before it takes the card."""
        if not policy.allows(self.actor, self.move_action, record):
            raise PermissionDenied
        column = self.by_key.get(to)
        if column is not None and column.asks is not None:
            try:
                form = form or self.asking_form(column, record)
            except DomainError as refused:
                return self._refuse(refused, 409, record)
        here = getattr(record, self.column_field)
        context = self._context(
            record=record,
            column=column if form is not None else None,
            form=form,
            here=self.by_key.get(here),
            targets=[target for target in self.columns if target.takes and target.key != here],
        )
        template = "ui/board/_move.html" if self._is_part() else "ui/board/move.html"
        response = render(self.request, template, context, status=422 if form is not None and form.is_bound else 200)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def _refuse(self: Any, why: Any, status: int, record: Any = None) -> HttpResponse:
        """Say why a card stays where it was."""
        mends = self.mends(why, record) if isinstance(why, DomainError) else {}
        text = _("%(card)s stayed where it was. %(why)s") % {"card": record, "why": why} if record else str(why)
        if not self._is_part():
            toast(self.request, text, level="bad")
            return HttpResponseRedirect(self.here)
        context = {"toasts": [{"level": "bad", "text": text, **mends}], "oob": True}
        return HttpResponse(render_to_string("ui/_toasts.html", context, self.request), status=status)

    def _moved(self: Any, record: Any, was: str, column: BoardColumn) -> HttpResponse:
        """The card as it is now, the heads of both columns, and a toast that may offer the way back."""
        heads = self.heads(*{was, column.key} & set(self.by_key)).values() if self._is_part() else ()
        fresh = self._fresh(record)
        words = {"card": record, "column": column.label}
        said: dict[str, Any] = {"level": "ok", "text": _("%(card)s moved to %(column)s") % words}
        if fresh is not None and was != column.key and self.can_go_back(fresh, was):
            said["undo_url"] = self.request.get_full_path()
            said["undo_fields"] = {"record": fresh.pk, "to": was, "version": fresh.version}
        if not self._is_part():
            toast(self.request, said["text"])
            return HttpResponseRedirect(self.here)
        toasts = [said] if was != column.key else []
        context = self._context(card=fresh, heads=heads, toasts=toasts, oob=True)
        return render(self.request, "ui/board/_moved.html", context)
