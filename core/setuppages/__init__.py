"""The settings pages of core, and the entries of its other pages that are set up once."""

from core.setuppages import calendars, company, entries, looks, money, numbering

__all__ = ["calendars", "company", "entries", "looks", "money", "numbering"]
