from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from core.models import ActingEnd, ActingSession, UserSession

# The library lets one edit other people's second factors and addresses; here they are only looked at.
admin.site.unregister([Authenticator, EmailAddress])


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    search_fields = ("user__email",)
    ordering = ("-created_at",)
    exclude = ("data",)


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    list_display = ("user", "email", "verified", "primary")
    search_fields = ("email",)
    ordering = ("email",)


@admin.register(UserSession)
class UserSessionAdmin(ReadOnlyAdmin):
    list_display = ("user", "device", "address", "signed_in_at", "last_seen_at")
    search_fields = ("user__email", "user__last_name", "=address")
    date_hierarchy = "signed_in_at"
    ordering = ("-last_seen_at",)
    exclude = ("key_hash",)


@admin.register(ActingSession)
class ActingSessionAdmin(ReadOnlyAdmin):
    list_display = ("by", "person", "reason", "began_at", "until")
    search_fields = ("by__email", "person__email", "reason")
    date_hierarchy = "began_at"
    ordering = ("-began_at",)


@admin.register(ActingEnd)
class ActingEndAdmin(ReadOnlyAdmin):
    list_display = ("acting", "ended_at")
    ordering = ("-ended_at",)
