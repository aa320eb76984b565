"""The feed of a card."""

from __future__ import annotations

from django import template

from core.ui import feed

register = template.Library()
register.filter("feed_lines", feed.lines)
