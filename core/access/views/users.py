"""The pages of accounts: who there is, what he may, where he is signed in, and what was done to him."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from core import policy
from core.access import acting, factors, forms, selectors, services, sessions
from core.access.views.base import AsksAgain, Closed, ServiceForm, me
from core.documents.figures import language
from core.errors import DomainError
from core.models import Organization, Role, User
from core.services import roles, users
from core.services.fingerprints import fingerprint

PAGE = 50


class UserList(Closed, TemplateView):
    action = "core.manage_users"
    template_name = "access/user_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET
        chosen = {
            "text": asked.get("q", "").strip(),
            "state": asked.get("state", "") if asked.get("state") in selectors.STATES else "",
            "role": asked.get("role", ""),
        }
        page = Paginator(selectors.users_list(**chosen), PAGE).get_page(asked.get("page"))
        return super().get_context_data(page=page, chosen=chosen, roles=Role.objects.order_by("name"), **kwargs)


class OfUser(Closed):
    """A page about one account."""

    action: ClassVar[str | None] = "core.manage_users"
    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def user(self) -> User:
        return get_object_or_404(User, pk=self.kwargs["pk"])

    def to_card(self) -> HttpResponse:
        return HttpResponseRedirect(reverse("core:user_card", args=[self.user.pk]))


class UserCard(OfUser, TemplateView):
    template_name = "access/user_card.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        by, user = me(self.request), self.user
        assignments = user.role_assignments.select_related("role").prefetch_related("branches").order_by("role__name")
        beyond = roles.lacks_right_of(by, user)
        own = by.pk == user.pk
        may_act = policy.allows(by, "core.act_as") and not own and not beyond and user.is_active
        return super().get_context_data(
            person=user,
            language=language(user.language),
            assignments=assignments,
            warehouses=_warehouse_names(assignments),
            teams=user.teams.order_by("name"),
            sessions=sessions.live_sessions(user, at=timezone.now()),
            has_factor=factors.has_one(user),
            needs_factor=factors.is_needed(user),
            history=selectors.history_of_user(user),
            may_roles=policy.allows(by, "core.assign_roles") and not own,
            may_act=may_act,
            beyond=beyond,
            own=own,
            **kwargs,
        )


def _warehouse_names(assignments: Any) -> dict[int, str]:
    from core.access import ports

    return dict(ports.warehouses()) if any(one.warehouse_ids for one in assignments) else {}


class UserNew(Closed, AsksAgain, ServiceForm):
    action = "core.manage_users"
    template_name = "access/user_form.html"
    form_class = forms.NewPersonForm
    refused_field = "email"

    def get_initial(self) -> dict[str, Any]:
        company = Organization.objects.filter(is_active=True).order_by("pk").first()
        zone = company.time_zone if company else me(self.request).time_zone
        return {"language": settings.LANGUAGE_CODE, "time_zone": zone}

    def call(self, form: Any) -> HttpResponse:
        values = dict(form.cleaned_data)
        invite = values.pop("invite")
        user = users.create_user(by=me(self.request), **values)
        if invite:
            users.invite_user(user_id=user.pk, at=timezone.now(), by=me(self.request))
            messages.success(self.request, _("Account created, the invitation is on its way."))
        else:
            messages.success(self.request, _("Account created."))
        return HttpResponseRedirect(reverse("core:user_card", args=[user.pk]))


class UserEdit(OfUser, AsksAgain, ServiceForm):
    template_name = "access/user_form.html"
    form_class = forms.PersonForm
    refused_field = "email"

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.user, name) for name in forms.PersonForm.base_fields}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.user, **kwargs)

    def seen(self) -> str:
        return fingerprint(User.objects.get(pk=self.user.pk))

    def call(self, form: Any) -> HttpResponse:
        users.change_user(user_id=self.user.pk, by=me(self.request), seen=self.was_seen, **form.cleaned_data)
        messages.success(self.request, _("Saved."))
        return self.to_card()


class UserRole(OfUser, AsksAgain, ServiceForm):
    """Put somebody into a role, or say in which branches and warehouses one he has holds."""

    action = "core.assign_roles"
    template_name = "access/user_role.html"
    form_class = forms.RoleOfUserForm
    refused_field = "role"

    @cached_property
    def assignment(self) -> Any:
        code = self.kwargs.get("code")
        return get_object_or_404(self.user.role_assignments, role__code=code) if code else None

    def get_form_kwargs(self) -> dict[str, Any]:
        free = Role.objects.exclude(assignments__user=self.user).order_by("name")
        fixed = self.assignment.role if self.assignment else None
        return {**super().get_form_kwargs(), "by": me(self.request), "roles": free, "fixed": fixed}

    def get_initial(self) -> dict[str, Any]:
        if self.assignment is None:
            return {}
        places = [branch.pk for branch in self.assignment.branches.all()]
        return {"branches": places, "warehouses": self.assignment.warehouse_ids}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.user, assignment=self.assignment, **kwargs)

    def call(self, form: Any) -> HttpResponse:
        values = form.cleaned_data
        code = self.assignment.role.code if self.assignment else values["role"].code
        roles.assign_role(
            user_id=self.user.pk,
            role_code=code,
            branch_ids=[branch.pk for branch in values["branches"]],
            warehouse_ids=values.get("warehouses") or [],
            by=me(self.request),
        )
        messages.success(self.request, _("Role given."))
        return self.to_card()


class UserAct(OfUser, AsksAgain, View, ABC):
    """One verb on an account; a refusal is told on its card."""

    done: str = ""

    @abstractmethod
    def act(self, user: User, by: User) -> None:
        """Call the service of this button. Each button says which."""

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            self.act(self.user, me(request))
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, str(self.done))
        return self.to_card()


class RoleWithdraw(UserAct):
    action = "core.assign_roles"

    def act(self, user: User, by: User) -> None:
        roles.withdraw_role(user_id=user.pk, role_code=self.kwargs["code"], by=by)
        self.done = _("Role withdrawn.")


class UserBlock(UserAct):
    def act(self, user: User, by: User) -> None:
        users.block_user(user_id=user.pk, by=by)
        self.done = _("Account blocked and signed out everywhere.")


class UserUnblock(UserAct):
    def act(self, user: User, by: User) -> None:
        users.unblock_user(user_id=user.pk, by=by)
        self.done = _("Account works again.")


class UserInvite(UserAct):
    def act(self, user: User, by: User) -> None:
        users.invite_user(user_id=user.pk, at=timezone.now(), by=by)
        self.done = _("The link to set a password is on its way.")


class UserSignOut(UserAct):
    def act(self, user: User, by: User) -> None:
        services.end_sessions(user_id=user.pk, by=by)
        self.done = _("Signed out everywhere.")


class FactorsRemove(UserAct):
    def act(self, user: User, by: User) -> None:
        users.remove_factors(user_id=user.pk, at=timezone.now(), by=by)
        self.done = _("Second factors removed.")


class ActAs(OfUser, AsksAgain, ServiceForm):
    """Begin to work in another's name, with a reason."""

    action = "core.act_as"
    template_name = "access/act_as.html"
    form_class = forms.ReasonForm
    refused_field = "reason"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.user, minutes=settings.ACTING_MINUTES, **kwargs)

    def call(self, form: Any) -> HttpResponse:
        row = services.start_acting(
            person_id=self.user.pk, reason=form.cleaned_data["reason"], at=timezone.now(), by=me(self.request)
        )
        acting.begin(self.request, row)
        return HttpResponseRedirect(reverse("home"))


class ActingLog(Closed, TemplateView):
    """Who worked in whose name."""

    action = "core.act_as"
    template_name = "access/acting_log.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = Paginator(selectors.acting_log(), PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(page=page, **kwargs)
