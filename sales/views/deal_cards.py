"""The cards of the board of deals as HTML, written in one go: a board may show five hundred of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.models import User
from core.templatetags.shell import avatar
from core.templatetags.ui import icon
from core.ui import amounts, daywords
from core.ui.cells import esc
from crm.models import Task
from crm.selectors.steps import may_read
from sales.choices import DealStatus, LossReason
from sales.selectors.board import Card, is_late

ANY_KEY = 987_654_321


@lru_cache(maxsize=1024)
def _owner(pk: int | None, first_name: str | None, last_name: str | None, email: str | None) -> str:
    """The owner as a circle, with the name for those who do not see it; each person is drawn once."""
    if pk is None:
        return ""
    owner = User(pk=pk, first_name=first_name, last_name=last_name, email=email)
    return f'{avatar(owner, "s")}<span class="visually-hidden">{esc(str(owner))}</span>'


class Pen:
    """Writes cards for one person at one moment; words, people and icons are looked up once for all of them.

    `steps` says what the next step of each deal is, `stages` the names of stages where columns do not say them.
    """

    def __init__(
        self, user: Any, now: datetime, steps: Mapping[int, Task], *, may_move: bool, stages: Mapping[str, str]
    ) -> None:
        self.user, self.now, self.steps, self.may_move = user, now, steps, may_move
        self.stages = {
            code: f'<div class="m"><span class="tag">{esc(name)}</span></div>' for code, name in stages.items()
        }
        self.today = timezone.localdate(now)
        self.before, self.after = reverse("sales:deal_card", args=[ANY_KEY]).split(str(ANY_KEY))
        self.days_word, self.days_title = _("%(days)s d"), esc(_("Days in this stage"))
        self.no_step, self.too_long = _("%(days)s d, no next step"), _("%(days)s d in this stage, %(most)s at most")
        self.move_label, self.grip = _("Move %(card)s"), icon("grip-vertical")
        self.calendar, self.clock = icon("calendar"), icon("clock-exclamation")
        self.reasons = dict(LossReason.choices)
        self.money = amounts.writer_of_whole_money()

    def draw(self, cards: Iterable[Card]) -> None:
        """Give each card its HTML."""
        for card in cards:
            card.drawn = SafeString(self._card(card))

    def _card(self, card: Card) -> str:
        pk, days, is_open = card.pk, (self.now - (card.since or card.opened_at)).days, card.status == DealStatus.OPEN
        step = self.steps.get(pk) if is_open else None
        wrong = self._wrong(card, days, step) if is_open else ""
        owner = _owner(card.owner_id, card.first_name, card.last_name, card.email)
        client = f'<div class="m"><span class="clip">{esc(card.client)}</span></div>' if card.client else ""
        grip = ""
        if self.may_move:
            label = esc(self.move_label % {"card": card.name})
            grip = f'<a class="grip" role="button" data-move href="?move={pk}" aria-label="{label}">{self.grip}</a>'
        return (
            f'<li class="dcard{" rot" if wrong else ""}" id="card-{pk}" data-row data-record="{pk}"'
            f' data-version="{card.version}"><a class="t" href="{self.before}{pk}{self.after}">{esc(card.name)}</a>'
            f'{client}<div class="m"><span class="b tn">{self.money(card.amount, card.currency_id)}</span>'
            f'<span class="push tn" title="{self.days_title}">{self.days_word % {"days": days}}</span>{owner}</div>'
            f"{self.stages.get(card.stage_code, '')}{self._step(step) if step else self._loss(card)}{wrong}{grip}</li>"
        )

    def _wrong(self, card: Card, days: int, step: Task | None) -> str:
        """What somebody has to see to: nothing planned, or too long in the stage."""
        if step is None:
            said = self.no_step % {"days": days}
        elif card.longest is not None and days > card.longest:
            said = self.too_long % {"days": days, "most": card.longest}
        else:
            return ""
        return f'<div class="rotline">{self.clock}<span class="clip">{esc(said)}</span></div>'

    def _loss(self, card: Card) -> str:
        if card.status != DealStatus.LOST:
            return ""
        return f'<div class="m"><span class="clip">{esc(str(self.reasons.get(card.lost_reason, "")))}</span></div>'

    def _step(self, step: Task) -> str:
        """The next step in a line, in the tone of how urgent it is; a long one is cut, and when it is due is not."""
        title, when, tone = self._said(step)
        text, due = esc(title), f'<span class="nw">{esc(when)}</span>' if when else ""
        return f'<div class="m {tone}">{self.calendar}<span class="clip" title="{text}">{text}</span>{due}</div>'

    def _said(self, step: Task) -> tuple[str, str, str]:
        """What is to be done, when, and in which tone."""
        title = step.title if may_read(self.user, step) else _("Planned")
        if step.due_at is None:
            return title, "", ""
        due = timezone.localtime(step.due_at)
        if is_late(step, self.now):
            days = (self.today - due.date()).days
            when = _("%(days)s d late") % {"days": days} if days else _("late, %(time)s") % {"time": f"{due:%H:%M}"}
            return title, when, "bad"
        if due.date() == self.today:
            return title, due.strftime("%H:%M"), "brand"
        return title, daywords.day(due.date()), ""
