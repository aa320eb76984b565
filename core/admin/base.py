"""What every admin page of the project starts from.

The admin is a window: people look at all rows there, and change only master data that no service guards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import ForeignKey
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from core import policy
from core.backends import view_action
from core.errors import DomainError
from core.ui import switches

MACHINE_FIELDS = ("uuid", "version", "created_at", "updated_at", "created_by", "updated_by")


class ReadOnlyMixin:
    """Takes adding, changing and deleting away from an admin page or an inline."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ShownRelationsMixin:
    """Joins the foreign keys that a list shows: as many statements for 100 rows as for 10."""

    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)  # type: ignore[misc]
        if hasattr(rows, "visible_to") and view_action(rows.model) in policy.known_actions():
            rows = rows.visible_to(request.user, view_action(rows.model))
        keys = {field.name for field in rows.model._meta.fields if isinstance(field, ForeignKey)}
        shown = [name for name in self.list_display if name in keys]  # type: ignore[attr-defined]
        return rows.select_related(*shown) if shown else rows


class RefusalsMixin:
    """A rule that says no becomes a message on the page; the transaction of the page is rolled back."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._or_refusal(request, super().changeform_view, *args, **kwargs)  # type: ignore[misc]

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._or_refusal(request, super().changelist_view, *args, **kwargs)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._or_refusal(request, super().delete_view, *args, **kwargs)  # type: ignore[misc]

    def _or_refusal(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())


class InUseMixin:
    """The admin pages of a switched-off module are closed like its own pages, for superusers as well."""

    opts: Any

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_in_use() and super().has_module_permission(request)  # type: ignore[misc]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_in_use() and super().has_view_permission(request, obj)  # type: ignore[misc]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_in_use() and super().has_add_permission(request)  # type: ignore[misc]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_in_use() and super().has_change_permission(request, obj)  # type: ignore[misc]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_in_use() and super().has_delete_permission(request, obj)  # type: ignore[misc]

    def _is_in_use(self) -> bool:
        return switches.app_is_on(self.opts.app_label)


class ReadOnlyInline(ReadOnlyMixin, admin.TabularInline):
    """The lines of a document that only services write."""

    extra = 0
    can_delete = False
    show_change_link = True


class ReadOnlyAdmin(InUseMixin, RefusalsMixin, ShownRelationsMixin, ReadOnlyMixin, admin.ModelAdmin):
    """Ledgers, documents and machinery: to be searched and read, never edited."""

    actions = None


class EntityAdmin(InUseMixin, RefusalsMixin, ShownRelationsMixin, admin.ModelAdmin):
    """Master data that people may edit here; who, when and version are shown and kept by the machine.

    Foreign keys to models whose admin can be searched get a search box, not a list of a million rows.
    """

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        stored = {field.name for field in self.model._meta.fields}
        declared = list(super().get_readonly_fields(request, obj))
        return declared + [name for name in MACHINE_FIELDS if name in stored and name not in declared]

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        declared = list(super().get_autocomplete_fields(request))
        for field in self.model._meta.fields:
            other = self.admin_site._registry.get(field.related_model) if isinstance(field, ForeignKey) else None
            if other is not None and other.search_fields and field.name not in declared:
                declared.append(field.name)
        return declared

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        stored = {field.name for field in self.model._meta.fields}
        if "created_by" in stored and not change:
            obj.created_by = request.user
        if "updated_by" in stored:
            obj.updated_by = request.user
        super().save_model(request, obj, form, change)
