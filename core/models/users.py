from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.choices import Reach
from core.history import tracked, tracked_without
from core.models.base import QuickRows, UUIDv7
from core.models.stamps import stamps


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        """Make a user who signs in by e-mail; without a password he cannot sign in."""
        user = self.model(email=self.normalize_email(email).lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **extra})


@tracked_without("password", "last_login", "rights_stamp", "factor_needed_since")
class User(QuickRows, AbstractUser):
    """A person who works with the system; several roles at once, each with its branches."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    uuid = models.UUIDField(unique=True, editable=False, db_default=UUIDv7())
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    job_title = models.CharField(_("job title"), max_length=120, blank=True)
    external_key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    # Grows when the roles of the person change; a session that remembers another one gets a new key.
    rights_stamp = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    # Since when a second factor is asked of the person, for the days of grace.
    factor_needed_since = models.DateTimeField(null=True, blank=True, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []
    objects = UserManager()  # type: ignore[misc,assignment]
    is_system = False

    class Meta:
        verbose_name, verbose_name_plural = _("user"), _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_spelling")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email


@tracked
class Team(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, null=True, blank=True, related_name="teams")
    leader = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="teams_led")
    members = models.ManyToManyField(User, related_name="teams", blank=True)

    class Meta:
        triggers = [stamps("team_stamps_the_setup")]

    def __str__(self) -> str:
        return self.name


@tracked_without("known_actions")
class Role(models.Model):
    """A named set of rights. System roles are kept in step with what the apps declare."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    is_system = models.BooleanField(default=False)
    needs_second_factor = models.BooleanField(
        _("needs a second factor"),
        default=False,
        db_default=False,
        help_text=_("Whoever is in this role signs in with an authenticator app or a passkey as well."),
    )
    known_actions = ArrayField(models.CharField(max_length=80), default=list, blank=True, editable=False)

    class Meta:
        triggers = [stamps("role_stamps_the_setup")]

    def __str__(self) -> str:
        return self.name


@tracked
class RoleGrant(models.Model):
    """One right of a role and how far it goes."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="grants")
    action = models.CharField(_("action"), max_length=80)
    reach = models.PositiveSmallIntegerField(_("reach"), choices=Reach.choices, default=Reach.ALL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "action"], name="role_grant_once_per_action"),
            models.CheckConstraint(condition=Q(reach__in=Reach.values), name="role_grant_reach_is_known"),
        ]
        triggers = [stamps("role_grant_stamps_the_setup")]

    def __str__(self) -> str:
        return f"{self.role_id}: {self.action}"


@tracked
class RoleAssignment(models.Model):
    """A user in a role, in some branches or (none named) in all of them, and the same with warehouses.

    Warehouses are named by id because they live in an app above this one.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    branches = models.ManyToManyField("core.Branch", blank=True, related_name="+")
    warehouse_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="role_assigned_once_per_user")]
        triggers = [stamps("role_assignment_stamps_the_setup")]

    def __str__(self) -> str:
        return f"{self.user_id} / {self.role_id}"


@tracked_without(obj_field=None)
class TeamMembership(Team.members.through):  # type: ignore[name-defined,misc]
    """Who belongs to which team decides who may do what, so this join keeps its history as well."""

    class Meta:
        proxy = True
        triggers = [stamps("team_membership_stamps_the_setup")]


@tracked_without(obj_field=None)
class RoleBranch(RoleAssignment.branches.through):  # type: ignore[name-defined,misc]
    """The branches of an assignment, with their history."""

    class Meta:
        proxy = True
        triggers = [stamps("role_branch_stamps_the_setup")]
