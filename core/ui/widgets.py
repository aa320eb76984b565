"""Draws the everyday form widgets without a template for each of them and for each of their options.

Django's own templates say the same (`django/forms/widgets/`), but a select of fifty people costs a hundred of them,
and a form in a fold of every card pays that each time. What is not drawn here goes through its template as always.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.forms import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString

from core.ui.cells import esc

Drawn = dict[str, Any]
FOLDER = "django/forms/widgets/"
INPUTS = ("input", "text", "email", "number", "url", "tel", "search", "color", "password", "hidden", "date", "checkbox")


def _attributes(attributes: dict[str, Any]) -> str:
    return "".join(
        f" {name}" if value is True else f' {name}="{esc(value)}"'
        for name, value in attributes.items()
        if value is not False
    )


def _input(widget: Drawn) -> str:
    value = "" if widget["value"] is None else f' value="{esc(widget["value"])}"'
    return f'<input type="{esc(widget["type"])}" name="{esc(widget["name"])}"{value}{_attributes(widget["attrs"])}>'


def _textarea(widget: Drawn) -> str:
    text = esc(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{esc(widget["name"])}"{_attributes(widget["attrs"])}>\n{text}</textarea>'


def _option(option: Drawn) -> str:
    return f'<option value="{esc(option["value"])}"{_attributes(option["attrs"])}>{esc(option["label"])}</option>'


def select(widget: Drawn) -> SafeString:
    """A select as its widget's context describes it."""
    parts = [f'<select name="{esc(widget["name"])}"{_attributes(widget["attrs"])}>']
    for label, options, _index in widget["optgroups"]:
        drawn = "\n".join(map(_option, options))
        parts.append(f'<optgroup label="{esc(label)}">{drawn}</optgroup>' if label else drawn)
    return SafeString("\n".join([*parts, "</select>"]))


_DRAWERS: dict[str, Callable[[Drawn], str]] = {
    **{f"{FOLDER}{name}.html": _input for name in INPUTS},
    f"{FOLDER}textarea.html": _textarea,
    f"{FOLDER}select.html": select,
}


class Renderer(TemplatesSetting):
    """FORM_RENDERER: templates from the project's folders and apps, everyday widgets drawn here."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> SafeString:
        drawer = _DRAWERS.get(template_name)
        if drawer is not None:
            return SafeString(drawer(context["widget"]))
        return SafeString(super().render(template_name, context, request))


PLAIN = (forms.TextInput, forms.Textarea, forms.Select)
NOT_PLAIN = (forms.SelectMultiple, forms.RadioSelect, forms.HiddenInput)


def field_box(field: BoundField) -> SafeString | None:
    """A field with label and help as crispy's template writes it; None where more has to be said (errors, ticks)."""
    widget = field.field.widget
    if field.errors or field.use_fieldset or not isinstance(widget, PLAIN) or isinstance(widget, NOT_PLAIN):
        return None
    look = "form-select" if isinstance(widget, forms.Select) else "form-control"
    known = widget.attrs.get("class", "").split()
    words = [*known, *(word for word in (type(widget).__name__.lower(), look) if word not in known)]
    drawn = field.as_widget(attrs={**widget.attrs, "class": " ".join(words)})
    required = field.field.required
    mark, star = (" requiredField", '<span class="asteriskField">*</span>') if required else ("", "")
    head = f'<label for="{esc(field.id_for_label)}" class="form-label{mark}">'
    label = f"{head}{esc(field.label)}{star}</label>" if field.label else ""
    name = esc(field.auto_id)
    told = f'<div id="{name}_helptext" class="form-text">{field.help_text}</div>' if field.help_text else ""
    return SafeString(f'<div id="div_{name}" class="mb-3">{label}{drawn}{told}</div>')
