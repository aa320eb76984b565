"""Form fields of support: a stretch of time, several files, parts with their quantities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django.utils.translation import gettext as _

from core.ui.moments import MomentField, MomentInput


class SlotWidget(forms.MultiWidget):
    """From and until, each with day and time."""

    template_name = "support/widgets/slot.html"

    def __init__(self, attrs: Any = None) -> None:
        super().__init__([MomentInput(), MomentInput()], attrs)

    def decompress(self, value: Any) -> list[Any]:
        if value is None:
            return [None, None]
        return [timezone.localtime(end) if end else None for end in (value.lower, value.upper)]


class SlotField(forms.MultiValueField):
    """A stretch of time with both ends, or none at all."""

    widget = SlotWidget

    def __init__(self, **kwargs: Any) -> None:
        ends = (MomentField(required=False), MomentField(required=False))
        super().__init__(ends, require_all_fields=False, **kwargs)

    def compress(self, data_list: Sequence[datetime | None]) -> DateTimeTZRange | None:
        starts, ends = data_list or (None, None)
        if starts is None and ends is None:
            return None
        if starts is None or ends is None:
            raise ValidationError(_("Name both ends of the time, or none."))
        if ends <= starts:
            raise ValidationError(_("The end lies before the start."))
        return DateTimeTZRange(starts, ends)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.clean(data) != initial)
        except ValidationError:
            return True


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files in one field; clean gives a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if not data:
            return []
        return [super(ManyFilesField, self).clean(one, initial) for one in data]
