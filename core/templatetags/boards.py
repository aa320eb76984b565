"""Tags of boards."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.ui import board_columns

register = template.Library()


@register.simple_tag(takes_context=True)
def column_of(context: Context, shown: Any) -> SafeString:
    """A column of a board; its head and its cards by the board's templates, where it does not draw them itself."""
    board = context["board"]
    return board_columns.column(
        shown,
        head=shown.head or _written(board.head_template, context, shown),
        cards=_written("ui/board/_cards.html", context, shown) if board.card_template else shown.drawn,
        more=board.standing.more(shown.column.key, shown.next_limit),
    )


@register.simple_tag(takes_context=True)
def head_of(context: Context, shown: Any) -> SafeString:
    """The head of a column alone."""
    return shown.head or _written(context["board"].head_template, context, shown)


def _written(name: str, context: Context, shown: Any) -> SafeString:
    with context.push(shown=shown):
        return get_template(name).template.render(context)  # type: ignore[attr-defined,no-any-return]


@register.filter
def move_label(card: Any) -> str:
    """What a card's handle says to a screen reader. A filter: a board has hundreds of cards."""
    return _("Move %(card)s") % {"card": card}
