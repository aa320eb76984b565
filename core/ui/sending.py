"""A form about a record is sent: twice does it once, and one that is older than the record is told what changed.

Its page carries two marks. `key` belongs to the form: the same form again gets the answer of the first time. `seen` is
what the page rests on, a state or the quantities of lines: where they are others by now, nothing is done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from html import unescape
from time import sleep
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core.errors import ChangedMeanwhile, KeyReused, SentBefore, StillRunning
from core.services.idempotency import body_hash, known_answer, once
from core.ui.drafts import new_key
from core.ui.facts import value_of

LEAVE = frozenset({"csrfmiddlewaretoken", "key", "seen"})
# More rows than these are compared by their hash: that they changed can be told, not which.
MOST_ROWS = 60
MOST_TOLD = 3
# How often and how long, in seconds, a form waits for its twin that is still being worked on.
TURNS, MOMENT = 100, 0.05


def send_once(request: HttpRequest, run: Callable[[], Any], *, record: Any = None, sees: Sequence[str] = ()) -> Any:
    """Run what a form asks for, or give back the answer of the first time; `run` returns a JSON-able answer.

    A twin that comes while the first is still being worked on waits for its answer. Raises ChangedMeanwhile where
    the page is older than the record, SentBefore for other content under a used key, and whatever `run` raises.
    """
    was_asked = getattr(request, "known_was_asked", False)  # a moment ago; a twin since then is met under the lock
    known = None if was_asked else known_of(request)
    if known is not None:
        return known
    try:
        refuse_if_changed(request, record, sees)
        return _in_turn(request, run)
    except ChangedMeanwhile:
        known = known_of(request)  # by this very form: its twin was done a moment ago
        if known is None:
            raise
        return known
    except KeyReused as error:
        request.form_key = new_key()  # type: ignore[attr-defined]
        raise SentBefore from error


def _in_turn(request: HttpRequest, run: Callable[[], Any]) -> Any:
    for _turn in range(TURNS):
        try:
            return once(**_asked(request), run=run)
        except StillRunning:
            sleep(MOMENT)
    return once(**_asked(request), run=run)


def known_of(request: HttpRequest) -> Any:
    """The answer of the first time where this very form was sent before, else None: to ask before the form is read,
    because what it speaks of may be done by now."""
    request.known_was_asked = True  # type: ignore[attr-defined]
    return known_answer(**_asked(request))


def _asked(request: HttpRequest) -> dict[str, Any]:
    said = {name: request.POST.getlist(name) for name in sorted(request.POST) if name not in LEAVE}
    user: Any = request.user
    return {"scope": f"form:{user.pk}:{request.path}"[:80], "key": key_of(request), "body": said}


def key_of(request: HttpRequest) -> str:
    """The one-time key of the form, the same for the whole request."""
    asked: Any = request
    if not hasattr(asked, "form_key"):
        asked.form_key = request.POST.get("key", "")[:64] or new_key()
    return asked.form_key


def seen_of(request: HttpRequest, record: Any, sees: Sequence[str]) -> str:
    """The mark for the page. One that shows a wrong form again stays as old as it was."""
    sent = request.POST.get("seen", "")
    if sent and not getattr(request, "seen_anew", False):
        return sent
    return json.dumps(_values(record, sees), separators=(",", ":")) if sees else ""


def refuse_if_changed(request: HttpRequest, record: Any, sees: Sequence[str]) -> None:
    """Raise ChangedMeanwhile where what the page rests on is not so any more; the page shown then is a fresh one."""
    try:
        sent = json.loads(request.POST.get("seen") or "null")
    except ValueError:
        sent = None
    if not isinstance(sent, dict) or record is None:
        return
    now = _values(record, sees)
    names = [name for name in sees if name in sent and sent[name] != now[name]]
    if names:
        request.seen_anew = True  # type: ignore[attr-defined]
        told = [text for name in names for text in _told(record, name, sent[name], now[name])]
        raise ChangedMeanwhile(record=record, changes="; ".join(dict.fromkeys(told[:MOST_TOLD])))


def _values(record: Any, sees: Sequence[str]) -> dict[str, Any]:
    """What stands there now: a field by its name, a field of rows by `rows.field`."""
    found: dict[str, Any] = {}
    for name in sees:
        rows, _dot, field = name.rpartition(".")
        if not rows:
            found[name] = getattr(record, record._meta.get_field(name).attname)
            continue
        values = {str(pk): value for pk, value in getattr(record, rows).order_by("pk").values_list("pk", field)}
        found[name] = values if len(values) <= MOST_ROWS else body_hash(values)
    return json.loads(json.dumps(found, cls=DjangoJSONEncoder))


def _told(record: Any, name: str, was: Any, now: Any) -> Iterator[str]:
    """The change in words: “Status: Draft → Confirmed”, “GP-200, shipped: 0 → 3”."""
    rows, _dot, field = name.rpartition(".")
    if not rows:
        yield f"{_label(record, name)}: {_word(record, name, was)} → {_word(record, name, now)}"
        return
    related = getattr(record, rows)
    label = _label(related.model, field)
    if not (isinstance(was, dict) and isinstance(now, dict)):
        yield label
        return
    for row in related.filter(pk__in=[pk for pk in now if was.get(pk) != now[pk]][:MOST_TOLD]):
        before = _word(row, field, was[str(row.pk)]) if str(row.pk) in was else _("none")
        yield f"{getattr(row, 'item', None) or row}, {label}: {before} → {_word(row, field, now[str(row.pk)])}"
    if set(was) - set(now):
        yield label


def _label(model: Any, name: str) -> str:
    label = str(model._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]


def _word(record: Model, name: str, value: Any) -> str:
    """A value as the pages write it."""
    field: Any = record._meta.get_field(name)
    shown = copy(record)
    shown._state = copy(record._state)
    shown._state.fields_cache = {}
    try:
        kind = field.target_field if field.is_relation else field
        setattr(shown, field.attname, kind.to_python(value))
        return unescape(strip_tags(value_of(shown, name))) or "–"
    except Exception:
        return "?"
