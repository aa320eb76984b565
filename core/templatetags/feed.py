"""The feed and the facts of a card."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from core.ui import factlines, feed
from core.ui.facts import Fact

register = template.Library()
register.filter("feed_lines", feed.lines)
register.filter("fact_lines", factlines.lines)


@register.simple_tag
def fact_line(fact: Fact, saved: bool | str = False) -> SafeString:
    """One fact anew, after it was changed or left."""
    return factlines.line(fact, is_saved=bool(saved))
