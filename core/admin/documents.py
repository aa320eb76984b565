from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from core.models import Document


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Which papers were made. The file itself is opened on the record's page, which asks for the right to see it."""

    list_display = (
        "name", "kind", "number", "state", "language", "is_final", "is_draft", "pages", "requested_at", "requested_by",
    )  # fmt: skip
    list_filter = ("state", "kind", "language", "is_final")
    search_fields = ("name", "sha256", "=record_id")
    date_hierarchy = "requested_at"
    ordering = ("-id",)
    exclude = ("facts", "file")
