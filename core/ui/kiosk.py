"""Kiosk pages: full-screen, for gloves and scanners; what is done here is sent once, even over a bad line.

A screen declares its tasks, at most three buttons, and the service behind them. Each press is an action with a key
made by the device. The browser keeps actions in a queue until the server has answered them; the server does each
key once (`core.services.idempotency`), so a press that is sent twice counts once. Answers are kept for two days:
the browser does not send what is older by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import uuid4

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core.errors import DomainError, KeyReused, NotAllowed, StillRunning
from core.services.idempotency import once
from core.ui.access import Guarded
from core.ui.toasts import toast

BUTTONS = 3
SCAN = "scan"
OLDEST = timedelta(hours=36)
KEY_LENGTH = 64


@dataclass(frozen=True)
class KioskButton:
    """One button of 64 px. `advances` says that the task is done with it: the next one is shown at once.

    `counted` are its words with a place `{qty}` for what the stepper shows; without scripts it keeps its `label`.
    `sheet` is a template with what is asked first: the button opens it, and the sheet holds what sends the action.
    """

    code: str
    label: str | Promise
    icon: str
    look: str = ""
    advances: bool = False
    counted: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the work is; `words` say it better than "5 of 12"."""

    done: int
    total: int
    words: str = ""

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


@dataclass(frozen=True)
class Said:
    """What the server answered to an action."""

    text: str
    level: str = "ok"


class KioskPage(View):
    """A subclass says: `name`, `title`, `tasks`, `act`, `task_template`, `buttons`; and who may open it, as
    `KioskScreen` does for those who are signed in."""

    name: ClassVar[str]
    title: ClassVar[str | Promise]
    task_template: ClassVar[str]
    next_template: ClassVar[str] = ""
    beside_template: ClassVar[str] = ""  # what stands under the list of next tasks
    next_label: ClassVar[str | Promise] = gettext_lazy("Next here")
    next_note: ClassVar[str | Promise] = ""  # in what order the next tasks stand
    done_title: ClassVar[str | Promise] = ""  # what is said when there is nothing to do
    done_text: ClassVar[str | Promise] = ""
    template_name: ClassVar[str] = "ui/kiosk/page.html"
    buttons: ClassVar[Sequence[KioskButton]] = ()
    scan_label: ClassVar[str | Promise] = ""
    counts: ClassVar[bool] = False
    icon: ClassVar[str] = "tools"
    preloads: ClassVar[bool] = True  # the next tasks are sent along, for buttons that advance without waiting
    more_codes: ClassVar[Sequence[str]] = ()  # actions of buttons that stand inside the task

    # What a subclass says.

    def tasks(self) -> Sequence[Any]:
        """The work of this place, the present task first. Each has `pk`; one may have `quantity` to begin with."""
        raise NotImplementedError

    def act(self, code: str, values: Mapping[str, str], at: datetime) -> Said:
        """Call the service behind a button or a scan. `at` is when it was pressed. Raises DomainError."""
        raise NotImplementedError

    def shown_buttons(self, task: Any) -> Sequence[KioskButton]:
        """The buttons of the present task; a task may need fewer than the page has."""
        return self.buttons

    def progress(self) -> Progress | None:
        return None

    def subtitle(self) -> str | Promise:
        return ""

    def back_url(self) -> str:
        return "/"

    # Answering.

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        if len(cls.buttons) > BUTTONS:
            raise ImproperlyConfigured(f"{cls.__name__} has more than {BUTTONS} buttons")
        return super().as_view(**initkwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return render(request, self.template_name, self._context())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do an action once. 200 and 409/422 are final; 503 asks the browser to send the same again later."""
        values = {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
        code, key, who = values.pop("do", ""), values.pop("key", ""), values.pop("who", "")
        code, _colon, which = code.partition(":")  # `check:7` does `check` with the row 7 of the task
        values |= {"which": which} if which else {}
        if who and who != str(self.actor.pk):  # pressed by somebody who has left: kept on the device until he is back
            return HttpResponse(status=401)
        moment = self._moment(values.pop("at", ""))
        known = {*(button.code for button in self.buttons), *self.more_codes, *([SCAN] if self.scan_label else [])}
        if code not in known or not 0 < len(key) <= KEY_LENGTH:
            return self._answer(Said(_("This page is out of date. Load it again."), "bad"), 422)
        if moment is None:
            return self._answer(Said(_("This was pressed too long ago to be counted by itself."), "bad"), 422)
        try:
            answer = once(
                scope=f"kiosk:{self.name}:{self.actor.pk}",
                key=key,
                body={"do": code, **values},
                run=lambda: asdict(self.act(code, values, moment)),
            )
        except StillRunning:
            response = HttpResponse(status=503)
            response["Retry-After"] = "2"
            return response
        except KeyReused as refused:
            return self._answer(Said(str(refused), "bad"), 422)
        except NotAllowed as refused:
            return self._answer(Said(str(refused), "bad"), 403)
        except DomainError as refused:
            return self._answer(Said(str(refused), "bad"), 409)
        return self._answer(Said(**answer), 200)

    @property
    def actor(self) -> Any:
        return self.request.user

    def _moment(self, sent: str) -> datetime | None:
        """When it was pressed: not in the future, not older than the keys that keep it from counting twice."""
        now = timezone.now()
        pressed = parse_datetime(sent) if sent else now
        if pressed is None or timezone.is_naive(pressed):
            return now
        return None if pressed < now - OLDEST else min(pressed, now)

    def _answer(self, said: Said, status: int) -> HttpResponse:
        if self.request.headers.get("HX-Request") != "true":
            toast(self.request, said.text, level=said.level)
            return HttpResponseRedirect(self.request.get_full_path())
        return render(self.request, "ui/kiosk/_answer.html", self._context(said=said), status=status)

    def _context(self, **more: Any) -> dict[str, Any]:
        tasks = list(self.tasks())
        return {
            "kiosk": self,
            "title": self.title,
            "subtitle": self.subtitle(),
            "progress": self.progress(),
            "tasks": tasks,
            "shown_buttons": self.shown_buttons(tasks[0]) if tasks else (),
            "task": tasks[0] if tasks else None,
            "upcoming": tasks[1:],
            "key": uuid4(),
            **more,
        }


class KioskScreen(Guarded, KioskPage):
    """A kiosk page for people who are signed in and hold the right `action`."""
