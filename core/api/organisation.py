"""What every other record names: organisations, branches, people, teams, taxes."""

from __future__ import annotations

from core.api.filters import plain
from core.api.resources import Resource, add
from core.models import Branch, Organization, Tax, Team, User

SEEN_BY_ALL = "core.view_branch"


add(
    Resource(
        path="organizations",
        model=Organization,
        doc="The companies that work with this system.",
        fields=("code", "name", "currency_id", "time_zone", "is_active"),
        filters=plain("is_active"),
        sorts=("code", "name"),
    ),
    Resource(
        path="branches",
        model=Branch,
        doc="Branches of the organisations.",
        fields=("organization_id", "code", "name", "time_zone", "is_active"),
        filters=plain("organization_id", "is_active"),
        sorts=("code", "name"),
    ),
    Resource(
        path="users",
        model=User,
        doc="The people who own, do and decide, by name; their addresses and rights are not told here.",
        fields=("uuid", "first_name", "last_name", "job_title", "is_active"),
        view_action=SEEN_BY_ALL,
        rows=lambda _user: User.objects.all(),
        filters=plain("is_active"),
        sorts=("last_name",),
    ),
    Resource(
        path="teams",
        model=Team,
        doc="Teams of people.",
        fields=("name", "branch_id", "leader_id"),
        view_action=SEEN_BY_ALL,
        rows=lambda _user: Team.objects.all(),
        sorts=("name",),
    ),
    Resource(
        path="taxes",
        model=Tax,
        doc="Kinds of tax; their rates change with the days.",
        fields=("code", "name"),
        view_action=SEEN_BY_ALL,
        rows=lambda _user: Tax.objects.all(),
        sorts=("code",),
    ),
)
