"""The pages of roles (what each may) and teams."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView

from core import policy
from core.access import forms, selectors
from core.access.views.base import AsksAgain, Closed, ServiceForm, me
from core.choices import Reach
from core.errors import DomainError
from core.models import Role, Team
from core.services import roles, teams
from core.services.fingerprints import fingerprint
from core.transactions import command


class RoleList(Closed, TemplateView):
    action = "core.assign_roles"
    template_name = "access/role_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(roles=selectors.roles_list(), **kwargs)


class RoleNew(Closed, AsksAgain, ServiceForm):
    action = "core.assign_roles"
    template_name = "access/role_form.html"
    form_class = forms.NewRoleForm

    def call(self, form: Any) -> HttpResponse:
        role = _create_role(by=me(self.request), **form.cleaned_data)
        messages.success(self.request, _("Role created. Now say what it may do."))
        return HttpResponseRedirect(reverse("core:role_card", args=[role.code]))


@command
def _create_role(*, code: str, name: str, needs_second_factor: bool, by: Any) -> Role:
    """Both steps or none."""
    role = roles.create_role(code=code, name=name, by=by)
    return roles.change_role(role_code=role.code, name=name, needs_second_factor=needs_second_factor, by=by)


class OfRole(Closed):
    action = "core.assign_roles"
    kwargs: dict[str, Any]

    @cached_property
    def role(self) -> Role:
        return get_object_or_404(Role, code=self.kwargs["code"])


class RoleCard(OfRole, AsksAgain, TemplateView):
    """What a role may: every declared right and how far it goes. Saving changes the rights that differ."""

    template_name = "access/role_card.html"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = self.wanted(request)
        try:
            changed = roles.set_grants(
                role_code=self.role.code, reaches=wanted, seen=request.POST.get("seen", ""), by=me(request)
            )
        except DomainError as error:
            differences = selectors.differences_of(self.role, wanted)
            stored = {grant.action: Reach(grant.reach) for grant in self.role.grants.all()}
            context = self.get_context_data(held=stored | wanted, refusal=str(error), differences=differences)
            return self.render_to_response(context, status=409)
        messages.success(
            request, ngettext("{count} right changed.", "{count} rights changed.", changed).format(count=changed)
        )
        return HttpResponseRedirect(reverse("core:role_card", args=[self.role.code]))

    @staticmethod
    def wanted(request: HttpRequest) -> dict[str, Reach]:
        """What the form says, as far as it speaks of declared rights and known reaches."""
        found = {}
        for code in policy.known_actions():
            value = request.POST.get(f"reach-{code}", "")
            if value.isdigit() and int(value) in Reach.values:
                found[code] = Reach(int(value))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        by = me(self.request)
        held = kwargs.pop("held", None)
        own = self.role.assignments.filter(user_id=by.pk).exists()
        may_give = (lambda *_: False) if own else roles.may_grant
        rights = selectors.rights_of(self.role, by, may_give=may_give, held=held)
        names = {app: apps.get_app_config(app).verbose_name for app in rights}
        people = self.role.assignments.select_related("user").order_by("user__last_name", "user__first_name")
        return super().get_context_data(
            role=self.role,
            areas=[(names[app], lines) for app, lines in rights.items()],
            reaches=[(reach, reach.label) for reach in Reach],
            history=selectors.history_of_role(self.role),
            people=people,
            own=own,
            seen=roles.rights_seen(self.role),
            **kwargs,
        )


class RoleEdit(OfRole, AsksAgain, ServiceForm):
    template_name = "access/role_form.html"
    form_class = forms.RoleForm

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.role.name, "needs_second_factor": self.role.needs_second_factor}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(role=self.role, **kwargs)

    def seen(self) -> str:
        return fingerprint(Role.objects.get(pk=self.role.pk))

    def call(self, form: Any) -> HttpResponse:
        roles.change_role(role_code=self.role.code, by=me(self.request), seen=self.was_seen, **form.cleaned_data)
        messages.success(self.request, _("Saved."))
        return HttpResponseRedirect(reverse("core:role_card", args=[self.role.code]))


class TeamList(Closed, TemplateView):
    action = "core.manage_users"
    template_name = "access/team_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(teams=selectors.teams_list(), **kwargs)


class TeamForm(Closed, AsksAgain, ServiceForm):
    """A team: a new one, or one that is there."""

    action = "core.manage_users"
    template_name = "access/team_form.html"
    form_class = forms.TeamForm

    @cached_property
    def team(self) -> Team | None:
        return get_object_or_404(Team, pk=self.kwargs["pk"]) if "pk" in self.kwargs else None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "team": self.team}

    def get_initial(self) -> dict[str, Any]:
        team = self.team
        if team is None:
            return {}
        members = list(team.members.values_list("pk", flat=True))
        return {"name": team.name, "branch": team.branch_id, "leader": team.leader_id, "members": members}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        history = selectors.history_of_team(self.team) if self.team else []
        return super().get_context_data(team=self.team, history=history, **kwargs)

    def seen(self) -> str:
        return teams.team_seen(Team.objects.get(pk=self.team.pk)) if self.team else ""

    def call(self, form: Any) -> HttpResponse:
        team_id = self.team.pk if self.team else None
        _write_team(team_id=team_id, values=form.cleaned_data, seen=self.was_seen, by=me(self.request))
        messages.success(self.request, _("Saved."))
        return HttpResponseRedirect(reverse("core:team_list"))


@command
def _write_team(*, team_id: int | None, values: dict[str, Any], seen: str, by: Any) -> None:
    """The team and its members, both or none."""
    facts = {
        "name": values["name"],
        "branch_id": values["branch"].pk if values["branch"] else None,
        "leader_id": values["leader"].pk if values["leader"] else None,
    }
    if team_id is None:
        team_id = teams.create_team(by=by, **facts).pk
    else:
        teams.change_team(team_id=team_id, seen=seen, by=by, **facts)
    teams.set_members(team_id=team_id, user_ids=[user.pk for user in values["members"]], by=by)
