"""Forms about web forms: the one that builds them, and the one a visitor fills in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from core.ui.forms import Group, RecordForm
from crm.choices import QuestionKind
from crm.errors import TooPale
from crm.looks import LEAST_CONTRAST, contrast_with_white
from crm.models import WebForm
from crm.webforms import Question, questions_of

TRAP = "homepage"
UTM = ("utm_campaign", "utm_source", "utm_medium", "utm_term", "utm_content")
LONGEST = 5000


class WebFormForm(RecordForm):
    language = forms.ChoiceField(
        label=_("Language"), choices=[("", _("The visitor’s")), *settings.LANGUAGES], required=False
    )
    colour = forms.RegexField(
        r"^#[0-9A-Fa-f]{6}$", label=_("Colour of the button"), widget=forms.TextInput(attrs={"type": "color"})
    )
    groups = (
        Group(_("Form"), ("name", "is_active", "source", "owner")),
        Group(
            _("What the visitor reads"), ("title", "intro", "button_text", "thanks_text", "consent_text", "language")
        ),
        Group(_("Look and place"), ("colour", "frame_hosts")),
        Group(_("More"), ("hourly_limit",), more=True),
    )

    class Meta:
        model = WebForm
        fields = (
            "name", "is_active", "source", "owner", "title", "intro", "button_text", "thanks_text", "consent_text",
            "language", "colour", "frame_hosts", "hourly_limit",
        )  # fmt: skip
        widgets = {
            name: forms.Textarea(attrs={"rows": 3}) for name in ("intro", "thanks_text", "consent_text", "frame_hosts")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "colour" in self.fields and self.record is None:
            self.fields["colour"].initial = WebForm._meta.get_field("colour").default

    def clean_colour(self) -> str:
        colour = str(self.cleaned_data["colour"]).lower()
        contrast = contrast_with_white(colour)
        if contrast < LEAST_CONTRAST:
            raise forms.ValidationError(str(TooPale(colour=colour, contrast=f"{contrast:.1f}")))
        return colour


class VisitorForm(forms.Form):
    """The questions of one web form, the trap, and the consent where one is asked for."""

    def __init__(self, data: Any = None, *, webform: WebForm) -> None:
        super().__init__(data, auto_id="f_%s")
        self.webform, self.questions = webform, questions_of(webform)
        for question in self.questions:
            field = _field(question)
            field.label, field.required = question.words, question.required
            self.fields[question.key] = field
        if webform.consent_text:
            self.fields["consent"] = forms.BooleanField(label=webform.consent_text)
        self.fields[TRAP] = forms.CharField(required=False)

    @property
    def asked(self) -> list[Any]:
        """The fields of the questions, in their order."""
        return [self[question.key] for question in self.questions]

    @property
    def trapped(self) -> bool:
        return bool(self.data.get(TRAP, "").strip())


def _field(question: Question) -> forms.Field:
    kind = question.kind
    attrs: dict[str, Any] = {"autocomplete": _AUTOCOMPLETE.get(kind, "off"), "class": "form-control tall"}
    if kind == QuestionKind.EMAIL:
        return forms.EmailField(max_length=320, widget=forms.EmailInput(attrs=attrs))
    if kind == QuestionKind.PHONE:
        return forms.CharField(
            max_length=60, widget=forms.TextInput(attrs={**attrs, "type": "tel", "inputmode": "tel"})
        )
    if kind == QuestionKind.BUDGET:
        widget = forms.NumberInput(attrs={**attrs, "inputmode": "decimal"})
        return forms.DecimalField(min_value=0, max_digits=14, decimal_places=2, widget=widget)
    if kind in (QuestionKind.MESSAGE, QuestionKind.LONG):
        return forms.CharField(max_length=LONGEST, widget=forms.Textarea(attrs={**attrs, "rows": 4}))
    if kind == QuestionKind.CHOICE:
        choices = [("", "—"), *((option, option) for option in question.options)]
        return forms.ChoiceField(choices=choices, widget=forms.Select(attrs={"class": "form-select tall"}))
    if kind == QuestionKind.YES:
        return forms.BooleanField(widget=forms.CheckboxInput(attrs={"class": "form-check-input"}))
    return forms.CharField(max_length=200, widget=forms.TextInput(attrs=attrs))


_AUTOCOMPLETE = {"name": "name", "company": "organization", "email": "email", "phone": "tel"}
