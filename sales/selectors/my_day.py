"""A seller's day: what is due, what is fixed, where he stands this month, which requests and deals wait for him."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from core.models import RecordLink
from core.money import ZERO
from core.services.records import type_of
from crm.choices import ContactKind, InteractionKind, InteractionStatus, TaskStatus
from crm.models import Client, ContactPoint, Interaction, Lead, Person, Task
from crm.selectors.inbox import waiting_leads
from crm.selectors.steps import OPEN, steps_of
from sales import ports
from sales.choices import DealStatus
from sales.models import Deal
from sales.selectors.board import is_late
from sales.selectors.funnel import open_pipeline
from sales.selectors.work_list import entered

TALKS = (InteractionKind.CALL, InteractionKind.MEETING)
SHOWN_TASKS, SHOWN_DEALS, SHOWN_LEADS = 60, 6, 6


@dataclass
class DueTask:
    """A task of the day with what it is about: (name, register key, id) of deals, clients and requests."""

    task: Task
    about: list[tuple[str, str, int]] = field(default_factory=list)
    days_late: int = 0


@dataclass(frozen=True)
class Month:
    """Where somebody stands in a month. `target` None: nobody set one."""

    won: Decimal
    won_count: int
    target: Decimal | None
    open_count: int
    open_total: Decimal
    weighted: Decimal
    talks: int
    aim_pct: int

    @property
    def won_pct(self) -> int | None:
        return int(100 * self.won / self.target) if self.target else None

    @property
    def is_behind(self) -> bool:
        return self.won_pct is not None and self.won_pct < self.aim_pct

    @property
    def left(self) -> Decimal | None:
        return None if self.target is None else max(ZERO, self.target - self.won)

    @property
    def cover(self) -> Decimal | None:
        """How many times the weighted pipeline covers what is left of the target."""
        return (self.weighted / self.left).quantize(Decimal("0.1")) if self.left else None


@dataclass(frozen=True)
class NeedyDeal:
    """A deal that needs its owner, and why: missing, late or long."""

    deal: Deal
    why: str
    days: int
    step: Task | None = None


def start_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def month_of(user: Any, today: date) -> Month:
    """The figures of the month so far (four statements)."""
    first = today.replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    since = start_of(first)
    won = Deal.objects.filter(owner=user, status=DealStatus.WON, closed_at__gte=since)
    sums = won.aggregate(total=Sum("amount"), count=Count("pk"))
    count, total, weight = open_pipeline(Deal.objects.filter(owner=user, binned_at=None))
    talks = Interaction.objects.filter(owner=user, kind__in=TALKS, status=InteractionStatus.DONE, at__gte=since).count()
    workdays = [first + timedelta(days=n) for n in range(last.day) if (first + timedelta(days=n)).weekday() < 5]
    gone = sum(day <= today for day in workdays)
    return Month(
        won=sums["total"] or ZERO, won_count=sums["count"], target=ports.revenue_targets([user.pk], first).get(user.pk),
        open_count=count, open_total=total, weighted=weight, talks=talks, aim_pct=round(100 * gone / len(workdays)),
    )  # fmt: skip


def left_of_plan(user: Any, today: date) -> Decimal | None:
    """What is left of somebody's target of the month; None without a target (two statements at most)."""
    first = today.replace(day=1)
    target: Decimal | None = ports.revenue_targets([user.pk], first).get(user.pk)
    if target is None:
        return None
    won = Deal.objects.filter(owner=user, status=DealStatus.WON, closed_at__gte=start_of(first))
    return max(ZERO, target - (won.aggregate(total=Sum("amount"))["total"] or ZERO))


def due_tasks(user: Any, now: datetime, *, until: date) -> list[DueTask]:
    """Open tasks due up to the end of a day, the late ones first; what they are about in two statements a kind."""
    mine = Task.objects.filter(assignee=user, status__in=OPEN, due_at__lt=start_of(until + timedelta(days=1)))
    found = [DueTask(task) for task in mine.order_by("due_at", "pk")[:SHOWN_TASKS]]
    today = timezone.localdate(now)
    for one in found:
        due = one.task.due_at
        if due is not None and due < now:
            one.days_late = (today - timezone.localtime(due).date()).days
    _tell_about(found, user)
    return found


def done_tasks(user: Any, today: date) -> list[DueTask]:
    """What was done today, the last first."""
    mine = Task.objects.filter(assignee=user, status=TaskStatus.DONE, done_at__gte=start_of(today))
    found = [DueTask(task) for task in mine.order_by("-done_at")[:20]]
    _tell_about(found, user)
    return found


def _tell_about(tasks: Sequence[DueTask], user: Any) -> None:
    by_task = {one.task.pk: one for one in tasks}
    if not by_task:
        return
    links = RecordLink.objects.filter(source_type=type_of(Task), source_id__in=list(by_task))
    pairs = list(links.values_list("source_id", "target_type", "target_id").order_by("pk"))
    kinds: tuple[tuple[type[Any], str, str], ...] = (
        (Deal, "sales.deal", "sales.view_deal"), (Client, "crm.client", "crm.view_client"),
        (Lead, "crm.lead", "crm.view_lead"),
    )  # fmt: skip
    for model, key, action in kinds:
        wanted = [(source, target) for source, kind, target in pairs if kind == type_of(model).pk]
        if not wanted:
            continue
        rows = model.objects.visible_to(user, action).in_bulk([target for _source, target in wanted])
        for source, target in wanted:
            if target in rows:
                by_task[source].about.append((str(rows[target]), key, target))


@dataclass(frozen=True)
class Callee:
    """Whom a task asks to call: the number as it is dialled and as it is read, and whose it is."""

    dial: str
    number: str
    name: str


def callee_of(one: DueTask, user: Any) -> Callee | None:
    """Who is called for a task about a client or a deal: the first contact with a phone, else the client himself.

    Only people and clients the user may see; two statements at most.
    """
    found = {key: pk for _name, key, pk in reversed(one.about)}
    client_id = found.get("crm.client")
    if client_id is None and "sales.deal" in found:
        client_id = Deal.objects.filter(pk=found["sales.deal"]).values_list("client_id", flat=True).first()
    if client_id is None:
        return None
    people = Person.objects.visible_to(user, "crm.view_person").filter(roles__client=client_id, binned_at=None)
    clients = Client.objects.visible_to(user, "crm.view_client").filter(pk=client_id)
    points = ContactPoint.objects.filter(Q(client__in=clients) | Q(person__in=people), kind=ContactKind.PHONE)
    order = (F("person__roles__is_primary").desc(nulls_last=True), "-is_primary", "pk")
    first = points.select_related("person", "client").order_by(*order).first()
    return Callee(first.normalised, first.value, str(first.person or first.client)) if first else None


def meetings(user: Any, today: date) -> list[Interaction]:
    """What stands in the user's calendar of a day."""
    rows = Interaction.objects.filter(owner=user, status=InteractionStatus.PLANNED, at__gte=start_of(today))
    return list(rows.filter(at__lt=start_of(today + timedelta(days=1))).select_related("client").order_by("at", "pk"))


def needy_deals(user: Any, now: datetime) -> tuple[list[NeedyDeal], int]:
    """Own open deals with a late step, without one, or too long in their stage: the first ones, and how many."""
    mine = Deal.objects.filter(owner=user, status=DealStatus.OPEN, binned_at=None)
    deals = list(mine.select_related("client", "stage").defer("field_data", "custom").order_by("-amount", "pk")[:500])
    ids = [deal.pk for deal in deals]
    steps, since = steps_of(Deal, ids), entered(ids)
    found = [need for deal in deals if (need := _need(deal, steps.get(deal.pk), since, now)) is not None]
    found.sort(key=lambda one: ("late", "missing", "long").index(one.why))
    return found[:SHOWN_DEALS], len(found)


def _need(deal: Deal, step: Task | None, since: dict[int, datetime], now: datetime) -> NeedyDeal | None:
    days = (now - since.get(deal.pk, deal.opened_at)).days
    if is_late(step, now):
        return NeedyDeal(deal, "late", days, step)
    if step is None:
        return NeedyDeal(deal, "missing", days)
    if deal.stage.max_days is not None and days > deal.stage.max_days:
        return NeedyDeal(deal, "long", days, step)
    return None


def requests_of(user: Any) -> tuple[list[Lead], int]:
    """Requests that wait for the user's first answer: the oldest ones, and how many."""
    rows = waiting_leads(user).filter(Q(owner=user) | Q(owner=None))
    return list(rows[:SHOWN_LEADS]), rows.count()
