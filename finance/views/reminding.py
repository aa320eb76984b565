"""Whom to remind of what is overdue: the letters before they go, who is left out and why, and the sending."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.generic import View

from core.access import scope
from core.errors import DomainError
from core.models import Organization
from core.money import ZERO
from core.ui.access import Guarded
from core.ui.sending import key_of, known_of, send_once
from core.ui.toasts import toast
from finance.models import Invoice
from finance.selectors.reminding import PAUSE_DAYS, Letter, letters
from finance.services.reminding import remind_clients

AT_ONCE = 500
LONGEST_PAUSE = 90
SHOWN_SKIPS = 100


class Remind(Guarded, View):
    """GET: the letters to the clients of `ids`, or to everybody who is late; POST: they go."""

    action = "finance.remind"
    template_name = "finance/remind.html"

    @property
    def user(self) -> Any:
        return self.request.user

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    @cached_property
    def pause(self) -> int:
        """How many days after a reminder the next may follow."""
        asked = (self.request.POST or self.request.GET).get("pause", "")
        return min(max(int(asked), 1), LONGEST_PAUSE) if asked.isdecimal() else PAUSE_DAYS

    def chosen(self, values: Any) -> list[int]:
        return list(dict.fromkeys(int(value) for value in values.getlist("ids")[:10_000] if value.isdecimal()))

    def narrowed(self) -> Any:
        return scope.condition(Invoice, scope.current(self.request))

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(self.chosen(request.GET) or None, 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        back = HttpResponseRedirect(reverse("finance:receivables"))
        if known_of(request) is not None:
            return back
        chosen = self.chosen(request.POST)[:AT_ONCE]
        try:
            done = send_once(request, lambda: self._send(chosen))
        except DomainError as refused:
            return self.page(chosen, 409, str(refused))
        self._tell(done)
        return back

    def _send(self, chosen: list[int]) -> dict[str, Any]:
        done = remind_clients(
            client_ids=chosen, at=timezone.now(), by=self.user, pause_days=self.pause, narrowed=self.narrowed()
        )
        return {"sent": len(done.sent), "skipped": [[str(one.client), str(one.reason)] for one in done.skipped]}

    def _tell(self, done: dict[str, Any]) -> None:
        said = ngettext("%(count)d reminder is on its way.", "%(count)d reminders are on their way.", done["sent"])
        toast(self.request, said % {"count": done["sent"]})
        if done["skipped"]:
            (client, reason), count = done["skipped"][0], len(done["skipped"])
            left = ngettext(
                "%(count)d was left out: %(client)s: %(reason)s",
                "%(count)d were left out. The first: %(client)s: %(reason)s",
                count,
            )
            toast(self.request, left % {"count": count, "client": client, "reason": reason}, level="warn")

    def page(self, chosen: list[int] | None, status: int, wrong: str = "") -> HttpResponse:
        found = letters(self.user, self.today, client_ids=chosen, narrowed=self.narrowed(), pause_days=self.pause)
        due = [letter for letter in found if not letter.reason]
        skipped = [letter for letter in found if letter.reason]
        context = {
            "wrong": wrong,
            "due": due[:AT_ONCE],
            "due_ids": list(dict.fromkeys(letter.client.pk for letter in due[:AT_ONCE])),
            "later": len(due[AT_ONCE:]),
            "total": _total(due[:AT_ONCE]),
            "skipped": skipped[:SHOWN_SKIPS],
            "skipped_count": len(skipped),
            "chosen": chosen or [],
            "pause": self.pause,
            "longest_pause": LONGEST_PAUSE,
            "currency": _base_currency(),
            "key": key_of(self.request),
        }
        return render(self.request, self.template_name, context, status=status)


def _total(found: list[Letter]) -> Any:
    return sum((letter.total for letter in found), ZERO)


def _base_currency() -> str:
    rows = Organization.objects.filter(is_active=True).order_by("pk").values_list("currency", flat=True)
    return rows.first() or ""
