"""Saved views: who sees which, what they hold, and the services that keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import policy
from core.actors import Actor
from core.choices import ViewScope
from core.errors import DomainError, NotAllowed
from core.models import SavedView, Team
from core.transactions import command
from core.ui import layouts, registers
from core.ui.queries import ListQuery


class ViewNameTaken(DomainError):
    code = "view_name_taken"
    message = _("You have a view called {name} already.")


class ViewNameMissing(DomainError):
    code = "view_name_missing"
    message = _("Give the view a name.")


@dataclass(frozen=True)
class Tab:
    """A saved view, or the plain list, above the table."""

    name: str
    address: str
    is_current: bool
    view: SavedView | None = None


def visible_views(user: Any) -> Any:
    """The user's own views, those of his teams, and those for everybody."""
    teams = Team.objects.filter(Q(members=user) | Q(leader=user)).values("pk")
    return SavedView.objects.filter(Q(owner=user) | Q(scope=ViewScope.ALL) | Q(scope=ViewScope.TEAM, team__in=teams))


def views_of(user: Any, register_key: str, layout: str = "") -> list[SavedView]:
    """The saved views of one list, or of one of its boards, that the user may open.

    Remembered: nobody changes these objects.
    """
    found = [view for view, _pinned in _remembered(user) if view.register == register_key]
    return [view for view in found if layouts.code_in(view.query) == layout]


def pinned_views(user: Any) -> list[SavedView]:
    """What the user pinned to the sidebar and may still open, remembered as well."""
    pinned = [view for view, is_pinned in _remembered(user) if is_pinned]
    if not pinned:
        return []
    known = {register.key for register in registers.everything() if register.may(user, register.view_action)}
    return [view for view in pinned if view.register in known]


def _remembered(user: Any) -> list[tuple[SavedView, bool]]:
    """All views the user may open, and whether he pinned them: one statement until views, teams or rights change."""
    memory = policy.memory_of(user)
    if "views" not in memory:
        pins = SavedView.pinned_by.through.objects.filter(savedview=OuterRef("pk"), user=user)
        rows = visible_views(user).annotate(is_pinned=Exists(pins)).order_by("position", "pk")
        memory["views"] = [(view, view.is_pinned) for view in rows]
    return memory["views"]  # type: ignore[no-any-return]


def address_of(view: SavedView) -> str:
    layout = layouts.of(view.query)
    if layout is not None:
        return layout.address(view.query, view.pk)
    return f"{registers.by_key(view.register).url('list')}?view={view.pk}"


def tabs(query: ListQuery) -> list[Tab]:
    everything = Tab(str(_("All")), query.register.url("list"), query.view is None)
    return [everything, *(Tab(view.name, address_of(view), view is query.view, view) for view in query.views)]


@dataclass(frozen=True)
class BoardViews:
    """The saved views of a board: its tabs, which one stands open, and what a new one would keep."""

    register: str
    address: str
    tabs: list[Tab]

    @property
    def view(self) -> SavedView | None:
        """The view that stands open."""
        return next((tab.view for tab in self.tabs if tab.is_current), None)


def of_board(code: str, user: Any, asked: QueryDict) -> BoardViews:
    """The saved views of a board as it stands. One whose board was changed since is not the open one."""
    layout = layouts.by_code(code)
    now = layout.kept(asked)
    tabs = [
        Tab(view.name, address_of(view), asked.get("view") == str(view.pk) and view.query == now, view)
        for view in views_of(user, layout.register, code)
    ]
    return BoardViews(layout.register, urlencode(now, doseq=True), tabs)


def query_of(register: registers.Register, user: Any, address: str) -> dict[str, list[str]]:
    """What a view keeps of the address of a list, or of a board that the address names."""
    asked = QueryDict(address)
    layout = layouts.of({layouts.LAYOUT: asked.getlist(layouts.LAYOUT)}, register.key)
    if layout is not None:
        return layout.kept(asked)
    return ListQuery(register, user, asked, views_of(user, register.key)).as_saved()


def stood_at(register: registers.Register, address: str) -> str:
    """The page that an address comes from: the board it names, else the list."""
    asked = QueryDict(address)
    layout = layouts.of({layouts.LAYOUT: asked.getlist(layouts.LAYOUT)}, register.key)
    return layout.address(layout.kept(asked)) if layout is not None else f"{register.url('list')}?{address}"


def may_share(user: Any) -> bool:
    return policy.allows(user, "core.share_views")


def may_export(user: Any) -> bool:
    return policy.allows(user, "core.export_rows")


@command
def save_view(
    *,
    register: str,
    name: str,
    query: dict[str, list[str]],
    by: Any,
    scope: str = ViewScope.PRIVATE,
    team_id: int | None = None,
) -> SavedView:
    """Keep filters, sort and columns of a list under a name.

    The same name of the same person is the same view: it takes the new query. A view for others needs
    `core.share_views`, and the team has to be one's own. Raises ViewNameMissing, NotAllowed.
    """
    if not name.strip():
        raise ViewNameMissing()
    registers.by_key(register)
    _check_scope(by, scope, team_id)
    view = SavedView.objects.locked().filter(register=register, owner=by, name__iexact=name.strip()).first()
    if view is None:
        view = SavedView(register=register, owner=by, name=name.strip(), created_by=by)
    view.query, view.scope, view.team_id = query, scope, team_id if scope == ViewScope.TEAM else None
    view.save()
    policy.forget_rights(by)
    return view


@command
def change_view(*, view_id: int, changes: dict[str, Any], by: Any) -> SavedView:
    """Rename a view, give it another query, or show it to others; its owner does. Locks the view."""
    view = SavedView.objects.locked().get(pk=view_id)
    _require_own(view, by)
    scope, team_id = changes.get("scope", view.scope), changes.get("team_id", view.team_id)
    _check_scope(by, scope, team_id)
    name = changes.get("name", view.name).strip()
    if not name:
        raise ViewNameMissing()
    twins = SavedView.objects.filter(register=view.register, owner=view.owner_id, name__iexact=name).exclude(pk=view.pk)
    if twins.exists():
        raise ViewNameTaken(name=name)
    view.name, view.scope, view.team_id = name, scope, team_id if scope == ViewScope.TEAM else None
    view.query = changes.get("query", view.query)
    view.save()
    policy.forget_rights(by)
    return view


@command
def delete_view(*, view_id: int, by: Any) -> None:
    """Remove a view, for everybody who saw it. One that is gone is gone."""
    view = SavedView.objects.locked().filter(pk=view_id).first()
    if view is not None:
        _require_own(view, by)
        view.delete()
        policy.forget_rights(by)


@command
def pin_view(*, view_id: int, pinned: bool, by: Any) -> None:
    """Put a view into one's own sidebar, or take it out. Again changes nothing."""
    view = visible_views(by).get(pk=view_id)
    if pinned:
        view.pinned_by.add(by)
    else:
        view.pinned_by.remove(by)
    policy.forget_rights(by)


def _check_scope(by: Actor, scope: str, team_id: int | None) -> None:
    if scope == ViewScope.PRIVATE:
        return
    policy.require(by, "core.share_views")
    if scope == ViewScope.TEAM and not Team.objects.filter(Q(members=by.pk) | Q(leader=by.pk), pk=team_id).exists():
        raise NotAllowed(action=_("show a view to a team that is not yours"))


def _require_own(view: SavedView, by: Actor) -> None:
    if view.owner_id != by.pk:
        raise NotAllowed(action=_("change the view of somebody else"))
