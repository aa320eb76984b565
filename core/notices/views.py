"""Pages of notices: the bell, the list, how a user wants to hear of things, and his reminders."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import View

from core.errors import DomainError
from core.models import Notice
from core.notices import kinds, places, selectors, services
from core.notices.forms import PreferencesForm, RemindForm
from core.notices.reminders import forget_reminder, remind
from core.ui.access import Guarded
from core.ui.paging import SortKey, page_of
from core.ui.toasts import toast

PAGE = 50


def is_htmx(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def next_page(request: HttpRequest, default: str) -> HttpResponseBase:
    """Back to where the form stood, if that is a page of ours."""
    wanted = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return redirect(wanted if inside else default)


class Own(Guarded, View):
    """Everybody has notices; each sees his own alone."""

    action = None


class Bell(Own):
    """The bell of the top bar, brought up to date."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "notices/_bell.html")


class NoticeList(Own):
    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        kind, shown = request.GET.get("kind", ""), request.GET.get("show", "")
        page = page_of(
            selectors.notices_of(user, kind=kind, unread_only=shown == "unread"),
            [SortKey("unread", descending=True, nullable=False)],
            size=PAGE,
            after=request.GET.get("after", ""),
            before=request.GET.get("before", ""),
        )
        known = {declared.code: declared for declared in kinds.declared()}
        for notice in page.rows:
            notice.declared = known.get(notice.kind)
        context = {
            "page": page,
            "kinds": known.values(),
            "kind": kind,
            "shown": shown,
            "newest": selectors.newest_id(user),
            "unread": selectors.unread_count(user),
        }
        return render(request, "notices/notice_list.html", context)


class NoticeOpen(Own):
    """Where a notice leads; opening it is reading it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        notice = get_object_or_404(Notice, pk=pk, user=request.user)
        services.mark_read(notice_ids=[pk], at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        inside = notice.url.startswith("/") and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
        return redirect(notice.url if inside else "core:notice_list")


class NoticeRead(Own):
    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        notice = get_object_or_404(Notice, pk=pk, user=request.user)
        services.mark_read(notice_ids=[pk], at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        if not is_htmx(request):
            return next_page(request, "core:notice_list")
        notice.refresh_from_db()
        notice.declared = {kind.code: kind for kind in kinds.declared()}.get(notice.kind)  # type: ignore[attr-defined]
        return render(request, "notices/_notice.html", {"notice": notice, "with_bell": True})


class NoticeReadAll(Own):
    def post(self, request: HttpRequest) -> HttpResponseBase:
        up_to = request.POST.get("up_to", "")
        if up_to.isdecimal() and len(up_to) < 19:
            services.mark_all_read(up_to=int(up_to), at=timezone.now(), by=request.user)  # type: ignore[arg-type]
        return next_page(request, "core:notice_list")


class Preferences(Own):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, PreferencesForm(user=request.user))

    def post(self, request: HttpRequest) -> HttpResponseBase:
        form = PreferencesForm(request.POST, user=request.user)
        if not form.is_valid():
            return self._page(request, form, status=422)
        values = {name: form.cleaned_data[name] for name in ("digest_on", "digest_hour", "task_lead_minutes")}
        services.choose(by=request.user, wishes=form.wishes(), **values)  # type: ignore[arg-type]
        toast(request, _("Your wishes are saved"))
        return redirect("core:notice_preferences")

    def _page(self, request: HttpRequest, form: PreferencesForm, status: int = 200) -> HttpResponse:
        return render(request, "notices/preferences.html", {"form": form}, status=status)


class Remind(Own):
    """Ask to be reminded of a record: a small form on its card, or this page."""

    def get(self, request: HttpRequest, app: str, model: str, pk: int) -> HttpResponse:
        form = RemindForm(user=request.user, now=timezone.now())
        return render(request, "notices/remind.html", {"form": form, "record": self._record(request, app, model, pk)})

    def post(self, request: HttpRequest, app: str, model: str, pk: int) -> HttpResponseBase:
        record, now = self._record(request, app, model, pk), timezone.now()
        form = RemindForm(request.POST, user=request.user, now=now)
        context: dict[str, Any] = {"form": form, "record": record}
        if not form.is_valid():
            return self._answer(request, context, status=422)
        values = form.cleaned_data
        try:
            reminder = remind(by=request.user, at=values["at"], now=now, record=record, text=values["text"])  # type: ignore[arg-type]
        except DomainError as refused:
            form.add_error("at", str(refused))
            return self._answer(request, context, status=422)
        if is_htmx(request):
            return self._answer(request, {**context, "reminder": reminder})
        toast(request, _("You will be reminded"))
        return next_page(request, reminder.url or "core:reminder_list")

    def _answer(self, request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
        template = "notices/_remind.html" if is_htmx(request) else "notices/remind.html"
        response = render(request, template, context, status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def _record(self, request: HttpRequest, app: str, model: str, pk: int) -> Any:
        """A record that the user may see; anything else is unknown to him."""
        try:
            found = apps.get_model(app, model)
        except LookupError as error:
            raise Http404 from error
        record = found._default_manager.filter(pk=pk).first() if hasattr(found, "ownership") else None
        if record is None or getattr(record, "binned_at", None) or not places.may_know_of(request.user, record):
            raise Http404
        return record


class ReminderList(Own):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "notices/reminder_list.html", {"reminders": selectors.reminders_of(request.user)[:200]})


class ReminderForget(Own):
    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        forget_reminder(reminder_id=pk, by=request.user)  # type: ignore[arg-type]
        return next_page(request, "core:reminder_list")
