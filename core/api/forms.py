"""The forms of keys and webhooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.api import publishing, scopes

SUBMIT = "leads:submit"
ACCESS = (
    ("submit", _("Only submit leads from web forms")),
    ("read", _("Read everything I may see")),
    ("chosen", _("Only what I choose below")),
    ("all", _("Everything I may do")),
)
DAYS = ((30, _("30 days")), (90, _("90 days")), (180, _("Half a year")), (365, _("A year")))


@dataclass(frozen=True)
class ScopeRow:
    """One resource in the table of choices."""

    path: str
    read: str
    write: str
    reads: bool
    writes: bool


def known_scopes() -> list[str]:
    """All scopes that a key can have, those of modules that are switched off left out."""
    from core.api import resources  # with all of the API, which most processes never need

    shown = [(each.path, each.is_written) for each in resources.everything() if each.is_on]
    return scopes.known([*shown, *((path, False) for path in resources.routers())], [SUBMIT])


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which system uses it, and for what."))
    access = forms.ChoiceField(label=_("The key may"), choices=ACCESS, widget=forms.RadioSelect, initial="read")
    chosen = forms.MultipleChoiceField(label=_("Chosen rights"), required=False)
    days = forms.TypedChoiceField(label=_("Valid for"), choices=DAYS, coerce=int, initial=90)
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["chosen"].choices = [(scope, scope) for scope in known_scopes()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("access") == "chosen" and not cleaned.get("chosen") and "chosen" not in self.errors:
            self.add_error("chosen", _("Choose at least one right."))
        return cleaned

    def scopes(self) -> list[str]:
        """The scopes wished for, of a valid form."""
        fixed = {"all": [scopes.ALL], "read": [scopes.READ_ALL], "submit": [SUBMIT]}
        return fixed.get(self.cleaned_data["access"], self.cleaned_data["chosen"])

    def expires_at(self, at: datetime) -> datetime:
        return at + timedelta(days=self.cleaned_data["days"])

    def scope_rows(self) -> list[ScopeRow]:
        """The table of choices: a row per resource."""
        ticked = set(self.data.getlist("chosen")) if self.is_bound else set()  # type: ignore[attr-defined]
        offered = set(known_scopes())
        paths = sorted({scope.partition(":")[0] for scope in offered if scope.endswith(":read")})
        rows = []
        for path in paths:
            read, write = scopes.needed(path, scopes.READ), scopes.needed(path, scopes.WRITE)
            rows.append(ScopeRow(path, read, write if write in offered else "", read in ticked, write in ticked))
        return rows


class WebhookForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Which system is called, and for what."))
    url = forms.CharField(
        label=_("Address"),
        max_length=320,
        help_text=_("Where calls go, with https://. Addresses inside our own network are refused."),
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    event_names = forms.MultipleChoiceField(
        label=_("It hears when"), widget=forms.CheckboxSelectMultiple, choices=lambda: event_choices()
    )
    is_active = forms.BooleanField(label=_("Calls are made"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def values(self) -> dict[str, Any]:
        """What the services take."""
        names = ("name", "url", "event_names", "is_active")
        return {name: self.cleaned_data[name] for name in names}


def asked(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """What a form asks for, so that the same one sent twice is known again."""
    return sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")


def event_choices() -> Sequence[tuple[str, Any]]:
    return [(name, event.label) for name, event in publishing.declared().items()]
