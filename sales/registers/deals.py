from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.money import cents
from core.ui import cells, daywords, layouts, registers, remarks
from core.ui.bulk import STANDARD
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from crm.selectors.steps import may_read, steps_of
from sales.choices import DealStatus
from sales.filters import DealFilter
from sales.forms import DealForm
from sales.models import Deal, Pipeline
from sales.selectors.work_list import entered
from sales.services.deal_facts import change_deal
from sales.services.deals import open_deal

TONES = {DealStatus.OPEN.value: "brand", DealStatus.WON.value: "ok", DealStatus.LOST.value: ""}


def weighted(deal: Deal) -> Decimal:
    """What the deal is worth by its chance, to the cent."""
    return cents(deal.amount * deal.probability / 100)


def stage_tag(deal: Deal) -> SafeString:
    return cells.tag(deal.stage.name, TONES[deal.status])


def next_steps(ids: list[int], user: Any) -> dict[int, Any]:
    """What is to be done first about each deal, and when; late ones stand out."""
    now = timezone.now()
    found: dict[int, Any] = {}
    for pk, task in steps_of(Deal, ids).items():
        words = task.title if may_read(user, task) else str(_("Planned"))
        when = f"{daywords.day(timezone.localtime(task.due_at).date())}: " if task.due_at else ""
        late = task.due_at is not None and task.due_at < now
        said, look = when + words, "tag bad clip short" if late else "clip short"
        found[pk] = format_html('<span class="{}" title="{}">{}</span>', look, said, said)
    return found


def days_in_stage(ids: list[int], _user: Any) -> dict[int, int]:
    now = timezone.now()
    return {pk: (now - since).days for pk, since in entered(ids).items()}


BOARD_KEEPS = ("pipeline", "tab", "q", "owner", "expected_close", "folded", "sort-")
layouts.declare(
    layouts.Layout("deal_board", "sales.deal", "sales:deal_board", BOARD_KEEPS),
    layouts.Layout("deal_forecast", "sales.deal", "sales:deal_forecast", BOARD_KEEPS),
)


@registers.add
class Deals(Register):
    """Chances to sell, on their way or closed."""

    model, name, plural, icon, section = Deal, "deal", "deals", "layout-kanban", "sell"
    rows_are_steady = True
    view_action = "sales.view_deal"
    create_action = "sales.open_deal"
    change_action = "sales.move_deal"
    bin_action = "sales.bin_deal"
    form_class, filter_class, bulk_actions = DealForm, DealFilter, STANDARD
    single_fields = frozenset({"name", "client", "amount", "probability", "legal_entity", "pipeline"})
    facts = (
        "amount", "probability", "client", "legal_entity", "expected_close", "owner", "pipeline", "source", "branch",
        "lost_reason", "lost_note", "won_without_quote",
    )  # fmt: skip
    search_hint = _("Deal or client")
    default_sort = "-opened_at"
    columns = (
        Column("name", _("Deal"), sort="name", folds=True, on_phone=True),
        Column("client", _("Client"), Kind.LINK, sort="client__name"),
        Column("stage", _("Stage"), value=stage_tag, sort="stage__position"),
        Column("status", _("Status"), Kind.CHOICE, sort="status", tones=TONES, shown=False),
        Column("amount", _("Amount"), Kind.MONEY, sort="amount", on_phone=True, edits="amount", currency="currency_id"),
        Column("probability", _("Chance"), Kind.PERCENT, sort="probability", edits="probability"),
        Column("weighted", _("Weighted"), Kind.MONEY, value=weighted, shown=False, currency="currency_id"),
        Column("expected_close", _("Closes"), Kind.DATE, sort="expected_close", edits="expected_close"),
        Column("next_step", _("Next step"), batch=next_steps),
        Column("days_in_stage", _("Days in stage"), Kind.NUMBER, batch=days_in_stage, shown=False),
        Column("owner", _("Owner"), Kind.USER, sort="owner__first_name", edits="owner"),
        Column("opened_at", _("Opened"), Kind.AGO, sort="opened_at", shown=False),
        Column("closed_at", _("Closed"), Kind.MOMENT, sort="closed_at", shown=False),
        Column("lost_reason", _("Reason of loss"), Kind.CHOICE, sort="lost_reason", shown=False),
        Column("pipeline", _("Pipeline"), sort="pipeline__name", shown=False),
        Column("source", _("Source"), sort="source__name", edits="source", shown=False),
        Column("branch", _("Branch"), sort="branch__name", shown=False),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(Deal), shown=False),
    )

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        parts = ("client", "stage", "pipeline", "owner", "source", "branch", "legal_entity")
        return self.visible_to(user).select_related(*parts).defer("field_data")

    def create_record(self, values: dict[str, Any], by: Actor) -> Deal:
        pipeline_id = values.pop("pipeline_id", None)
        code = Pipeline.objects.get(pk=pipeline_id).code if pipeline_id else None
        return open_deal(at=timezone.now(), by=by, pipeline_code=code, **values)

    def change_record(self, record: Deal, changes: dict[str, Any], version: int | None, by: Actor) -> Deal:
        return change_deal(deal_id=record.pk, changes=changes, at=timezone.now(), version=version, by=by)

    def second_line(self, record: Deal) -> str:
        return str(record.client or record.stage)

    def mark_of(self, record: Deal, size: str = "s") -> SafeString:
        return cells.EMPTY
