"""The bin of a register: putting a record in, taking it out, and looking what is in it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.ui import bins, undo
from core.ui.lists import RegisterView
from core.ui.records import RecordView
from core.ui.toasts import toast


class ToBin(RecordView):
    def needed_action(self) -> str | None:
        return self.register.bin_action

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        record = get_object_or_404(self.register.visible_to(self.user), pk=self.kwargs["pk"])
        now = timezone.now()
        try:
            gone = bins.put_into_bin(register=self.register.key, record_id=record.pk, at=now, by=self.user)
        except DomainError as refused:
            url = self.register.url_of(record)
            context = {"refused": refused, "record": record, "record_url": url}
            return render(request, "ui/refused.html", context, status=409)
        step = undo.Step(self.register.key, gone.pk, gone.version, {"binned_at": None})
        kept = undo.remember(label=str(gone), steps=[step], by=self.user, at=now)
        toast(request, _("%(record)s is in the bin.") % {"record": gone}, undo=kept)
        return HttpResponseRedirect(self.register.url("list"))


class ToLife(RegisterView):
    def needed_action(self) -> str | None:
        return self.register.bin_action

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        manager: Any = self.register.model._default_manager
        record = get_object_or_404(manager.in_bin_of(self.user, self.register.bin_action), pk=self.kwargs["pk"])
        record = bins.take_out_of_bin(register=self.register.key, record_id=record.pk, by=self.user)
        toast(request, _("%(record)s is back.") % {"record": record})
        return HttpResponseRedirect(self.register.url_of(record))


class BinScreen(RegisterView):
    """What lies in the bin, the newest first, with the way back."""

    def needed_action(self) -> str | None:
        return self.register.bin_action

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        manager: Any = self.register.model._default_manager
        rows = manager.in_bin_of(self.user, self.register.bin_action).select_related("binned_by")
        newest = rows.order_by("-binned_at", "-pk")[:200]
        context = {"register": self.register, "rows": newest, "list_url": self.register.url("list")}
        return render(request, "ui/bin.html", context)
