"""What people left on the screens, to look at."""

from django.contrib import admin

from core.admin.base import ReadOnlyAdmin
from core.models import Comment, Draft, Follow, SavedView, Tag, TagLink, UndoStep


@admin.register(SavedView)
class SavedViewAdmin(ReadOnlyAdmin):
    list_display = ("name", "register", "owner", "scope", "team", "position")
    list_filter = ("register", "scope")
    search_fields = ("name",)


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "author", "record_type", "record_id", "text")
    search_fields = ("text",)


@admin.register(Tag)
class TagAdmin(ReadOnlyAdmin):
    list_display = ("name", "tone")
    search_fields = ("name",)


@admin.register(TagLink, Follow)
class OfRecordAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "record_type", "record_id")


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin):
    list_display = ("form", "user", "saved_at")


@admin.register(UndoStep)
class UndoStepAdmin(ReadOnlyAdmin):
    list_display = ("label", "user", "created_at", "undone_at")
