"""What a press at a work centre does, and what the page says of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.quantities import told
from core.ui.kiosk import Said
from production.choices import BlockCause
from production.errors import NotHere
from production.models import (
    CheckNote,
    Operation,
    ScrapReason,
    WorkCenter,
)
from production.selectors.jobs import calls_at
from production.services import helping, work


class Presses:
    """One method for each press; the page that takes it in knows the centre, the actor and the request."""

    actor: Any
    center: WorkCenter
    request: HttpRequest

    def act(self, code: str, values: Mapping[str, str], at: datetime) -> Said:
        if code in ("call", "helped"):
            return self._help(code, values, at)
        asked = values.get("task", "")
        rows = Operation.objects.filter(center=self.center).select_related("work_order")
        operation = rows.filter(pk=asked).first() if asked.isdigit() else None
        if operation is None:
            raise NotHere(center=self.center.name)
        said = getattr(self, f"_{code}")(operation, values, at)
        for kept in ("jobs", "materials", "checks", "drawing"):
            self.__dict__.pop(kept, None)
        return said

    def _help(self, code: str, values: Mapping[str, str], at: datetime) -> Said:
        self.__dict__.pop("call", None)
        if code == "call":
            task = values.get("task", "")
            job = int(task) if task.isdigit() and len(task) < 19 else None
            helping.call_for_help(center_id=self.center.pk, operation_id=job, at=at, by=self.actor)
            return Said(_("Help is called. The production lead hears of it."), "info")
        call = calls_at([self.center.pk]).get(self.center.pk)
        if call is not None:
            helping.answer_call(call_id=call.pk, at=at, by=self.actor)
        return Said(_("Good that help is here."))

    def _block(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        cause, why = values.get("cause", ""), values.get("why", "")
        if why.strip() and not cause:
            cause = BlockCause.OTHER
        work.block_operation(operation_id=operation.pk, cause=cause, note=why, at=at, by=self.actor)
        return Said(_("Blocked: %(number)s. The production lead hears of it.") % self._named(operation), "warn")

    def _unblock(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        work.unblock_operation(operation_id=operation.pk, at=at, by=self.actor)
        return Said(_("%(number)s can go on.") % self._named(operation))

    def _check(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        which = values.get("which", "")
        typed = values.get(f"value-{which}", "").strip()
        note = self._note(operation, which, at, value=_measured(typed))
        return Said(_("Checked: %(check)s.") % {"check": note.bom_check.text})

    def _uncheck(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        note = self._note(operation, values.get("which", ""), at, is_done=False)
        return Said(_("Open again: %(check)s.") % {"check": note.bom_check.text}, "info")

    def _note(self, operation: Operation, which: str, at: datetime, **more: Any) -> CheckNote:
        check = int(which) if which.isdigit() and len(which) < 19 else 0
        return work.note_check(
            operation_id=operation.pk, check_id=check, at=at, by=self.actor, key=self._key, **more
        )  # fmt: skip

    @staticmethod
    def _named(operation: Operation) -> dict[str, str]:
        return {"number": operation.work_order.number}

    def _start(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        work.start_operation(operation_id=operation.pk, at=at, by=self.actor)
        return Said(_("Started: %(number)s.") % {"number": operation.work_order.number})

    def _pause(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        done = work.pause_operation(operation_id=operation.pk, at=at, by=self.actor)
        return Said(_("Paused after %(minutes)s minutes.") % {"minutes": told(done.actual_minutes)}, "info")

    def _finish(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        done = work.finish_operation(operation_id=operation.pk, at=at, by=self.actor)
        words = {"number": operation.work_order.number, "good": told(done.good_qty)}
        return Said(_("Finished: %(number)s, %(good)s good.") % words)

    def _count(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        good = _number(values.get("good", ""))
        work.count_pieces(operation_id=operation.pk, good=good, at=at, by=self.actor, key=self._key)
        return Said(_("Counted: %(good)s good.") % {"good": told(good)})

    def _scrap(self, operation: Operation, values: Mapping[str, str], at: datetime) -> Said:
        scrap, reason = _number(values.get("scrap", "")), values.get("reason", "")
        known = ScrapReason.objects.filter(pk=reason).first() if reason.isdigit() else None
        work.count_pieces(
            operation_id=operation.pk,
            scrap=scrap,
            reason_id=known.pk if known else None,
            at=at,
            by=self.actor,
            key=self._key,
        )
        return Said(_("Scrapped: %(scrap)s, %(reason)s.") % {"scrap": told(scrap), "reason": known}, "warn")

    def _issue(self, operation: Operation, _values: Mapping[str, str], at: datetime) -> Said:
        taken = work.issue_materials(work_order_id=operation.work_order_id, at=at, by=self.actor, key=self._key)
        return Said(_("The material is taken.") if taken else _("Everything was taken already."))

    @property
    def _key(self) -> str:
        """The key of this press: it names the press in the ledgers, too."""
        return f"floor:{self.request.POST.get('key', '')}"


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ".") or "0")
    except InvalidOperation:
        return Decimal(0)


def _measured(text: str) -> Decimal | None:
    """A value as somebody typed it; None where it is no number."""
    try:
        return Decimal(text.replace(",", ".")) if text else None
    except InvalidOperation:
        return None
