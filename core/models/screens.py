"""What people leave on the screens: saved views, comments, tags, follows, drafts, and steps that can be undone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from core.choices import Tone, ViewScope
from core.history import tracked
from core.models.base import Entity, LockingQuerySet, UUIDv7
from core.models.stamps import stamps
from core.ownership import Ownership


@tracked
class SavedView(Entity):
    """Filters, sort, columns and layout of one list under a name: for its owner, for a team, or for everybody.

    `query` holds the parameters of the list's address, so a view opens as a plain link.
    """

    register = models.CharField(_("list"), max_length=60)
    name = models.CharField(_("name"), max_length=80)
    scope = models.CharField(_("for whom"), max_length=8, choices=ViewScope.choices, default=ViewScope.PRIVATE)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    team = models.ForeignKey("core.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="saved_views")
    query = models.JSONField(_("query"), default=dict)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    pinned_by = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="pinned_views")

    ownership: ClassVar[Ownership] = Ownership(owner="owner")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "register", "owner", Lower("name"), name="saved_view_named_once_per_list", violation_error_message=_(
                    "You have a view of this name already."
                )
            ),
            models.CheckConstraint(
                condition=Q(scope=ViewScope.TEAM, team__isnull=False) | (~Q(scope=ViewScope.TEAM) & Q(team=None)),
                name="saved_view_of_a_team_names_it",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["register", "position"], name="saved_view_of_list")]
        triggers = [stamps("saved_view_stamps_the_setup")]

    def __str__(self) -> str:
        return self.name


class PinnedView(SavedView.pinned_by.through):  # type: ignore[name-defined,misc]
    """Who has which view in the sidebar."""

    class Meta:
        proxy = True
        triggers = [stamps("pinned_view_stamps_the_setup")]


class OfRecord(models.Model):
    """A row that hangs on any record."""

    record_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    record_id = models.BigIntegerField()
    record = GenericForeignKey("record_type", "record_id")

    class Meta:
        abstract = True


@tracked
class Comment(OfRecord):
    """What a person says about a record, to those who may see it; people named with @ are told."""

    text = models.TextField(_("text"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="comments")
    mentions = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    edited_at = models.DateTimeField(_("edited at"), null=True, blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="comment_says_something")]
        indexes = [models.Index(fields=["record_type", "record_id", "-created_at"], name="comment_of_record")]

    def __str__(self) -> str:
        return self.text[:60]


class Tag(models.Model):
    """A word people put on records of any kind."""

    name = models.CharField(_("name"), max_length=40)
    tone = models.CharField(_("colour"), max_length=8, choices=Tone.choices, default=Tone.PLAIN, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="tag_named_once")]

    def __str__(self) -> str:
        return self.name


class TagLink(OfRecord):
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="links")
    tagged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_type", "record_id", "tag"], name="record_tagged_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} #{self.record_id}"


class Follow(OfRecord):
    """Somebody wants to hear what happens to a record."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record_type", "record_id", "user"], name="record_followed_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} #{self.record_id}"


class Draft(models.Model):
    """What somebody typed into a form and has not sent yet. Only its writer sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=120)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "form"], name="draft_once_per_form")]

    def __str__(self) -> str:
        return self.form


class UndoStep(models.Model):
    """A change that its maker may take back for a while: what was before, and the version it led to.

    `steps` is a list of {register, id, version, before}.
    """

    uuid = models.UUIDField(unique=True, editable=False, db_default=UUIDv7())
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=200)
    steps = models.JSONField(default=list)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = LockingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.label
