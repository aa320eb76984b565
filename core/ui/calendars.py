"""Calendars: records with a moment, in months, weeks and days; moved by dragging or by a form with a date.

GET is the page with a plain list of the month, which works without scripts. With `?start=&end=` it answers the
events of that span as JSON for the calendar in the browser. POST gives a record another moment: JSON for a script,
a redirect for the plain form. The address holds the month: `?month=2026-11`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.generic import View

from core import policy
from core.errors import DomainError, NotAllowed
from core.ui.access import Guarded
from core.ui.toasts import toast

MOST = 2000
LONGEST = timedelta(days=400)
FIRST_YEAR, LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class CalendarEvent:
    """One entry. `tone` is a class: `late`, `done` or nothing. `lasts` None is a moment shown as an hour."""

    id: int
    title: str
    starts: datetime
    version: int
    lasts: timedelta | None = None
    all_day: bool = False
    url: str = ""
    tone: str = ""
    movable: bool = True

    def as_json(self) -> dict[str, Any]:
        """As FullCalendar reads it."""
        found: dict[str, Any] = {
            "id": str(self.id),
            "title": self.title,
            "start": timezone.localtime(self.starts).isoformat(),
            "allDay": self.all_day,
            "editable": self.movable,
            "className": self.tone,
            "extendedProps": {"version": self.version},
        }
        if self.lasts is not None:
            found["end"] = timezone.localtime(self.starts + self.lasts).isoformat()
        if self.url:
            found["url"] = self.url
        return found


@dataclass
class Day:
    """One day of the plain list."""

    on: date
    events: list[CalendarEvent] = field(default_factory=list)


class CalendarScreen(Guarded, View, ABC):
    """A subclass says: `title`, `rows`, `event`, `move`, `move_action`, and the field that holds the moment."""

    title: ClassVar[str | Promise]
    moment_field: ClassVar[str]
    move_action: ClassVar[str]
    template_name: ClassVar[str] = "ui/calendar/page.html"

    @abstractmethod
    def rows(self) -> QuerySet[Any]:
        """The records of this calendar that the user may see."""

    @abstractmethod
    def event(self, record: Any) -> CalendarEvent:
        """The record as it stands on its day."""

    def move(self, record: Any, to: datetime, version: int | None) -> Any:
        """Call the service that gives the record another moment. Raises DomainError."""
        raise NotImplementedError

    def extra(self) -> dict[str, Any]:
        return {}

    @property
    def actor(self) -> Any:
        return self.request.user

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "start" in request.GET:
            return self._as_json()
        first = self._month()
        after = _next_month(first)
        days = _by_day(self.events(_midnight(first), _midnight(after)))
        context = {
            "title": self.title,
            "month": first,
            "before": _next_month(first, -1),
            "after": after,
            "today": timezone.localdate(),
            "days": days,
            "may_move": policy.allows(self.actor, self.move_action),
            "about": {"address": request.path, "month": first.isoformat(), "locale": request.LANGUAGE_CODE},
            **self.extra(),
        }
        return render(request, self.template_name, context)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Move a record. A form may send a day alone: the time of day stays."""
        asked, version = request.POST.get("event", ""), request.POST.get("version", "")
        record = self.rows().filter(pk=asked).first() if asked.isdigit() else None
        if record is None:
            raise Http404
        to = self._moment(request.POST.get("start", ""), getattr(record, self.moment_field))
        if to is None:
            return self._answer(_("This is no day: use the form 2026-11-20."), 422)
        try:
            moved = self.move(record, to, int(version) if version.isdigit() else None)
        except NotAllowed as refused:
            return self._answer(str(refused), 403)
        except DomainError as refused:
            return self._answer(str(refused), 409)
        return self._answer(_("%(record)s was moved") % {"record": moved}, 200, moved)

    def events(self, since: datetime, until: datetime) -> list[CalendarEvent]:
        """The entries of [since, until), earliest first (one statement); at most 2,000."""
        span = {f"{self.moment_field}__gte": since, f"{self.moment_field}__lt": until}
        return [self.event(record) for record in self.rows().filter(**span).order_by(self.moment_field, "pk")[:MOST]]

    def _as_json(self) -> HttpResponse:
        since = _parse(self.request.GET.get("start", ""))
        until = _parse(self.request.GET.get("end", ""))
        if since is None or until is None or not since < until <= since + LONGEST:
            return JsonResponse({"text": _("This is no span of days.")}, status=422)
        return JsonResponse([event.as_json() for event in self.events(since, until)], safe=False)

    def _month(self) -> date:
        if not _is_month(self.request):
            return timezone.localdate().replace(day=1)
        year, _dash, month = self.request.GET["month"].partition("-")
        return date(int(year), int(month), 1)

    def _moment(self, text: str, was: datetime | None) -> datetime | None:
        try:
            day = parse_date(text)
        except ValueError:
            day = None
        if day is None:
            return _parse(text)
        kept = timezone.localtime(was).time() if was else time(9)
        return timezone.make_aware(datetime.combine(day, kept))

    def _answer(self, text: str, status: int, record: Any = None) -> HttpResponse:
        if self.request.headers.get("Accept") != "application/json":
            toast(self.request, text, level="ok" if status == 200 else "bad")
            return HttpResponseRedirect(self.request.get_full_path())
        told: dict[str, Any] = {"text": text}
        if record is not None:
            told["event"] = self.event(record).as_json()
        return JsonResponse(told, status=status)


def _is_month(request: HttpRequest) -> bool:
    year, _dash, month = request.GET.get("month", "").partition("-")
    return year.isdigit() and month.isdigit() and FIRST_YEAR <= int(year) <= LAST_YEAR and 1 <= int(month) <= 12


def _parse(text: str) -> datetime | None:
    """A moment with or without its offset, or a day's beginning; None for anything else."""
    try:
        moment = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    if moment is None:
        return None
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _next_month(first: date, step: int = 1) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    return date(year, month + 1, 1)


def _by_day(events: Sequence[CalendarEvent]) -> list[Day]:
    days: dict[date, Day] = {}
    for event in events:
        on = timezone.localtime(event.starts).date()
        days.setdefault(on, Day(on)).events.append(event)
    return list(days.values())
