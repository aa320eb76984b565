"""The pages of an import from its check on: what would happen, the import, its report, the way back."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.imports import mending, selectors, services
from core.imports.choices import RowState, RunState, TwinAction
from core.imports.services import APPLY, OPEN_STATES
from core.imports.views import RunView
from core.models import ImportRun


class RunPage(RunView):
    """Steps 4 to 6: the check and what it found, the import, its report, the way back."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        run = self.run()
        if run.state == RunState.UPLOADED and not request.headers.get("HX-Request"):
            return redirect("core:import_file", run.uuid)
        template = "imports/_run.html" if request.headers.get("HX-Request") else "imports/run.html"
        response = render(request, template, self.context(run))
        patch_vary_headers(response, ["HX-Request"])
        return response

    def context(self, run: ImportRun) -> dict[str, Any]:
        if run.is_busy and run.job is not None and not run.job.is_open:  # it ended without a word
            run.state, run.error = RunState.FAILED, run.job.error or _("Cancelled.")
        after = self.request.GET.get("after", "0")
        line = int(after) if after.isdigit() else 0
        context: dict[str, Any] = {
            "run": run, "profile": selectors.profile_of(run), "step": 5 if run.imported_at else 4,
            "is_open": run.state in OPEN_STATES and not run.imported_at,
            "can_go_on": run.state == RunState.FAILED and run.job is not None and run.job.kind == APPLY,
            "default": run.options.get("twins", TwinAction.SKIP), "actions": TwinAction.choices,
        }  # fmt: skip
        if run.counts and not run.is_busy:
            context["counts"] = [(state, RowState(state).label, run.count(state)) for state in RowState.values]
            context["good"] = sum(run.count(state) for state in (RowState.NEW, RowState.CHANGED, RowState.SAME))
            context["bad"] = run.count(RowState.BAD) + run.count(RowState.HELD)
            context["problems"], context["more_problems"] = selectors.problems_of(run, after=line)
            if run.state == RunState.CHECKED:
                context["twins"], context["more_twins"] = selectors.twins_of(run, after=line)
        if run.state == RunState.UNDONE:
            context["kept"] = selectors.kept_changes(run)
        context["can_undo"] = bool(run.imported_at) and run.state in (RunState.DONE, RunState.FAILED)
        return context


class Check(RunView):
    """Ask for the dry run."""

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.request_check(run_id=run.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        return self.done(run)


class Twins(RunView):
    """Store what is to be done with likely twins."""

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        chosen = {name[5:]: str(text) for name, text in request.POST.items() if name.startswith("line-")}
        actions = {int(line): text for line, text in chosen.items() if line.isdigit()}
        try:
            services.choose_for_twins(
                run_id=run.pk,
                by=request.user,  # type: ignore[arg-type]
                default=request.POST.get("default", ""),
                actions=actions,
            )
            if "import" in request.POST:
                services.request_import(run_id=run.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        return self.done(run)


class RowsToMend(RunView):
    """The bad rows as a file, with what is wrong."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.path_of(run)
        except DomainError as refused:
            return self.refused(run, refused)
        response = StreamingHttpResponse(mending.lines_to_mend(run), content_type="text/csv; charset=utf-8")
        stem = "".join(letter if letter.isalnum() else "-" for letter in run.name.rpartition(".")[0] or run.name)[:80]
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(stem)}-to-mend.csv"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class Import(RunView):
    """Ask for the import."""

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.request_import(run_id=run.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        return self.done(run)


class Undo(RunView):
    """Ask whether to take the import back, then do it."""

    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        run = self.run()
        return render(request, "imports/undo.html", {"run": run, "profile": selectors.profile_of(run), "step": 5})

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.request_undo(run_id=run.pk, by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        return self.done(run)


class Discard(RunView):
    """Throw away a file that was not imported."""

    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        run = self.run()
        try:
            services.discard_run(run_id=run.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.refused(run, refused)
        messages.success(request, _("“{file}” is thrown away.").format(file=run.name))
        return redirect("core:import_list")
