"""What crm puts on cards: folds to log a talk and plan a task, and what was said, in the timeline."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from core.remembered import remembered
from core.services.records import linked_ids
from core.ui import cells, panels, registers, timeline
from core.ui.panels import Panel
from core.ui.timeline import Entry
from crm import relations, webform_panels
from crm.choices import InteractionKind, TaskStatus
from crm.models import Client, Interaction, Lead, Person, Task, WebForm

ICONS = {"meeting": "users", "call": "phone", "sms": "message", "mail": "mail", "chat": "messages", "form": "forms"}


def _fold(record: Any, name: str, label: str, icon: str) -> dict[str, Any] | None:
    """A fold whose form is fetched when somebody opens it: most cards are opened to be read."""
    register = registers.of(record)
    if register is None:
        return None
    return {"label": label, "icon": icon, "action": reverse(f"crm:{name}", args=[register.key, record.pk])}


def talk(record: Any, user: Any) -> dict[str, Any] | None:
    return _fold(record, "log_talk", _("Call"), "phone")


def task(record: Any, user: Any) -> dict[str, Any] | None:
    return _fold(record, "plan_task", _("Task"), "checkbox")


def _newest_talks(rows: QuerySet[Interaction], before: Any, user: Any) -> QuerySet[Any]:
    known = registers.with_people(rows.visible_to(user, "crm.view_interaction"), "owner")
    return known.filter(at__lt=before).order_by("-at")


@remembered
def _talks_with_client(client: Any, before: Any, user: Any) -> QuerySet[Any]:
    return _newest_talks(Interaction.objects.filter(client=client), before, user)


@remembered
def _talks_with_person(person: Any, before: Any, user: Any) -> QuerySet[Any]:
    return _newest_talks(Interaction.objects.filter(person=person), before, user)


@remembered
def _talks_by_key(keys: Any, before: Any, user: Any) -> QuerySet[Any]:
    return _newest_talks(Interaction.objects.filter(pk__in=keys.each), before, user)


@remembered
def _tasks_by_key(keys: Any, before: Any, user: Any) -> QuerySet[Any]:
    rows = Task.objects.visible_to(user).filter(pk__in=keys.each, status=TaskStatus.DONE, done_at__lt=before)
    return rows.select_related("assignee").order_by("-done_at")


def talks(record: Any, user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    """Calls, meetings and letters, as far as the user may see them."""
    until = before or timeline.LATEST
    if isinstance(record, Client):
        rows = _talks_with_client(record.pk, until, user, limit=limit)
    elif isinstance(record, Person):
        rows = _talks_with_person(record.pk, until, user, limit=limit)
    else:
        rows = _talks_by_key(linked_ids(Interaction, [record]), until, user, limit=limit)
    for row in rows:
        body = cells.paragraphs(row.body or row.subject) if row.body or row.subject else ""
        tone = "ok" if row.kind == InteractionKind.CALL else "info"
        yield Entry(row.at, ICONS.get(row.kind, "message"), row.get_kind_display(), str(row.owner or ""), body, tone)


def tasks_done(record: Any, user: Any, before: datetime | None, limit: int) -> Iterable[Entry]:
    keys = linked_ids(Task, [record])
    for row in _tasks_by_key(keys, before or timeline.LATEST, user, limit=limit) if keys else ():
        what = _("Done: %(task)s") % {"task": row.title}
        yield Entry(row.done_at, "checks", what, str(row.assignee or ""), tone="ok")


for model in (Client, Person, Lead):
    panels.add(model, Panel("talk", "crm/_composer.html", talk, "composer", 10, needs="crm.log_interaction"))
    panels.add(model, Panel("task", "crm/_composer.html", task, "composer", 20, needs="crm.create_task"))
    timeline.add(model, talks)
    timeline.add(model, tasks_done)

panels.add(
    Client, Panel("entities", "crm/_entities.html", relations.legal_entities, order=10, needs="crm.view_legalentity")
)
panels.add(Client, Panel("contacts", "crm/_contacts.html", relations.contacts, order=40, needs="crm.view_person"))
panels.add(Client, Panel("points", "crm/_points.html", relations.points, "side", 60))
panels.add(Person, Panel("places", "crm/_places.html", relations.places, order=10, needs="crm.view_client"))
panels.add(Person, Panel("points", "crm/_points.html", relations.points, "side", 10))
panels.add(Lead, Panel("came_in", "crm/_came_in.html", relations.came_in, "side", 10))
panels.add(Lead, Panel("consent", "crm/webforms/_consent.html", webform_panels.consent, "side", 20))
panels.add(WebForm, Panel("quarantine", "crm/webforms/_quarantine.html", webform_panels.quarantine, order=10))
panels.add(WebForm, Panel("latest", "crm/webforms/_latest.html", webform_panels.latest, order=20))
panels.add(WebForm, Panel("embed", "crm/webforms/_embed.html", webform_panels.embed, "side", 10))
