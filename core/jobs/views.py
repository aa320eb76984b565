"""Pages of background work: the list, one job with its progress, its files."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views import View

from core.errors import DomainError
from core.jobs import selectors
from core.jobs.files import KEPT
from core.jobs.services import cancel_job, resume_job
from core.models import Job, JobFile
from core.ui.access import Guarded
from core.ui.paging import SortKey, page_of

PAGE = 50


class JobList(Guarded, View):
    """One's own jobs, the newest first; administrators may look at everybody's."""

    action = "core.view_job"

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        sees_all = selectors.sees_all(user)
        everybody = sees_all and request.GET.get("of") == "all"
        jobs = selectors.jobs_visible_to(user)
        if not everybody:
            jobs = jobs.filter(by_id=user.pk)
        shown = request.GET.get("show", "")
        page = page_of(
            selectors.by_state(jobs, shown),
            [SortKey("pk", descending=True, nullable=False)],
            size=PAGE,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
        context = {"page": page, "shown": shown, "sees_all": sees_all, "everybody": everybody}
        return render(request, "jobs/job_list.html", context)


class JobView(Guarded, View):
    """What the pages of one job have in common. One that the user may not know of answers 404."""

    action = "core.view_job"

    def job(self) -> Job:
        jobs = selectors.jobs_visible_to(self.request.user)  # type: ignore[arg-type]
        return get_object_or_404(jobs.prefetch_related("files"), uuid=self.kwargs["uuid"])

    def answer(self, job: Job, *, error: Any = None) -> HttpResponse:
        """The whole page, or its live part for htmx."""
        context = {
            "job": job,
            "facts": selectors.facts_of(job),
            "findings": selectors.findings_of(job),
            "files": sorted(job.files.all(), key=lambda file: file.pk),
            "kept_days": KEPT.days,
            "error": error,
        }
        template = "jobs/_job.html" if self.request.headers.get("HX-Request") else "jobs/job.html"
        response = render(self.request, template, context, status=409 if error else 200)
        patch_vary_headers(response, ["HX-Request"])
        return response


class JobPage(JobView):
    def get(self, request: HttpRequest, uuid: Any) -> HttpResponse:
        return self.answer(self.job())


class JobCancel(JobView):
    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        job = self.job()
        cancel_job(job_id=job.pk, by=request.user)  # type: ignore[arg-type]
        return self.answer(self.job()) if request.headers.get("HX-Request") else redirect(job)


class JobResume(JobView):
    def post(self, request: HttpRequest, uuid: Any) -> HttpResponseBase:
        job = self.job()
        try:
            resume_job(job_id=job.pk, by=request.user)  # type: ignore[arg-type]
        except DomainError as refused:
            return self.answer(self.job(), error=refused)
        return self.answer(self.job()) if request.headers.get("HX-Request") else redirect(job)


class JobFileDownload(Guarded, View):
    """A file that a job left, for its owner and administrators; never shown inside the page."""

    action = "core.view_job"

    def get(self, request: HttpRequest, uuid: Any, file_uuid: Any) -> HttpResponseBase:
        files = JobFile.objects.visible_to(request.user, "core.view_job")  # type: ignore[arg-type]
        found = get_object_or_404(files, job__uuid=uuid, uuid=file_uuid, removed_at=None)
        try:
            content = found.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(content, as_attachment=True, filename=found.name, content_type=found.content_type)
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Cache-Control"] = "private, no-store"
        return response
