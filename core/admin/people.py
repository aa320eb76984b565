from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import EntityAdmin, ReadOnlyAdmin, RefusalsMixin
from core.choices import Reach
from core.models import Role, RoleAssignment, RoleGrant, Team, User
from core.services import roles

admin.site.unregister(Group)  # rights come from roles


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "first_name", "last_name")


class RoleAssignmentInline(admin.TabularInline):
    model = RoleAssignment
    extra = 0
    autocomplete_fields = ("role", "branches")


@admin.register(User)
class UserAdmin(RefusalsMixin, DjangoUserAdmin):
    """Accounts. Roles are given by the service, so nobody gives more than he holds, or anything to himself."""

    add_form = NewUserForm
    list_display = ("email", "first_name", "last_name", "job_title", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "role_assignments__role", "teams")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    filter_horizontal = ()
    show_full_result_count = False
    inlines = (RoleAssignmentInline,)
    readonly_fields = ("uuid", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "job_title", "language", "time_zone")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
        (_("Machine"), {"fields": ("uuid", "external_key", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "usable_password", "password1", "password2")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields = tuple(super().get_readonly_fields(request, obj))
        if not request.user.is_superuser or obj == request.user:
            return (*fields, "is_active", "is_staff", "is_superuser")
        return fields

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        by, user = request.user, form.instance
        formset.save(commit=False)
        for assignment in formset.deleted_objects:
            roles.withdraw_role(user_id=user.pk, role_code=assignment.role.code, by=by)  # type: ignore[arg-type]
        for line in formset.forms:
            if line.has_changed() and line.instance not in formset.deleted_objects:
                if "role" in line.changed_data and line.instance.pk:
                    before = RoleAssignment.objects.select_related("role").get(pk=line.instance.pk)
                    roles.withdraw_role(user_id=user.pk, role_code=before.role.code, by=by)  # type: ignore[arg-type]
                roles.assign_role(
                    user_id=user.pk,
                    role_code=line.cleaned_data["role"].code,
                    branch_ids=[branch.pk for branch in line.cleaned_data["branches"]],
                    warehouse_ids=line.cleaned_data["warehouse_ids"] or [],
                    by=by,  # type: ignore[arg-type]
                )


@admin.register(Team)
class TeamAdmin(EntityAdmin):
    list_display = ("name", "branch", "leader")
    list_filter = ("branch",)
    search_fields = ("name",)
    autocomplete_fields = ("members",)


class RoleGrantInline(admin.TabularInline):
    model = RoleGrant
    extra = 0
    ordering = ("action",)


@admin.register(Role)
class RoleAdmin(EntityAdmin):
    """Roles and how far each of their rights goes; the service refuses to give more than one holds."""

    list_display = ("code", "name", "is_system")
    list_filter = ("is_system",)
    search_fields = ("code", "name")
    readonly_fields = ("is_system",)
    inlines = (RoleGrantInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not (obj and obj.is_system)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        by, code = request.user, form.instance.code
        formset.save(commit=False)
        for grant in formset.deleted_objects:
            roles.set_grant(role_code=code, action=grant.action, reach=Reach.NONE, by=by)  # type: ignore[arg-type]
        for line in formset.forms:
            if line.has_changed() and line.instance not in formset.deleted_objects:
                if "action" in line.changed_data and line.initial.get("action"):
                    roles.set_grant(role_code=code, action=line.initial["action"], reach=Reach.NONE, by=by)  # type: ignore[arg-type]
                reach = Reach(line.cleaned_data["reach"])
                roles.set_grant(role_code=code, action=line.cleaned_data["action"], reach=reach, by=by)  # type: ignore[arg-type]


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    list_display = ("role", "action", "reach")
    list_filter = ("role", "reach")
    search_fields = ("action",)


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(ReadOnlyAdmin):
    list_display = ("user", "role", "warehouse_ids")
    list_filter = ("role",)
    search_fields = ("user__email", "user__last_name")
