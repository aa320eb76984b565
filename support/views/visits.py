"""The card of a visit and what is done with it: its start, its report, its failure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import policy
from core.errors import DomainError
from core.ui import cells, registers
from core.ui.access import Guarded
from core.ui.lists import ListScreen
from core.ui.records import Act, RecordScreen
from core.ui.sending import key_of, known_of, seen_of, send_once
from core.ui.shell import address
from core.ui.toasts import toast
from support.choices import VisitStatus
from support.forms import ReasonForm, ReportForm
from support.models import InstallationVisit
from support.registers import VISIT_TONES, when
from support.reporting_forms import report_of
from support.selectors.visits import parts_named, parts_offered
from support.services import visits
from support.services.crew_links import OPEN

SHORT = timedelta(hours=1)


class VisitList(ListScreen):
    template_name = "support/visit_list.html"


class VisitCard(RecordScreen):
    def badges(self) -> Iterator[SafeString]:
        yield cells.tag(self.record.get_status_display(), VISIT_TONES.get(self.record.status, ""))

    def subtitle(self) -> Iterator[SafeString | str]:
        visit = self.record
        if visit.slot or visit.status in OPEN:
            yield when(visit) or _("No time yet")
        order = address("sales:order_card", visit.order_id)
        yield format_html('<a href="{}">{}</a>', order, visit.order) if order else str(visit.order)
        yield str(visit.order.client)

    def acts(self) -> list[Act]:
        visit, user = self.record, self.user
        if visit.status not in OPEN:
            return []
        made, pk = [], [visit.pk]
        if policy.allows(user, "support.plan_visit", visit):
            if visit.status == VisitStatus.PLANNED:
                made.append(Act(_("Start"), "player-play", reverse("support:visit_start", args=pk), post=True))
            made.append(Act(_("Link for the crew"), "qrcode", reverse("support:visit_link", args=pk), primary=True))
        if policy.allows(user, "support.finish_visit", visit):
            made.append(Act(_("Report it"), "checkbox", reverse("support:visit_finish", args=pk)))
            made.append(Act(_("Could not install"), "x", reverse("support:visit_fail", args=pk)))
        return made


class OfVisit(Guarded, View):
    """A step of a visit the user may know of; a refusal answers 409 on its page."""

    action = "support.plan_visit"
    heading: Any = ""
    sees: ClassVar[tuple[str, ...]] = ("status",)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated:
            rows = InstallationVisit.objects.visible_to(request.user, "support.view_installationvisit")
            self.visit = get_object_or_404(rows.select_related("order__client"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    @property
    def card(self) -> str:
        return registers.by_key("support.visit").url_of(self.visit)

    def page(self, template: str, status: int = 200, **context: Any) -> HttpResponse:
        told = {"visit": self.visit, "record": self.visit, "record_url": self.card, "heading": self.heading}
        told |= {"key": key_of(self.request), "seen": seen_of(self.request, self.visit, self.sees)}
        return render(self.request, template, {**told, **context}, status=status)


class VisitStart(OfVisit):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            visits.start_visit(visit_id=pk, at=timezone.now(), by=request.user)  # type: ignore[arg-type]
            toast(request, _("The crew is on its way."))
        except DomainError as refused:
            toast(request, refused, level="bad")
        return HttpResponseRedirect(self.card)


class VisitFail(OfVisit):
    action = "support.finish_visit"
    heading = gettext_lazy("The visit came to nothing")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page("crm/compose.html", form=ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.page("crm/compose.html", 422, form=form)
        user: Any = request.user

        def run() -> str:
            visits.fail_visit(visit_id=pk, reason=form.cleaned_data["reason"], at=timezone.now(), by=user)
            return "noted"

        try:
            send_once(request, run, record=self.visit, sees=self.sees)
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.page("crm/compose.html", 409, form=form)
        toast(request, _("It is noted. You can plan another visit."))
        return HttpResponseRedirect(self.card)


class VisitFinish(OfVisit):
    """A user reports for the crew: the same facts as on the phone, photos as files."""

    action = "support.finish_visit"
    heading = gettext_lazy("Report the visit")

    def form(self, data: Any = None, files: Any = None) -> ReportForm:
        offered = parts_offered(self.visit)
        items = parts_named(named_in(data), offered) if data is not None else offered
        return ReportForm(data, files, items=items, initial={"outcome": "all"})

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page("support/visit_finish.html", form=self.form())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        data = request.POST.copy()
        data["outcome"] = "part" if data.get("left", "").strip() else "all"
        known = known_of(request)
        if known is not None:
            return self._done(known)
        form, user = self.form(data, request.FILES), self.request.user
        if not form.is_valid():
            return self.page("support/visit_finish.html", 422, form=form)

        def run() -> dict[str, str]:
            result = visits.finish_visit(
                visit_id=pk,
                report=report_of(form),
                submission_key=key_of(request),
                at=timezone.now(),
                by=user,  # type: ignore[arg-type]
            )
            return {"number": result.number}

        try:
            return self._done(send_once(request, run, record=self.visit, sees=self.sees))
        except DomainError as refused:
            form.add_error(None, str(refused))
            return self.page("support/visit_finish.html", 409, form=form)

    def _done(self, result: dict[str, str]) -> HttpResponse:
        toast(self.request, _("Visit %(number)s is done.") % {"number": result["number"]})
        return HttpResponseRedirect(self.card)


def named_in(data: Any) -> list[int]:
    """The items whose quantities a form carries."""
    names = (name.removeprefix("part_") for name in data if name.startswith("part_"))
    return [int(name) for name in names if name.isdigit() and len(name) < 19]
