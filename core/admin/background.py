from django.contrib import admin

from core.admin.base import ReadOnlyAdmin, ReadOnlyInline
from core.models import Job, JobFile


class JobFileInline(ReadOnlyInline):
    model = JobFile
    fields = ("name", "content_type", "size", "created_at", "removed_at")


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ("title", "kind", "state", "done", "total", "attempts", "by", "created_at", "finished_at")
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
