"""What board, table and forecast of deals share: the ways between them, and the filters that stand open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import User
from core.ui.menus import FilterMenu, filter_menu
from core.ui.periods import suggestions
from sales.models import Deal
from sales.selectors.closing import NONE, OVERDUE, closing_words, read_closing

# What goes along from one layout to the next.
CARRIED = ("q", "owner", "expected_close")


@dataclass(frozen=True)
class Layout:
    key: str
    label: str | Promise
    icon: str
    address: str


LAYOUTS = (
    ("board", gettext_lazy("Board"), "layout-kanban", "sales:deal_board"),
    ("table", gettext_lazy("Table"), "table", "sales:deal_list"),
    ("forecast", gettext_lazy("Forecast"), "calendar", "sales:deal_forecast"),
)


def _carried(asked: QueryDict, user: Any) -> list[tuple[str, str]]:
    """What narrows a page of deals, in the words that all layouts understand."""
    carried = [(name, value) for name in CARRIED for value in asked.getlist(name) if value]
    if asked.get("tab") == "mine":
        carried = [*((name, value) for name, value in carried if name != "owner"), ("owner", str(user.pk))]
    if asked.get("tab") == "month" and not asked.get("expected_close"):
        carried.append(("expected_close", _("this month")))
    return carried


def _needs_care(asked: QueryDict) -> bool:
    return asked.get("tab") == "attention" or asked.get("step") == "attention"


def table_of(asked: QueryDict, user: Any, *more: tuple[str, str]) -> str:
    """The address of the table of deals, narrowed as this page is and by `more`."""
    care = [("step", "attention")] if _needs_care(asked) else []
    return f"{reverse('sales:deal_list')}?{urlencode([*_carried(asked, user), *more, *care])}"


def layouts(asked: QueryDict, user: Any, pipeline: Any = None) -> list[Layout]:
    """The three layouts with the address of each, narrowed as this page is."""
    found = []
    for key, label, icon, name in LAYOUTS:
        if key == "table":
            there = table_of(asked, user, ("status", "open"), *([("pipeline", str(pipeline.pk))] if pipeline else []))
        else:
            code = pipeline.code if pipeline else asked.get("pipeline", "")
            pairs = [*_carried(asked, user), *([("pipeline", code)] if code else [])]
            pairs += [("tab", "attention")] if _needs_care(asked) else []
            there = reverse(name) + (f"?{urlencode(pairs)}" if pairs else "")
        found.append(Layout(key, label, icon, there))
    return found


def narrowed(deals: QuerySet[Deal], asked: QueryDict) -> QuerySet[Deal]:
    """The deals by owner and day of closing, as the address names them; what it cannot mean narrows nothing."""
    owners = [int(value) for value in asked.getlist("owner") if value.isdigit()]
    if owners:
        deals = deals.filter(owner__in=owners)
    today = timezone.localdate()
    closing = read_closing(asked.get("expected_close", ""), today)
    return closing.narrow(deals, today) if closing else deals


def menus(people: Sequence[User], asked: QueryDict, user: Any) -> list[FilterMenu]:
    """Owner and day of closing; `people` own open deals. Who sees no colleague's deals is offered no owners."""
    found = []
    others = [one for one in people if one.pk != user.pk]
    if others or asked.get("owner"):
        mine = [(str(user.pk), _("Me"))] if len(others) < len(people) else []
        values = [("", _("Anyone")), *mine, *((str(one.pk), str(one)) for one in others)]
        found.append(filter_menu("owner", _("Owner"), asked, values, text=_several(asked.getlist("owner"), values)))
    found.append(_closing(asked))
    return found


def _several(chosen: Iterable[str], values: Iterable[tuple[str, Any]]) -> str:
    """Several owners, or one without open deals, in words."""
    known = {code: str(words) for code, words in values if code}
    named = [known[code] for code in chosen if code in known]
    return ", ".join(named) or _("Somebody else")


def _closing(asked: QueryDict) -> FilterMenu:
    values = [
        ("", _("Any time")), (OVERDUE, _("Overdue")), (_("this month"), _("This month")),
        (_("next month"), _("Next month")), (_("this quarter"), _("This quarter")), (NONE, _("No day named")),
    ]  # fmt: skip
    said = closing_words(asked.get("expected_close", ""))
    words = suggestions()
    return filter_menu("expected_close", _("Closing"), asked, values, text=said, typed=True, words=words)
