"""My day: the page a seller begins with."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from core import policy
from core.selectors.currency import home_currency
from core.ui import daywords, registers
from core.ui.access import Guarded
from core.ui.shell import address
from crm.models import Task
from crm.selectors.inbox import clock_of
from sales.selectors import my_day
from sales.selectors.my_day import DueTask

ICONS = {"call": "phone", "approve": "gavel", "pack": "package", "install": "tools", "duty": "checklist"}
EVENING, NOON = 18, 12


class MyDay(Guarded, TemplateView):
    """`?period=week` shows what is due in the next seven days. Statements are the same for any number of tasks."""

    action = "sales.open_deal"
    template_name = "sales/my_day.html"

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        week = self.request.GET.get("period") == "week"
        due = my_day.due_tasks(user, self.now, until=self.today + timedelta(days=6 if week else 0))
        done = my_day.done_tasks(user, self.today)
        leads, waiting = my_day.requests_of(user) if policy.allows(user, "crm.view_lead") else ([], 0)
        deals, needy = my_day.needy_deals(user, self.now)
        first = self.call_now(due)
        return super().get_context_data(
            greeting=self.greeting(user),
            summary=self.summary(due),
            week=week,
            month=my_day.month_of(user, self.today),
            currency=home_currency(),
            due=[self.row(one) for one in due],
            done=[self.row(one) for one in done],
            first_url=first.task.pk if first else None,
            callee=my_day.callee_of(first, user) if first else None,
            meetings=my_day.meetings(user, self.today),
            leads=[(lead, clock_of(lead, self.now)) for lead in leads],
            waiting=waiting,
            inbox_url=address("crm:inbox"),
            of_day=len(due) + len(done),
            talk_url=address("crm:talk_new") if policy.allows(user, "crm.log_interaction") else "",
            task_url=address("crm:task_new") if policy.allows(user, "crm.create_task") else "",
            deals=deals,
            needy=needy,
            today=self.today,
            attention_url=f"{address('sales:deal_list')}?status=open&owner={user.pk}&step=attention",
            **kwargs,
        )

    def greeting(self, user: Any) -> str:
        hour = timezone.localtime(self.now).hour
        name = user.first_name or str(user)
        if hour < NOON:
            return _("Good morning, %(name)s") % {"name": name}
        if hour < EVENING:
            return _("Good afternoon, %(name)s") % {"name": name}
        return _("Good evening, %(name)s") % {"name": name}

    def summary(self, due: list[DueTask]) -> str:
        late = sum(self.is_late(one.task) for one in due)
        if not due:
            return _("Nothing is left for today.")
        left = ngettext("%(count)d thing left", "%(count)d things left", len(due)) % {"count": len(due)}
        if not late:
            return _("%(left)s, nothing is late.") % {"left": left}
        words = ngettext("%(count)d of them is late.", "%(count)d of them are late.", late) % {"count": late}
        return _("%(left)s, %(late)s") % {"left": left, "late": words}

    def is_late(self, task: Task) -> bool:
        return task.due_at is not None and task.due_at < self.now

    def row(self, one: DueTask) -> dict[str, Any]:
        """One line of the list of tasks."""
        task = one.task
        due = timezone.localtime(task.due_at) if task.due_at else None
        when = ""
        if due is not None:
            when = due.strftime("%H:%M") if due.date() == self.today else daywords.day(due.date())
        late = ngettext("%(days)d day late", "%(days)d days late", one.days_late) % {"days": one.days_late}
        about = [(name, registers.by_key(key).url("card", pk)) for name, key, pk in one.about]
        return {
            "task": task,
            "icon": ICONS.get(task.kind, "checkbox"),
            "about": about,
            "when": when,
            "late": late if one.days_late else _("Late") if self.is_late(task) else "",
            "may_tick": not task.needs_result,
            "done": timezone.localtime(task.done_at).strftime("%H:%M") if task.done_at else "",
        }

    def call_now(self, due: list[DueTask]) -> DueTask | None:
        """The call that is next: the first one of today that is not yet late for more than the day."""
        return next((one for one in due if one.task.kind == "call"), None)
