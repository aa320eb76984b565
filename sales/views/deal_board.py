"""Deals of one pipeline as a board: columns are its stages, a move is a step of the deal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.access import scope
from core.errors import DomainError
from core.models import User
from core.remembered import remembered
from core.ui.boards import BoardScreen
from core.ui.column_menus import MenuEntry
from core.ui.fields import AmountField
from core.ui.shell import address
from core.ui.shown_columns import BoardColumn
from sales.choices import DealStatus, StageCategory
from sales.errors import DutiesOpen, NothingToAccept, QuoteExpired
from sales.models import Deal, Pipeline, Stage
from sales.selectors.board import (
    board_cards,
    deals_on_board,
    owners_of_pipeline,
    paths_in_use,
)
from sales.selectors.board_figures import (
    Figures,
)
from sales.services.deals import move_deal
from sales.services.quick_deals import open_quick_deal
from sales.views.board_frame import Frame
from sales.views.board_reading import CLOSED_SHOWN, StageFigures
from sales.views.closing import LostForm, ReasonForm, lose, quote_action, win, won_form
from sales.views.deal_layouts import narrowed, table_of

OPEN_ORDERS = (
    ("", gettext_lazy("What needs care first")),
    ("amount", gettext_lazy("Largest amount first")),
    ("closing", gettext_lazy("Closing soonest first")),
    ("newest", gettext_lazy("Newest first")),
)
CLOSED_ORDERS = (("", gettext_lazy("Closed last first")), ("amount", gettext_lazy("Largest amount first")))


class QuickDealForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Deal"), max_length=200)
    client = forms.CharField(label=gettext_lazy("Client or person"), max_length=200, required=False)
    amount = AmountField(label=gettext_lazy("Amount"), max_digits=18, decimal_places=2, min_value=0, required=False)


class DealBoard(Frame, StageFigures, BoardScreen):
    """`?pipeline=` switches; `?tab=`, `?q=`, `?owner=` and `?expected_close=` narrow.

    Statements are the same for any number of cards.
    """

    action = "sales.view_deal"
    move_action = "sales.move_deal"
    add_action = "sales.open_deal"
    add_form = QuickDealForm
    model = Deal
    title = gettext_lazy("Deals")
    column_field = "stage_code"
    template_name = "sales/deal_board.html"
    layout = "board"
    looked_for: int | None = None  # the deal that is moved

    # The pipeline and its stages.

    @cached_property
    def pipelines(self) -> tuple[Pipeline, ...]:
        return paths_in_use().pipelines

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Where no pipeline was set up yet there is no board; the page says what to do."""
        if not self.pipelines:
            may_set_up = policy.allows(self.actor, "sales.set_up_pipelines")
            return render(request, "sales/deal_board_first.html", {"may_set_up": may_set_up})
        return super().get(request, *args, **kwargs)

    @cached_property
    def pipeline(self) -> Pipeline:
        asked = self.request.GET.get("pipeline", "")
        named = (one for one in self.pipelines if asked in (one.code, str(one.pk)))
        found = next(named, next(iter(self.pipelines), None))
        if found is None:
            raise Http404
        return found

    @cached_property
    def stages(self) -> dict[str, Stage]:
        rows = paths_in_use().stages.get(self.pipeline.pk, ())
        place = [StageCategory.OPEN, StageCategory.WON, StageCategory.LOST]
        return {stage.code: stage for stage in sorted(rows, key=lambda one: (place.index(one.category), one.position))}

    @cached_property
    def columns(self) -> tuple[BoardColumn, ...]:  # type: ignore[override]
        return tuple(self._column(stage) for stage in self.stages.values())

    def _column(self, stage: Stage) -> BoardColumn:
        if stage.category == StageCategory.WON:
            return BoardColumn(
                stage.code, stage.name, "ok", asks=ReasonForm, verb=_("Win the deal"), note=_("last 30 days")
            )
        if stage.category == StageCategory.LOST:
            return BoardColumn(stage.code, stage.name, asks=LostForm, verb=_("Lose the deal"), note=_("last 30 days"))
        return BoardColumn(stage.code, stage.name)

    @cached_property
    def add_columns(self) -> Sequence[str]:  # type: ignore[override]
        """A deal is added to any open stage; it is won or lost by moving it there."""
        return [code for code, stage in self.stages.items() if stage.category == StageCategory.OPEN]

    # The menu of a stage.

    def orders_of(self, column: BoardColumn) -> Sequence[tuple[str, str | Promise]]:
        return self._orders[1 if column.asks else 0]

    @cached_property
    def _orders(self) -> tuple[Sequence[tuple[str, str]], ...]:
        """Of open and of closed stages; the words are looked up once for all columns."""
        return tuple([(code, str(label)) for code, label in orders] for orders in (OPEN_ORDERS, CLOSED_ORDERS))

    def list_of(self, column: BoardColumn) -> str:
        stage = self.stages[column.key]
        more = "" if stage.category == StageCategory.OPEN else self._lately_closed
        return f"{self._table}&status={stage.category}&stage={stage.pk}{more}"

    @cached_property
    def _table(self) -> str:
        """The table narrowed as the board is; what tells one column from the other comes behind it."""
        return table_of(self.request.GET, self.actor, ("pipeline", str(self.pipeline.pk)))

    @cached_property
    def _lately_closed(self) -> str:
        now = timezone.now()
        since, today = timezone.localdate(now - CLOSED_SHOWN), timezone.localdate(now)
        return "&" + urlencode({"closed_at": f"{since:%Y-%m-%d}..{today:%Y-%m-%d}", "sort": "-closed_at"})

    def more_of_menu(self, column: BoardColumn) -> Sequence[MenuEntry]:
        return self._settings

    @cached_property
    def _settings(self) -> Sequence[MenuEntry]:
        may = policy.allows(self.actor, "sales.set_up_pipelines")
        there = address("sales:settings_pipeline", self.pipeline.pk) if may else ""
        return [MenuEntry(_("Set up the stages"), there, "settings")] if there else ()

    # What is on it.

    def of_pipeline(self) -> QuerySet[Deal]:
        """The deals of the pipeline that the user may see."""
        return deals_on_board(self.pipeline, self.actor, scope.current(self.request))

    def owners(self) -> list[User]:
        """Whose open deals they are."""
        return owners_of_pipeline(self.pipeline.pk, self.actor, scope.current(self.request))

    def everything(self) -> QuerySet[Deal]:
        """Those among them that he filters and searches for."""
        rows = narrowed(self.of_pipeline(), self.request.GET)
        words = self.request.GET.get("q", "").strip()
        return rows.filter(Q(name__icontains=words) | Q(client__name__icontains=words)) if words else rows

    def rows(self) -> QuerySet[Any]:
        return self.everything()

    def with_parts(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        parts = ("client", "owner", "stage")
        return rows.select_related(*parts).defer("field_data", "custom")

    def _record(self, asked: str) -> Any:
        """The deal, on whichever board it is: a plain link names only the deal."""
        read = _seen_deal if self.request.method == "GET" else _moved_deal
        found = next(iter(read(int(asked), self.actor)), None) if asked.isdigit() else None
        if found is None:
            raise Http404
        self.pipeline, self.looked_for = found.pipeline, found.pk
        return _coded(found)

    def _fresh(self, record: Any) -> Any:
        looked_at: Figures | None = getattr(self, "figures", None)
        if looked_at is None or self.looked_for != record.pk:
            is_here = self.rows().filter(pk=record.pk).exists()
        else:
            is_here = looked_at.has_deal
        found = list(board_cards([record.pk] if is_here else []).values())
        self.dress(found)
        return found[0] if found else None

    # What is done with it.

    def move(self, record: Deal, to: str, asked: Mapping[str, Any]) -> Any:
        category = self.stages[to].category
        if category == StageCategory.WON:
            return win(record, asked, self.actor)
        if category == StageCategory.LOST:
            return lose(record, asked, self.actor, stage_code=to)
        return move_deal(deal_id=record.pk, stage_code=to, at=timezone.now(), by=self.actor)

    def carry(self, record: Deal, to: str, asked: Mapping[str, Any], version: int | None) -> Any:
        """A step between open stages locks the deal and checks its version by itself."""
        if self.stages[to].category != StageCategory.OPEN:
            return super().carry(record, to, asked, version)
        return move_deal(deal_id=record.pk, stage_code=to, at=timezone.now(), by=self.actor, version=version)

    def asking_form(self, column: BoardColumn, record: Any, data: Any = None) -> forms.Form:
        if column.asks is ReasonForm:
            return won_form(record, self.actor, data)
        return super().asking_form(column, record, data)

    def mends(self, refused: DomainError, record: Deal | None) -> dict[str, str]:
        if record is None:
            return {}
        if isinstance(refused, NothingToAccept | QuoteExpired):
            return quote_action(record)
        card = address("sales:deal_card", record.pk)
        if isinstance(refused, DutiesOpen):
            return {"action_url": f"{card}#checklist", "action_label": _("Open the checklist")}
        return {"action_url": card, "action_label": _("Open the deal")}

    def can_go_back(self, record: Deal, was: str) -> bool:
        """Between open stages, unless the new one asks for something before the deal may leave."""
        if record.status != DealStatus.OPEN or self.stages[was].category != StageCategory.OPEN:
            return False
        return not self.stages[record.stage_code].must_be_left_clean  # type: ignore[attr-defined]

    def add(self, values: Mapping[str, Any], column: str) -> Deal:
        return open_quick_deal(
            name=values["name"], client_name=values["client"], amount=values["amount"] or Decimal(0),
            pipeline_code=self.pipeline.code, stage_code=column, at=timezone.now(), by=self.actor,
        )  # fmt: skip


@remembered
def _seen_deal(key: Any, user: Any) -> QuerySet[Any]:
    rows = Deal.objects.visible_to(user, DealBoard.action).filter(pk=key)
    return rows.select_related("client", "owner", "stage", "pipeline").defer("field_data", "custom")


@remembered
def _moved_deal(key: Any, user: Any) -> QuerySet[Any]:
    """The same for a move, which shows neither the client nor the owner of what was read before it."""
    rows = Deal.objects.visible_to(user, DealBoard.action).filter(pk=key)
    return rows.select_related("stage", "pipeline").defer("field_data", "custom")


def _coded(deal: Any) -> Any:
    deal.stage_code = deal.stage.code
    return deal
