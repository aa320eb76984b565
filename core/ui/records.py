"""The card of a record: head, facts, next step, timeline, relations, files, history."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from core import policy
from core.remembered import Given, Statement
from core.ui import facts, panels, remarks, timeline
from core.ui.drafts import new_key
from core.ui.lists import RegisterView
from core.ui.panels import Act, Stat

__all__ = ["Act", "RecordScreen", "RecordView", "Section", "Stat"]


@dataclass(frozen=True)
class Section:
    """A tab of the card."""

    key: str
    label: str | Promise
    count: int | None = None


class RecordView(RegisterView):
    """A view of one record of a register; one the user may not know of answers 404."""

    @cached_property
    def record(self) -> Any:
        if not self.register.rows_are_steady or type(self).record_rows is not RecordView.record_rows:
            return get_object_or_404(self.record_rows(), pk=self.kwargs["pk"])
        memory, place = policy.memory_of(self.user), ("record", self.register.key, get_language())
        if place not in memory:
            memory[place] = Statement(self.record_rows().filter(pk=Given(0)))
        found = memory[place].ask(self.kwargs["pk"])
        if not found:
            raise Http404
        return found[0]

    def record_rows(self) -> Any:
        return self.register.rows_for(self.user)

    def may_change(self) -> bool:
        """May the record's fields be changed? One without a form changes by verbs alone."""
        if self.register.form_class is None:
            return False
        return self.register.may(self.user, self.register.change_action, self.record)


class RecordScreen(ContextMixin, TemplateResponseMixin, RecordView):
    """The whole card, or for htmx the section asked for."""

    template_name = "ui/record.html"
    sections: ClassVar[tuple[Section, ...]] = (
        Section("overview", _("Overview")),
        Section("timeline", _("Timeline")),
        Section("files", _("Files")),
        Section("history", _("History")),
    )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = self.render_to_response(self.get_context_data(**kwargs))
        response["Vary"] = "HX-Request"
        return response

    def stats(self) -> list[Stat]:
        """The key numbers; a card that has some overrides it."""
        return []

    def told_by_others(self) -> list[Stat]:
        """Key numbers that apps above know about the record; each declares who may see it."""
        return panels.stats_of(self.record, self.user)

    def acts(self) -> list[Act]:
        """The buttons of the head beside Edit and the bin; other apps add theirs by `panels.add_acts`."""
        return []

    def subtitle(self) -> Iterator[SafeString | str]:
        """Small facts under the name."""
        yield from ()

    def badges(self) -> Iterator[SafeString]:
        """Tags beside the name, the state first."""
        yield from ()

    def next_step(self) -> Any:
        """What to do now: a task to show first, or None."""
        return None

    @cached_property
    def offered_sections(self) -> list[Section]:
        may_see_history = policy.allows(self.user, "core.view_history")
        return [section for section in self.sections if section.key != "history" or may_see_history]

    @cached_property
    def section(self) -> str:
        asked = self.request.GET.get("tab", "")
        return asked if any(section.key == asked for section in self.offered_sections) else "overview"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, register, user = self.record, self.register, self.user
        context = {
            "record": record,
            "register": register,
            "section": self.section,
            "sections": self.offered_sections,
            "badges": list(self.badges()),
            "subtitle": list(self.subtitle()),
            "stats": self.stats(),
            "acts": [*panels.acts_of(record, user), *self.acts()],
            "may_change": self.may_change() and register.has_fields_for(user),
            "may_bin": register.may(user, register.bin_action, record),
            "tags": remarks.tags_of(record),
            "follows": remarks.is_followed(record, user),
            "url": register.url_of(record),
            "list_url": register.url("list"),
            "mark": register.mark_of(record, "xl"),
            "comment_key": new_key(),
        }
        return super().get_context_data(**context, **getattr(self, f"_{self.section}")(), **kwargs)

    def _overview(self) -> dict[str, Any]:
        made = panels.of(self.record, self.request)
        return {
            "facts": facts.facts_of(self.record, self.register, self.user, self.may_change()),
            "next_step": self.next_step(),
            "main_panels": made["main"],
            "side_panels": made["side"],
            "left_panels": made["left"],
            "composers": made["composer"],
            "entries": timeline.newest(self.record, self.user, limit=10),
        }

    def _timeline(self) -> dict[str, Any]:
        before = self.request.GET.get("before", "")
        entries = timeline.newest(self.record, self.user, limit=50, before=before)
        return {
            "entries": entries,
            "oldest": entries[-1].at.isoformat() if entries else "",
            "composers": panels.of(self.record, self.request, places=("composer",))["composer"],
        }

    def _files(self) -> dict[str, Any]:
        made = panels.of(self.record, self.request, keys=("files", "documents"))
        return {"file_panels": [*made["main"], *made["side"]]}

    def _history(self) -> dict[str, Any]:
        return {"changes": timeline.changes_of(self.record, self.register, self.user)}
