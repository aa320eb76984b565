"""What a list says of its numbers: how many rows it shows, of how many."""

from __future__ import annotations

from typing import Any

from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.ui.paging import COUNT_LIMIT


def in_words(shown: int, count: int) -> dict[str, Any]:
    """The numbers of a page of `shown` rows out of `count` (COUNT_LIMIT + 1 for more than counts go), and in words."""
    is_more, count = count > COUNT_LIMIT, min(count, COUNT_LIMIT)
    numbers = {"shown": localize(shown), "count": localize(count)}
    over = ngettext("%(shown)s shown of over %(count)s", "%(shown)s shown of over %(count)s", shown)
    exact = ngettext("%(shown)s of %(count)s", "%(shown)s of %(count)s", shown)
    every = ngettext("Select the one row", "Select all %(count)s rows", shown)
    return {
        "count": count,
        "count_is_more": is_more,
        "has_more": count > shown,
        "count_text": _("over %(count)s") % numbers if is_more else numbers["count"],
        "shown_text": (over if is_more else exact) % numbers,
        "select_all": every % {"count": numbers["shown"]},
        "all_text": _("All that match") if is_more else _("All %(count)s") % numbers,
    }
