from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from core.models import Job, JobFile, Notice, NoticePreference, NoticeSettings, Reminder


class JobFileInline(ReadOnlyInline):
    model = JobFile
    fields = ("name", "content_type", "size", "created_at", "removed_at")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "state", "done", "steps", "attempts", "by", "created_at", "finished_at")
    list_filter = ("state", "kind")
    search_fields = ("title", "=key", "=reference", "=uuid")
    date_hierarchy = "created_at"
    ordering = ("-id",)
    inlines = (JobFileInline,)


@admin.register(JobFile)
class JobFileAdmin(ReadOnlyAdmin):
    list_display = ("name", "job", "content_type", "size", "created_at", "removed_at")
    search_fields = ("name", "sha256")
    ordering = ("-id",)
    exclude = ("file",)  # downloads go through a page that checks whose it is


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ("user", "kind", "text", "created_at", "read_at", "mail", "mailed_at")
    list_filter = ("kind", "mail", "in_bell")
    search_fields = ("text", "key", "user__email")
    date_hierarchy = "created_at"
    ordering = ("-id",)


@admin.register(NoticePreference)
class NoticePreferenceAdmin(ReadOnlyAdmin):
    list_display = ("user", "kind", "in_bell", "mail")
    list_filter = ("kind", "mail")
    search_fields = ("user__email",)


@admin.register(NoticeSettings)
class NoticeSettingsAdmin(ReadOnlyAdmin):
    list_display = ("user", "digest_on", "digest_hour", "task_lead_minutes", "settled_on")
    search_fields = ("user__email",)


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ("user", "at", "text", "done_at")
    search_fields = ("text", "user__email")
    ordering = ("-id",)
