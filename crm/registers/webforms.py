from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.actors import Actor
from core.search.simple import search_by
from core.ui import registers, remarks
from core.ui.bulk import AddTag
from core.ui.registers import Register
from core.ui.tables import Column, Kind
from crm.filters import WebFormFilter
from crm.models import WebForm
from crm.selectors.webforms import count_reader
from crm.services.webforms import change_webform, create_webform
from crm.webform_forms import WebFormForm


@registers.add
class WebForms(Register):
    """Forms for the company's web site; what is sent becomes leads."""

    model, name, plural, icon, section = WebForm, "webform", "webforms", "forms", "grow"
    view_action = "crm.view_webform"
    create_action = "crm.manage_webforms"
    change_action = "crm.manage_webforms"
    form_class, filter_class = WebFormForm, WebFormFilter
    bulk_actions = (AddTag(),)
    single_fields = frozenset({"name", "title", "intro", "frame_hosts"})
    facts = ("name", "is_active", "source", "owner", "title", "button_text", "colour", "language", "hourly_limit")
    default_sort = "name"
    columns = (
        Column("name", _("Form"), sort="name", folds=True, on_phone=True),
        Column("is_active", _("Open"), Kind.YESNO, sort="is_active", edits="is_active"),
        Column("sent", _("Sent"), Kind.NUMBER, batch=count_reader(1)),
        Column("waiting", _("In quarantine"), Kind.NUMBER, batch=count_reader(2), on_phone=True),
        Column("leads", _("Leads"), Kind.NUMBER, batch=count_reader(3)),
        Column("source", _("Source"), sort="source__name", edits="source"),
        Column("owner", _("Owner of leads"), Kind.USER, sort="owner__first_name", edits="owner"),
        Column("tags", _("Tags"), Kind.TAGS, batch=remarks.tags_reader(WebForm), shown=False),
        Column("updated_at", _("Changed"), Kind.AGO, sort="updated_at"),
    )

    @property
    def empty_text(self) -> Any:
        return _("Make the first form, put it on your web site, and what visitors send becomes leads.")

    def rows_for(self, user: Actor) -> QuerySet[Any]:
        return self.visible_to(user).select_related("source", "owner")

    def initial_for(self, user: Any) -> dict[str, Any]:
        return {}

    def create_record(self, values: dict[str, Any], by: Actor) -> WebForm:
        return create_webform(by=by, **values)

    def change_record(self, record: WebForm, changes: dict[str, Any], version: int | None, by: Actor) -> WebForm:
        return change_webform(webform_id=record.pk, changes=changes, version=version, by=by)


search_by(WebForms, "name", "title")
