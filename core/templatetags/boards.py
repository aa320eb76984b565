"""Tags of boards."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.utils.translation import gettext as _

register = template.Library()


@register.simple_tag(takes_context=True)
def more_of(context: Context, shown: Any) -> str:
    """The address of the same board with more cards in one column; a script asks for that column alone."""
    query = context["request"].GET.copy()
    query[f"show-{shown.column.key}"] = str(shown.next_limit)
    query["column"] = shown.column.key
    return f"?{query.urlencode()}"


@register.filter
def move_label(card: Any) -> str:
    """What a card's handle says to a screen reader. A filter: a board has hundreds of cards."""
    return _("Move %(card)s") % {"card": card}
