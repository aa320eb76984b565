from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from core.admin.base import EntityAdmin, ReadOnlyAdmin, ReadOnlyInline
from crm.models import (
    Client,
    ContactPoint,
    Interaction,
    Lead,
    LeadRoute,
    LegalEntity,
    Person,
    PersonRole,
    Source,
    Task,
    TaskDependency,
    WebForm,
    WebFormSubmission,
)


@admin.register(Source)
class SourceAdmin(EntityAdmin):
    list_display = ("code", "name", "channel", "utm_pattern", "parent", "is_active")
    list_filter = ("channel", "is_active")
    search_fields = ("code", "name", "utm_pattern")
    ordering = ("code",)


@admin.register(LeadRoute)
class LeadRouteAdmin(EntityAdmin):
    list_display = ("position", "source", "owner", "is_active")
    list_filter = ("is_active",)
    search_fields = ("source__name", "owner__email")
    ordering = ("position",)


class LegalEntityInline(ReadOnlyInline):
    model = LegalEntity
    fk_name = "client"
    fields = ("legal_name", "country", "tax_id", "valid_from", "valid_to", "successor")


class ContactPointInline(ReadOnlyInline):
    model = ContactPoint
    fields = ("kind", "value", "is_primary", "consent", "consent_at")


class PersonRoleInline(ReadOnlyInline):
    model = PersonRole
    fields = ("person", "client", "legal_entity", "position", "is_primary")


@admin.register(Client)
class ClientAdmin(EntityAdmin):
    """Blocking, the credit limit and legal entities have rules and rights of their own: services change them."""

    list_display = ("name", "status", "segment", "owner", "branch", "is_customer", "is_supplier")
    list_filter = ("status", "is_customer", "is_supplier", "is_person", "branch")
    search_fields = ("name", "external_key", "legal_entities__legal_name", "legal_entities__tax_id")
    readonly_fields = ("status", "credit_limit", "external_key")
    inlines = (LegalEntityInline, PersonRoleInline, ContactPointInline)


@admin.register(LegalEntity)
class LegalEntityAdmin(EntityAdmin):
    """An entity stays with its client, and ends by the service that checks its successor."""

    list_display = ("legal_name", "client", "country", "tax_id", "payment_days", "valid_from", "valid_to")
    list_filter = ("country", "territory")
    search_fields = ("legal_name", "tax_id", "account_number", "client__name")
    readonly_fields = ("valid_to", "successor", "external_key")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fields = super().get_readonly_fields(request, obj)
        return [*fields, "client"] if obj else fields


@admin.register(Person)
class PersonAdmin(EntityAdmin):
    list_display = ("last_name", "first_name", "status", "kind", "owner")
    list_display_links = ("last_name", "first_name")
    list_filter = ("status", "kind")
    search_fields = ("last_name", "first_name", "contact_points__normalised", "external_key")
    readonly_fields = ("external_key",)
    inlines = (PersonRoleInline, ContactPointInline)


@admin.register(PersonRole)
class PersonRoleAdmin(ReadOnlyAdmin):
    list_display = ("person", "client", "legal_entity", "position", "is_primary")
    list_filter = ("is_primary",)
    search_fields = ("person__last_name", "client__name", "position")


@admin.register(ContactPoint)
class ContactPointAdmin(ReadOnlyAdmin):
    """The one spelling and the proof of consent are the service's work."""

    list_display = ("value", "kind", "person", "client", "is_primary", "consent", "consent_at")
    list_filter = ("kind", "consent", "is_primary")
    search_fields = ("normalised", "value", "person__last_name", "client__name")


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "status", "source", "owner", "received_at", "response_minutes", "client")
    list_filter = ("status", "source", "branch", "received_at")
    search_fields = ("title", "name", "company", "email", "phone")
    date_hierarchy = "received_at"
    ordering = ("-received_at",)


@admin.register(Interaction)
class InteractionAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "direction", "status", "at", "client", "person", "owner")
    list_filter = ("kind", "direction", "status", "at")
    search_fields = ("subject", "thread", "client__name", "person__last_name")
    date_hierarchy = "at"
    ordering = ("-at",)


class TaskDependencyInline(ReadOnlyInline):
    model = TaskDependency
    fk_name = "task"
    fields = ("needs",)


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "status", "assignee", "team", "branch", "due_at", "done_at")
    list_filter = ("status", "kind", "branch", "team")
    search_fields = ("title", "key", "assignee__email")
    ordering = ("-pk",)
    inlines = (TaskDependencyInline,)


@admin.register(TaskDependency)
class TaskDependencyAdmin(ReadOnlyAdmin):
    list_display = ("task", "needs")
    search_fields = ("task__title", "needs__title")


@admin.register(WebForm)
class WebFormAdmin(ReadOnlyAdmin):
    list_display = ("name", "is_active", "source", "owner", "hourly_limit")
    list_filter = ("is_active", "source")
    search_fields = ("name", "title")
    ordering = ("name",)


@admin.register(WebFormSubmission)
class WebFormSubmissionAdmin(ReadOnlyAdmin):
    list_display = ("form", "state", "doubt", "lead", "received_at", "decided_by")
    list_filter = ("state", "doubt", "form")
    ordering = ("-id",)
