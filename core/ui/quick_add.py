"""Quick add: a card typed in a few words, in the column of a board where it is to stand.

GET `?add=<column>` is the form, alone for a script and on a page of its own without one. POST makes the record by the
screen's service; the same form sent twice makes one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core import policy
from core.errors import DomainError
from core.services.idempotency import once
from core.ui.drafts import new_key
from core.ui.toasts import toast


class QuickAdd:
    """What a board needs for it. A screen says `add_form`, `add_action`, `add_columns` and what `add` calls."""

    add_form: ClassVar[type[forms.Form] | None] = None
    add_columns: Sequence[str] = ()
    add_action: ClassVar[str] = ""

    def add(self, values: Mapping[str, Any], column: str) -> Any:
        """Call the service that makes a record of the form, in a column. Raises DomainError."""
        raise NotImplementedError

    @cached_property
    def may_add(self: Any) -> bool:
        return self.add_form is not None and policy.allows(self.actor, self.add_action)

    def may_add_to(self: Any, column: str) -> bool:
        return column in self.add_columns and self.may_add

    def _ask_to_add(self: Any, column: str) -> HttpResponse:
        """The empty form of a column."""
        if not self.may_add:
            raise PermissionDenied
        if column not in self.add_columns:
            return self._refuse(_("Nothing is added to this column by hand."), 409)
        return self._add_form(column, self._form_of(column), new_key(), 200)

    def _form_of(self: Any, column: str, data: Any = None) -> forms.Form:
        """Each column has fields of its own, whose labels find them."""
        return self.add_form(data, prefix="add", auto_id=f"{column}-%s")

    def _add_form(self: Any, column: str, form: forms.Form, key: str, status: int) -> HttpResponse:
        template = "ui/board/_add.html" if self._is_part() else "ui/board/add.html"
        context = {
            "form": form,
            "key": key,
            "column": self.by_key[column],
            "title": self.title,
            "back": self.here,
        }
        response = render(self.request, template, context, status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def _add(self: Any, column: str) -> HttpResponse:
        """The new card and the head of its column, or the form again with what is wrong."""
        if not self.may_add:
            raise PermissionDenied
        if column not in self.add_columns:
            return self._refuse(_("Nothing is added to this column by hand."), 409)
        form = self._form_of(column, self.request.POST)
        key, added = self.request.POST.get("key") or new_key(), None
        if form.is_valid():
            body = {name: self.request.POST.get(f"add-{name}", "") for name in sorted(form.fields)}
            scope = f"board:{self.request.path}:{self.actor.pk}"
            try:
                made = once(
                    scope=scope,
                    key=key,
                    body={**body, "column": column},
                    run=lambda: {"id": self.add(form.cleaned_data, column).pk},
                )
                added = self.model._default_manager.get(pk=made["id"])
            except DomainError as refused:
                form.add_error(None, str(refused))
        if added is None:
            return self._add_form(column, form, key, 422)
        if not self._is_part():
            toast(self.request, _("%(card)s was added") % {"card": added})
            return HttpResponseRedirect(self.here)
        fresh = self._fresh(added)
        unseen = _("%(card)s was added. What narrows this board leaves it out.") % {"card": added}
        toasts = [] if fresh is not None else [{"level": "ok", "text": unseen}]
        context = self._context(card=fresh, heads=self.heads(column).values(), toasts=toasts, oob=True)
        return render(self.request, "ui/board/_moved.html", context)
