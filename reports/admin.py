from django.contrib import admin

from core.admin.base import EntityAdmin, ReadOnlyAdmin, ReadOnlyInline
from reports.models import Classification, ClassificationRow, KPIPlan


class ClassificationRowInline(ReadOnlyInline):
    model = ClassificationRow
    fields = ("rank", "record_id", "letter", "figure", "share")
    ordering = ("rank",)
    max_num = 0


@admin.register(KPIPlan)
class KPIPlanAdmin(EntityAdmin):
    list_display = ("month", "indicator", "person", "team", "target", "weight", "status")
    list_filter = ("indicator", "status")
    search_fields = ("person__last_name", "person__first_name", "person__email", "team__name", "indicator")
    date_hierarchy = "month"


@admin.register(Classification)
class ClassificationAdmin(ReadOnlyAdmin):
    list_display = ("kind", "subject", "starts_on", "ends_on", "computed_at", "by")
    list_filter = ("kind", "subject")
    search_fields = ("subject",)
    date_hierarchy = "computed_at"
    inlines = (ClassificationRowInline,)


@admin.register(ClassificationRow)
class ClassificationRowAdmin(ReadOnlyAdmin):
    list_display = ("classification", "rank", "record_id", "letter", "figure", "share")
    list_filter = ("letter",)
    search_fields = ("=record_id",)
