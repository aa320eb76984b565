"""Form fields as people type: amounts with sums in them, days in words, records found by their name."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.remembered import Statement
from core.ui.periods import as_typed, read_day

_OPERATORS: dict[type, Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


class AmountInput(forms.TextInput):
    """Shows a number with the decimal mark of the language, as it is read again: 1280, never 1.28E+3."""

    def format_value(self, value: Any) -> str | None:
        text = f"{value:f}" if isinstance(value, Decimal) else super().format_value(value)
        if text is not None and isinstance(value, Decimal | int | float):
            return text.replace(".", formats.get_format("DECIMAL_SEPARATOR"))
        return text


AT_LEAST, AT_MOST = gettext_lazy("At least %(limit_value)s."), gettext_lazy("At most %(limit_value)s.")


class AmountField(forms.DecimalField):
    """A number that may be typed as a sum: `1200*3`, `4 500,50`, `(80+20)/2`. Rounded to the field's places."""

    widget = AmountInput

    def __init__(self, *, currency: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.currency = currency
        self.widget.attrs.update(inputmode="decimal", autocomplete="off")
        for limit in self.validators:
            if isinstance(limit, MinValueValidator):
                limit.message = AT_LEAST if limit.limit_value else gettext_lazy("This must be zero or more.")
            elif isinstance(limit, MaxValueValidator):
                limit.message = AT_MOST

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = calculated(value) if value.strip() else None
        if value is None:
            return None
        places = Decimal(1).scaleb(-(self.decimal_places or 0))
        try:
            return super().to_python(Decimal(value).quantize(places))
        except InvalidOperation as error:
            raise ValidationError(_("This number is too large.")) from error


def calculated(text: str) -> Decimal:
    """The value of a typed number or sum. Thousands may be grouped as the language does. Raises ValidationError."""
    problem = ValidationError(_("Write a number, or a sum such as 1200*3."))
    try:
        tree = ast.parse(_plain_number(text), mode="eval").body
        return _value(tree)
    except (
        SyntaxError,
        ValueError,
        TypeError,
        InvalidOperation,
        ZeroDivisionError,
        RecursionError,
        MemoryError,
    ) as error:
        raise problem from error


def as_sent(text: str) -> Decimal:
    """The value of an input of type number, which browsers send with a point in every language.

    Raises ValidationError.
    """
    problem = ValidationError(_("Write a number, or a sum such as 1200*3."))
    try:
        value = Decimal(text.strip().replace(",", "."))
    except InvalidOperation as error:
        raise problem from error
    if not value.is_finite():
        raise problem
    return value


def _plain_number(text: str) -> str:
    if len(text) > 60:
        raise ValueError("too long")
    cleaned = "".join(text.split()).replace("\u00a0", "").replace("'", "")
    group, point = formats.get_format("THOUSAND_SEPARATOR"), formats.get_format("DECIMAL_SEPARATOR")
    if "," in cleaned and "." in cleaned:
        # The last of the two marks stands before the decimals.
        point = "," if cleaned.rindex(",") > cleaned.rindex(".") else "."
        group = "." if point == "," else ","
    elif group in (",", ".") and group in cleaned:
        # The language's mark of thousands with three digits behind groups them; otherwise it stands before decimals.
        tail = cleaned.rsplit(group, 1)[1]
        if not (len(tail) == 3 and tail.isdigit()):
            point, group = group, ""
    if group.strip():
        cleaned = cleaned.replace(group, "")
    return cleaned.replace(point, ".")


def _value(node: ast.AST) -> Decimal:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return Decimal(str(node.value))
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.left), _value(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand)
    raise ValueError("not a number")


class DayInput(forms.DateInput):
    """Shows a day as people of the language write it; what was typed stays. The calendar writes the same form."""

    def format_value(self, value: Any) -> str | None:
        return as_typed(value) if isinstance(value, date) else super().format_value(value)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"].update({"data-day": formats.get_format("SHORT_DATE_FORMAT"), "autocomplete": "off"})
        return context


class DayField(forms.DateField):
    """A day: typed, in words (tomorrow, next friday, +14) or from the calendar."""

    widget = DayInput

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and value.strip():
            day = read_day(value, today=timezone.localdate())
            if day is None:
                raise ValidationError(what_a_day_is())
            return day
        return super().to_python(value)

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        """A day that comes with the address of the form is shown like any other."""
        known = form.initial.get(field_name)
        if isinstance(known, str) and (day := read_day(known, today=timezone.localdate())):
            form.initial[field_name] = day
        return super().get_bound_field(form, field_name)


def what_a_day_is() -> str:
    """What to say beside a day that nobody can read."""
    return _("Write a day such as %(day)s, or words such as “tomorrow”.") % {"day": as_typed(date(2026, 3, 25))}


class RecordSelect(forms.Select):
    """A select that looks records up by what is typed; without scripts it offers the newest thirty."""

    template_name = "ui/widgets/record_select.html"
    OFFERED = 30

    def __init__(self, register: Any, *, creates: bool = False, offers: str = "", attrs: Any = None) -> None:
        super().__init__(attrs)
        self.register, self.creates, self.offers = register, creates, offers

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["attrs"]["data-records"] = self.offers or self.register.url("choices")
        widget["create_url"] = self.register.url("new") if self.creates else ""
        widget["register"] = self.register
        return context


class FirstRecords(forms.models.ModelChoiceIterator):
    """The chosen record and the newest others: a page never carries twenty thousand options."""

    def __iter__(self) -> Any:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        chosen = getattr(self.field, "chosen_id", None)
        rows = self.newest()
        if chosen and all(row.pk != chosen for row in rows):
            rows = [*self.queryset.filter(pk=chosen), *rows]
        for row in rows:
            yield self.choice(row)

    def newest(self) -> list[Any]:
        return list(self.queryset.order_by("-pk")[: RecordSelect.OFFERED])


class FirstOfRegister(FirstRecords):
    """The same of all that the user may see in a register, which is asked when something is to be shown or found."""

    def __init__(self, field: Any) -> None:
        self.field = field

    @property
    def queryset(self) -> Any:  # type: ignore[override]
        return self.field.queryset

    def newest(self) -> list[Any]:
        field: Any = self.field
        register, user = field.register, field.user
        if field.is_narrowed or not register.rows_are_steady:
            return super().newest()
        memory, place = policy.memory_of(user), ("newest", register.key)
        if place not in memory:
            memory[place] = Statement(register.visible_to(user).order_by("-pk")[: RecordSelect.OFFERED])
        return memory[place].ask()  # type: ignore[no-any-return]


class RecordField(forms.ModelChoiceField):
    """A record of another register, out of those the user may see.

    `rows` and `offers` (the address of a `ChoicesScreen`) narrow it to some of them; then none is made on the way.
    """

    iterator = FirstOfRegister
    chosen_id: int | None = None

    def __init__(self, register: Any, user: Any, *, rows: Any = None, offers: str = "", **kwargs: Any) -> None:
        self.register, self.user, self.is_narrowed = register, user, rows is not None
        creates = not offers and register.may(user, register.create_action) and register.form_class is not None
        super().__init__(queryset=rows, widget=RecordSelect(register, creates=creates, offers=offers), **kwargs)
        self.error_messages["invalid_choice"] = _("This record does not exist, or you may not see it.")

    def _get_queryset(self) -> Any:
        if self._queryset is None:  # type: ignore[has-type]
            self._queryset = self.register.visible_to(self.user)
        return self._queryset

    def _set_queryset(self, queryset: Any) -> None:
        self.is_narrowed = queryset is not None
        super()._set_queryset(queryset)  # type: ignore[misc]

    queryset = property(_get_queryset, _set_queryset)

    def get_bound_field(self, form: Any, field_name: str) -> Any:
        """What the address, the record or the sent form has chosen is offered, however many records are newer."""
        bound = super().get_bound_field(form, field_name)
        value = bound.value()
        chosen = str(getattr(value, "pk", value) or "")
        if chosen.isdigit():
            self.chosen_id = int(chosen)
        return bound
