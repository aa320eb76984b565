"""The register of moves: where each came from, and taking one back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.ui import amounts, cells, daywords
from core.ui.list_rows import Row
from core.ui.lists import ListScreen
from core.ui.paging import Page
from core.ui.panels import Act
from core.ui.records import RecordScreen
from core.ui.tables import Column
from inventory.models import StockMove
from inventory.ports import sources
from inventory.registers.moves import MOVE_TONES
from inventory.services.moves import reverse_move
from inventory.services.moves.reversing import owner_of
from inventory.views.verbs import ReasonForm, VerbScreen


class MoveList(ListScreen):
    """Moves with links to the documents behind them."""

    def table_rows(self, page: Page) -> Iterator[Row]:
        self.known = sources([move.source_key or "" for move in page.rows], self.user)
        return super().table_rows(page)

    def cell(self, column: Column, record: StockMove, value: Any) -> str:
        if column.name == "document":
            source = self.known.get(record.source_key or "")
            return (
                format_html('<a class="nw" href="{}">{}</a>', source.url, source.label)
                if source and source.url
                else cells.esc(record.document)
            )
        if column.name == "value":
            return amounts.home_money(value)
        if column.name == "kind" and getattr(record, "reversed_by", None):
            return super().cell(column, record, value) + " " + cells.tag(_("taken back"), "warn")
        return super().cell(column, record, value)


class MoveCard(RecordScreen):
    """One move: what went where, worth what, because of which document."""

    template_name = "inventory/card.html"

    def badges(self) -> Iterator[SafeString]:
        move = self.record
        yield cells.tag(move.get_kind_display(), MOVE_TONES.get(move.kind, ""))
        if getattr(move, "reversed_by", None):
            yield cells.tag(_("taken back"), "warn")

    def subtitle(self) -> Iterator[SafeString | str]:
        move = self.record
        source = sources([move.source_key or ""], self.user).get(move.source_key or "")
        if source is not None and source.url:
            yield format_html('<a class="nw" href="{}">{}</a>', source.url, source.label)
        elif move.document:
            yield move.document
        for other, words in ((move.reversal_of, _("takes back")), (getattr(move, "reversed_by", None), _("see"))):
            if other is not None:
                yield format_html(
                    '{} <a href="{}">{}</a>', words, self.register.url_of(other), daywords.moment(other.occurred_at)
                )

    def acts(self) -> list[Act]:
        move = self.record
        may = self.register.may(self.user, "inventory.reverse_move", move)
        if not may or move.kind == "reversal" or getattr(move, "reversed_by", None) or owner_of(move):
            return []
        return [Act(_("Take back"), "arrow-back-up", reverse("inventory:move_reverse", args=[move.pk]))]


class MoveReverse(VerbScreen):
    """Take a move back: a move the other way, for a reason. A second call changes nothing."""

    action = "inventory.reverse_move"
    register_key = "inventory.move"
    heading = gettext_lazy("Take the move back")
    verb = gettext_lazy("Take back")

    def form(self, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def do(self, values: dict[str, Any], key: str) -> StockMove:
        return reverse_move(move_id=self.record.pk, at=timezone.now(), by=self.user, reason=values["reason"])

    def goal(self, done: Any) -> str:
        return reverse("inventory:move_card", args=[done])

    def said(self, done: Any) -> str:
        return _("The move was taken back.")
