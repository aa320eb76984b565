"""Actions on many records: which rows are skipped and why, done at once or, over 200 rows, in the background."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import DomainError
from core.models import User
from core.ui import bins, remarks, undo
from core.ui.registers import Register

AT_ONCE = 200


@dataclass
class Result:
    """What came of a bulk action."""

    done: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    steps: list[undo.Step] = field(default_factory=list)

    def words(self) -> str:
        return ngettext("%(count)d record changed.", "%(count)d records changed.", self.done) % {"count": self.done}


class BulkAction(ABC):
    """Something that can be done with a selection. `action` names the register's right that it needs."""

    key: ClassVar[str]
    label: ClassVar[str | Promise]
    icon: ClassVar[str]
    right: ClassVar[str] = "change_action"

    def is_offered(self, register: Register, user: Any) -> bool:
        return register.may(user, getattr(register, self.right))

    def form(self, data: Any, *, register: Register, user: Any) -> forms.Form | None:
        """The question to ask first; None when there is none."""
        return None

    def reason_to_skip(self, register: Register, record: Any, user: Any) -> str:
        """Why this record is left out; "" when it is not."""
        if not register.may(user, getattr(register, self.right), record):
            return _("You have no right to change it.")
        return ""

    @abstractmethod
    def apply(self, register: Register, record: Any, values: dict[str, Any], by: Any) -> undo.Step | None:
        """Do it with one record, through its service."""


class ChangeOwner(BulkAction):
    key, label, icon = "owner", gettext_lazy("Change owner"), "user-share"

    class Form(forms.Form):
        owner = forms.ModelChoiceField(queryset=User.objects.none(), label=gettext_lazy("New owner"))

    def form(self, data: Any, *, register: Register, user: Any) -> forms.Form:
        made = self.Form(data)
        made.fields["owner"].queryset = User.objects.filter(is_active=True).order_by("first_name", "last_name")  # type: ignore[attr-defined]
        return made

    def apply(self, register: Register, record: Any, values: dict[str, Any], by: Any) -> undo.Step | None:
        changes = {register.owner_field: values["owner"]}
        before = undo.before_values(record, changes)
        record = register.change(record=record, changes=changes, version=None, by=by)
        return undo.Step(register.key, record.pk, record.version, before)


class EditField(BulkAction):
    """Give one field of the form the same value everywhere, own fields included."""

    key, label, icon = "edit", gettext_lazy("Edit a field"), "edit"

    def form(self, data: Any, *, register: Register, user: Any) -> forms.Form:
        whole = register.form_class(None, user=user, register=register)
        names = [name for name in whole.fields if name not in register.single_fields]
        chosen = (data or {}).get("field", "")
        picker = forms.ChoiceField(label=_("Field"), choices=[(name, whole.fields[name].label) for name in names])
        if chosen not in names:
            return type("FieldPicker", (forms.Form,), {"field": picker, "asks_more": True})(None)
        made = register.form_class(data if "confirmed" in data else None, user=user, register=register, only=[chosen])
        made.fields["field"] = forms.CharField(widget=forms.HiddenInput, initial=chosen)
        made.helper = None
        return made

    def apply(self, register: Register, record: Any, values: dict[str, Any], by: Any) -> undo.Step | None:
        changes = {values["field"]: values[values["field"]]}
        before = undo.before_values(record, changes)
        record = register.change(record=record, changes=changes, version=None, by=by)
        return undo.Step(register.key, record.pk, record.version, before)


class AddTag(BulkAction):
    key, label, icon = "tag", gettext_lazy("Add tags"), "tag"

    class Form(forms.Form):
        names = forms.CharField(label=gettext_lazy("Tags"), help_text=gettext_lazy("Several with commas between them."))

    def form(self, data: Any, *, register: Register, user: Any) -> forms.Form:
        return self.Form(data)

    def apply(self, register: Register, record: Any, values: dict[str, Any], by: Any) -> None:
        known = [tag.name for tag in remarks.tags_of(record)]
        remarks.tag(register=register.key, record_id=record.pk, names=[*known, *values["names"].split(",")], by=by)


class MoveToBin(BulkAction):
    key, label, icon, right = "bin", gettext_lazy("Move to bin"), "trash", "bin_action"

    def apply(self, register: Register, record: Any, values: dict[str, Any], by: Any) -> undo.Step | None:
        record = bins.put_into_bin(register=register.key, record_id=record.pk, at=timezone.now(), by=by)
        return undo.Step(register.key, record.pk, record.version, {"binned_at": None})


STANDARD = (ChangeOwner(), EditField(), AddTag(), MoveToBin())


def action_of(register: Register, key: str) -> BulkAction | None:
    return next((action for action in register.bulk_actions if action.key == key), None)


def chosen(register: Register, user: Any, *, ids: Iterable[int], address: str | None) -> QuerySet[Any]:
    """The selected rows the user may see: those of the ids, or every row of a list's address."""
    rows = register.visible_to(user)
    if address is None:
        return rows.filter(pk__in=list(ids))
    narrowed = register.filter_class(QueryDict(address), rows, register=register, user=user)
    return narrowed.qs


def run(action: BulkAction, register: Register, ids: Iterable[int], values: dict[str, Any], by: Any) -> Result:
    """Do it with each record on its own: a refusal skips that one and says why; the others are done."""
    result = Result()
    rows = register.visible_to(by).in_bulk(list(ids))
    for pk in sorted(rows):
        _one(action, register, rows[pk], values, by, result)
    return result


def _one(action: BulkAction, register: Register, record: Any, values: dict[str, Any], by: Any, result: Result) -> None:
    reason = action.reason_to_skip(register, record, by)
    if not reason:
        try:
            with transaction.atomic():
                step = action.apply(register, record, values, by)
        except DomainError as refused:
            reason = str(refused)
    if reason:
        result.skipped.append((str(record), reason))
        return
    result.done += 1
    if step is not None:
        result.steps.append(step)
