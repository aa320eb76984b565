"""Installation, the crew's form, service tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from samples.shots.screens import Screen, at, of
from support.choices import VisitStatus
from support.models import InstallationVisit, Ticket
from support.services.crew_links import open_visit_link


def a_done_visit(user: Any) -> InstallationVisit | None:
    done = InstallationVisit.objects.visible_to(user).filter(status=VisitStatus.DONE)
    return done.filter(parts__isnull=False).order_by("-pk").first() or done.order_by("-pk").first()


def an_open_visit(user: Any) -> InstallationVisit | None:
    rows = InstallationVisit.objects.all() if user is None else InstallationVisit.objects.visible_to(user)
    return rows.filter(status__in=(VisitStatus.PLANNED, VisitStatus.IN_FIELD)).order_by("slot", "pk").first()


def a_ticket(user: Any) -> Ticket | None:
    return Ticket.objects.visible_to(user).order_by("resolved_at", "sla_due_at").first()


def the_form(_user: Any) -> str | None:
    visit = an_open_visit(None)
    if visit is None:
        return None
    token = open_visit_link(visit_id=visit.pk, expires_at=timezone.now() + timedelta(days=1), by=SYSTEM)
    return reverse("support:visit_public", args=[token])


def _to_step_3(page: Any) -> None:
    """The step of the mock-up: what was done, something left."""
    page.wait_for_selector("[data-ready]")
    for _ in range(2):
        page.click("[data-next]")
    page.check("[name=outcome][value=part]")
    page.fill("[name=left]", "Plinth on the left side, 1.2 m. The wall is 8 mm out.")
    page.fill("[name=hours]", "19.5")


def _to_step_4(page: Any) -> None:
    page.wait_for_selector("[data-ready]")
    page.evaluate("document.querySelectorAll('.vstep').forEach(s => { s.hidden = s.dataset.step !== '4'; })")


SCREENS = (
    Screen("visits", "production_lead", at("support:visit_list")),
    Screen("visit-crews", "production_lead", at("support:visit_calendar")),
    Screen("visit-card", "director", of("support:visit_card", a_done_visit)),
    Screen("visit-open", "production_lead", of("support:visit_card", an_open_visit)),
    Screen("visit-link", "production_lead", of("support:visit_link", an_open_visit)),
    Screen("visit-plan", "production_lead", at("support:visit_new")),
    Screen("visit-finish", "production_lead", of("support:visit_finish", an_open_visit)),
    Screen("visit-form", "", the_form, mock="14-installer-form"),
    Screen("visit-form-done", "", the_form, mock="14-installer-form", act=_to_step_3),
    Screen("visit-form-sign", "", the_form, mock="14-installer-form", act=_to_step_4),
    Screen("visit-link-dead", "", lambda _user: reverse("support:visit_public", args=["altered"])),
    Screen("tickets", "head_of_sales", at("support:ticket_list")),
    Screen("ticket-card", "head_of_sales", of("support:ticket_card", a_ticket)),
    Screen("ticket-new", "head_of_sales", at("support:ticket_new")),
)
