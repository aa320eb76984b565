"""Draws the everyday form widgets without a template for each of them and for each of their options.

Django's own templates say the same (`django/forms/widgets/`), but a select of fifty people costs a hundred of them,
and a form in a fold of every card pays that each time. What is not drawn here goes through its template as always.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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
        return super().render(template_name, context, request)
