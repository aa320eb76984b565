"""Forms of notices: how a user wants to hear of things, and when he wants to be reminded."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.notices import places, selectors
from core.notices.choices import Lead, Mail
from core.ui.moments import MomentField, MomentInput

MORNING = time(9)


class PreferencesForm(forms.Form):
    """One line per kind of notice, and the daily mail."""

    digest_on = forms.BooleanField(label=_("Send me a daily mail"), required=False)
    digest_hour = forms.TypedChoiceField(
        label=_("At"), coerce=int, choices=[(hour, f"{hour:02d}:00") for hour in range(24)]
    )
    task_lead_minutes = forms.TypedChoiceField(label=_("Remind me of a task"), coerce=int, choices=Lead.choices)

    def __init__(self, data: Any = None, *, user: Any) -> None:
        settings = selectors.settings_of(user)
        super().__init__(
            data,
            initial={
                "digest_on": settings.digest_on,
                "digest_hour": settings.digest_hour,
                "task_lead_minutes": settings.task_lead_minutes,
            },
        )
        self.kinds = []
        for kind, in_bell, mail in selectors.preferences_of(user):
            bell = self.fields[f"bell-{kind.code}"] = forms.BooleanField(
                label=_("In the bell"), required=False, initial=in_bell
            )
            post = self.fields[f"mail-{kind.code}"] = forms.ChoiceField(
                label=_("By mail"), choices=Mail.choices, initial=mail
            )
            bell.widget.attrs |= {"class": "ck", "aria-label": f"{kind.label}: {bell.label}"}
            post.widget.attrs |= {"class": "form-select", "aria-label": f"{kind.label}: {post.label}"}
            self.kinds.append(kind)
        self.fields["digest_on"].widget.attrs["class"] = "ck"
        for name in ("digest_hour", "task_lead_minutes"):
            self.fields[name].widget.attrs["class"] = "form-select"

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """For the table: kind, field of the bell, field of the mail."""
        return [(kind, self[f"bell-{kind.code}"], self[f"mail-{kind.code}"]) for kind in self.kinds]

    def wishes(self) -> dict[str, tuple[bool, str]]:
        values = self.cleaned_data
        return {kind.code: (values[f"bell-{kind.code}"], values[f"mail-{kind.code}"]) for kind in self.kinds}


class RemindForm(forms.Form):
    """When to be reminded, in the user's own time, and of what."""

    WHEN = [
        ("hour", _("In 1 hour")),
        ("tomorrow", _("Tomorrow at 9:00")),
        ("monday", _("Next Monday at 9:00")),
        ("at", _("At another time")),
    ]
    when = forms.ChoiceField(choices=WHEN, required=False)
    at = MomentField(label=_("Date and time"), required=False, widget=MomentInput(attrs={"class": "form-control"}))
    text = forms.CharField(
        label=_("What about"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    def __init__(self, data: Any = None, *, user: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.user, self.now = user, now

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        when = values.get("when") or "at"
        if when == "at":
            if not values.get("at") and "at" not in self.errors:
                self.add_error("at", _("Say when."))
        elif when == "hour":
            # To the full minute, so that a double click asks for the same.
            values["at"] = self.now.replace(second=0, microsecond=0) + timedelta(hours=1)
        else:
            values["at"] = self._morning(when)
        return values

    def _morning(self, when: str) -> datetime:
        today = places.local(self.user, self.now).date()
        days = 1 if when == "tomorrow" else 7 - today.weekday()
        return datetime.combine(today + timedelta(days=days), MORNING, tzinfo=places.zone_of(self.user))

    def full_clean(self) -> None:
        """Moments are typed in the user's own time, wherever the server stands."""
        with timezone.override(places.zone_of(self.user)):
            super().full_clean()
