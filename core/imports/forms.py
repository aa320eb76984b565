"""Forms of the import pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.imports.reading import Facts
from core.imports.reading.dates import ORDERS
from core.imports.reading.delimited import DELIMITERS, QUOTES
from core.imports.reading.encodings import ENCODINGS
from core.imports.reading.limits import MAX_FILE_BYTES, MIB
from core.imports.reading.numbers import MARKS


class UploadForm(forms.Form):
    """The file, and what its rows are."""

    profile = forms.ChoiceField(label=_("What do the rows hold?"), widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        help_text=format_lazy(_("CSV, Excel (.xlsx) or vCard, up to {limit} MB."), limit=MAX_FILE_BYTES // MIB),
        widget=forms.FileInput(
            attrs={"accept": ".csv,.txt,.tsv,.xlsx,.vcf,text/csv,text/vcard", "class": "form-control"}
        ),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["profile"]
        field.choices = choices


class ReadingForm(forms.Form):
    """How the file is read; what was found out stands in it to begin with."""

    encoding = forms.ChoiceField(label=_("Encoding"), choices=list(ENCODINGS.items()), required=False)
    delimiter = forms.ChoiceField(label=_("Separator"), required=False)
    quote = forms.ChoiceField(label=_("Quotation mark"), choices=[(sign, sign) for sign in QUOTES], required=False)
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_line = forms.IntegerField(
        label=_("Line of the headings"), min_value=0, max_value=1000, required=False,
        help_text=_("0 when the file has no headings."),
    )  # fmt: skip
    decimal = forms.ChoiceField(label=_("Numbers look like"), choices=list(MARKS.items()), required=False)
    dates = forms.ChoiceField(label=_("Dates look like"), choices=list(ORDERS.items()), required=False)

    def __init__(self, *args: Any, facts: Facts, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(facts, name) for name in self.base_fields})
        super().__init__(*args, **kwargs)
        words = {",": _("comma  ,"), ";": _("semicolon  ;"), "\t": _("tab"), "|": _("bar  |")}
        fields: dict[str, Any] = dict(self.fields)
        fields["delimiter"].choices = [(sign, words[sign]) for sign in DELIMITERS]
        fields["delimiter"].choices += [] if facts.delimiter in DELIMITERS else [(facts.delimiter, facts.delimiter)]
        fields["sheet"].choices = [(name, name) for name in facts.sheets]
        if facts.encoding not in ENCODINGS and facts.encoding:
            fields["encoding"].choices = [*ENCODINGS.items(), (facts.encoding, facts.encoding)]
        gone = {"csv": ["sheet"], "xlsx": ["encoding", "delimiter", "quote"], "vcard": ["delimiter", "quote", "sheet",
            "header_line", "decimal", "dates"]}  # fmt: skip
        for name in gone[facts.format]:
            del self.fields[name]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "header_line" else "form-select"

    def changed_options(self, facts: Facts, before: dict[str, Any]) -> dict[str, Any]:
        """What differs from what was found out, or was decided before."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in (None, "") and (name in before or value != getattr(facts, name))
        }
