"""Relations on a card, contributed by the app that owns them: `panels.add(Client, Panel(…))` in `<app>/panels.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template import RequestContext
from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from core import policy
from core.ui import switches


@dataclass(frozen=True)
class Panel:
    """A box on somebody else's card: its template gets what `read(record, user)` returns; None leaves the box out.

    `place` is main (wide), side (narrow), left (below the key facts) or composer (a fold that writes something
    down); `needs` is the right to see it.
    """

    key: str
    template: str
    read: Callable[[Any, Any], dict[str, Any] | None]
    place: str = "main"
    order: int = 100
    needs: str = ""
    switch: str = ""


@dataclass(frozen=True)
class Stat:
    """One key number at the top of a card; `url` opens the documents it is made of."""

    label: str | Promise
    value: Any
    note: str | Promise = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Act:
    """A button of a card's head. `post` sends at once, otherwise it is a link; one act is primary.

    `tone` "ok" is for a good end.
    """

    label: str | Promise
    icon: str
    url: str
    primary: bool = False
    post: bool = False
    tone: str = ""


# Key numbers an upper app tells about a record: nothing where the user has no right to them.
StatSource = Callable[[Any, Any], Iterable[Stat]]
_stat_sources: dict[type, list[StatSource]] = {}
# Buttons another app puts into the head of a card: nothing where the user may not press them.
ActSource = Callable[[Any, Any], Iterable[Act]]
_act_sources: dict[type, list[ActSource]] = {}
_panels: dict[type, list[Panel]] = {}


def add(model: type, panel: Panel) -> None:
    """Put a panel on the cards of a model; adding the same one again changes nothing."""
    known = _panels.setdefault(model, [])
    if all(panel.key != other.key for other in known):
        known.append(panel)
        known.sort(key=lambda one: one.order)


def add_stats(model: type, source: StatSource) -> None:
    """Let an app put key numbers on the cards of a model."""
    known = _stat_sources.setdefault(model, [])
    if source not in known:
        known.append(source)


def stats_of(record: Any, user: Any) -> list[Stat]:
    return [stat for source in _stat_sources.get(type(record), []) for stat in source(record, user)]


def add_acts(model: type, source: ActSource) -> None:
    """Let an app put buttons into the head of the cards of a model; adding it again changes nothing."""
    known = _act_sources.setdefault(model, [])
    if source not in known:
        known.append(source)


def acts_of(record: Any, user: Any) -> list[Act]:
    return [act for source in _act_sources.get(type(record), []) for act in source(record, user)]


PLACES = ("main", "side", "left", "composer")


def of(
    record: Any, request: HttpRequest, *, places: Sequence[str] = PLACES, keys: Sequence[str] = ()
) -> dict[str, list[SafeString]]:
    """The panels of a record for the signed-in user (those of `keys`, or all), rendered, by place."""
    user: Any = request.user
    made: dict[str, list[SafeString]] = {place: [] for place in PLACES}
    found: list[tuple[Panel, dict[str, Any]]] = []
    for panel in _panels.get(type(record), []):
        if panel.place not in places or (keys and panel.key not in keys) or not switches.is_on(panel.switch):
            continue
        if panel.needs and not policy.allows(user, panel.needs):
            continue
        told = panel.read(record, user)
        if told is not None:
            found.append((panel, {"record": record, "panel": panel, **told}))
    for panel, written in zip((panel for panel, _told in found), _written(found, request), strict=True):
        made[panel.place].append(written)
    return made


def _written(found: Sequence[tuple[Panel, dict[str, Any]]], request: HttpRequest) -> list[SafeString]:
    """The panels as HTML. What every page knows (user, token, shell) is put together once for all of them."""
    if not found:
        return []
    page = RequestContext(request)
    templates: list[Any] = [get_template(panel.template) for panel, _told in found]
    written = []
    with page.bind_template(templates[0].template):
        for template, (_panel, told) in zip(templates, found, strict=True):
            with page.push(**told):
                written.append(template.template.render(page))
    return written
