from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.documents.labels import LabelSize


class LabelForm(forms.Form):
    """How labels are printed. `ids` says of which records: numbers with commas between."""

    ids = forms.CharField(widget=forms.HiddenInput)
    size = forms.ChoiceField(label=_("Sheet"), choices=LabelSize.choices, widget=forms.RadioSelect)
    copies = forms.IntegerField(label=_("Copies of each"), min_value=1, max_value=500, initial=1)
    skip = forms.IntegerField(
        label=_("Labels already used on the first sheet"),
        min_value=0,
        max_value=23,
        initial=0,
        required=False,
        help_text=_("They stay empty, so that a sheet begun can be used up."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["size"].initial = LabelSize.SHEET24
        for name in ("copies", "skip"):
            self.fields[name].widget.attrs["class"] = "form-control"

    def clean_ids(self) -> list[int]:
        found = [part for part in self.cleaned_data["ids"].split(",") if part.strip()]
        if not found or not all(part.strip().isdigit() and len(part.strip()) < 19 for part in found):
            raise forms.ValidationError(_("Choose at least one record."))
        return [int(part) for part in found]

    def clean_skip(self) -> int:
        return self.cleaned_data["skip"] or 0

    def clean_size(self) -> LabelSize:
        return LabelSize(self.cleaned_data["size"])


class FileForm(forms.Form):
    """One or several files for a record."""

    file = forms.FileField(label=_("File"), allow_empty_file=True)
