"""The page between a selection and what is done with it: how many rows, which are left out, and the question."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.jobs.running import Running, runs
from core.jobs.services import start_job
from core.ui import bulk, registers, undo
from core.ui.drafts import new_key
from core.ui.lists import RegisterView
from core.ui.toasts import toast

SHOWN_SKIPS = 20


class BulkScreen(RegisterView):
    """POST with `action`, and `ids` or `everything` with the list's `address`. Asks first, then does it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        action = bulk.action_of(self.register, request.POST.get("action", ""))
        if action is None or not action.is_offered(self.register, self.user):
            raise Http404
        address = request.POST.get("address", "") if "everything" in request.POST else None
        rows = bulk.chosen(self.register, self.user, ids=_ids(request.POST), address=address)
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if not ids:
            toast(request, _("Nothing was selected."), level="warn")
            return HttpResponseRedirect(self._back())
        form = action.form(request.POST if _is_answered(request.POST) else None, register=self.register, user=self.user)
        confirmed = "confirmed" in request.POST
        if confirmed and (form is None or form.is_valid()):
            return self._do(action, ids, form)
        if not confirmed and "field" in request.POST:
            form = action.form(request.POST, register=self.register, user=self.user)
        return self._ask(action, ids, form, status=422 if confirmed else 200)

    def _ask(self, action: bulk.BulkAction, ids: list[int], form: Any, *, status: int) -> HttpResponse:
        looked_at = self.register.visible_to(self.user).filter(pk__in=ids[: bulk.AT_ONCE])
        reasons = [(str(row), action.reason_to_skip(self.register, row, self.user)) for row in looked_at]
        skipped = [(name, reason) for name, reason in reasons if reason]
        context = {
            "register": self.register,
            "action": action,
            "form": form,
            "asks_more": getattr(form, "asks_more", False),
            "count": len(ids),
            "ids": ids if "everything" not in self.request.POST else [],
            "everything": "everything" in self.request.POST,
            "address": self.request.POST.get("address", ""),
            "skipped": skipped[:SHOWN_SKIPS],
            "skipped_count": len(skipped),
            "looked_at": len(reasons),
            "in_background": len(ids) > bulk.AT_ONCE,
            "key": self.request.POST.get("key") or new_key(),
            "back": self._back(),
        }
        return render(self.request, "ui/bulk.html", context, status=status)

    def _do(self, action: bulk.BulkAction, ids: list[int], form: Any) -> HttpResponse:
        if len(ids) > bulk.AT_ONCE:
            return self._do_later(action, ids)
        result = bulk.run(action, self.register, ids, dict(form.cleaned_data) if form else {}, self.user)
        step = None
        if result.steps:
            step = undo.remember(label=str(action.label), steps=result.steps, by=self.user, at=timezone.now())
        toast(self.request, result.words(), undo=step, level="ok" if result.done else "warn")
        if result.skipped:
            count = len(result.skipped)
            said = ngettext(
                "%(count)d was left out: %(first)s: %(reason)s",
                "%(count)d were left out. The first: %(first)s: %(reason)s",
                count,
            )
            first, reason = result.skipped[0]
            toast(self.request, said % {"count": count, "first": first, "reason": reason}, level="warn")
        return HttpResponseRedirect(self._back())

    def _do_later(self, action: bulk.BulkAction, ids: list[int]) -> HttpResponse:
        answers = {name: self.request.POST.getlist(name) for name in self.request.POST if name not in _OURS}
        words = {"action": action.label, "list": self.register.label_plural}
        job = start_job(
            kind="core.bulk",
            params={"register": self.register.key, "action": action.key, "ids": ids, "answers": answers},
            title=_("%(action)s: %(list)s") % words,
            total=len(ids),
            key=f"bulk:{self.request.POST.get('key')}",
            by=self.user,
        )
        return HttpResponseRedirect(job.get_absolute_url())

    def _back(self) -> str:
        address = self.request.POST.get("address", "")
        return f"{self.register.url('list')}{'?' + address if address else ''}"


_OURS = frozenset({"csrfmiddlewaretoken", "action", "ids", "everything", "address", "key"})


def _is_answered(data: QueryDict) -> bool:
    return "confirmed" in data


def _ids(data: QueryDict) -> list[int]:
    return [int(value) for value in data.getlist("ids")[:10_000] if value.isdigit()]


@runs("core.bulk")
def run_bulk(job: Running) -> None:
    """A bulk action over many rows, two hundred in a transaction; rows already done are done again without effect."""
    register = registers.by_key(job.params["register"])
    action = bulk.action_of(register, job.params["action"])
    answers = QueryDict(mutable=True)
    for name, values in job.params["answers"].items():
        answers.setlist(name, values)
    form = action.form(answers, register=register, user=job.by) if action else None
    if action is None or (form is not None and not form.is_valid()):
        job.finish({str(_("Refused")): str(form.errors.as_text()) if form else ""})
        return
    values = dict(form.cleaned_data) if form else {}
    total = bulk.Result()

    def some(ids: Any) -> None:
        part = bulk.run(action, register, ids, values, job.by)
        total.done += part.done
        total.skipped += part.skipped

    job.in_batches(job.params["ids"], some, size=bulk.AT_ONCE)
    skipped = [_("%(record)s: %(reason)s") % {"record": name, "reason": reason} for name, reason in total.skipped]
    job.finish({str(_("Changed")): total.done, str(_("Left out")): skipped[:200]}, url=register.url("list"))
