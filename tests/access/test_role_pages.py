"""Teams and roles on the settings pages."""

from __future__ import annotations

import html
import re

import pytest
from django.urls import reverse

from core.choices import Reach
from core.models import RoleAssignment, RoleGrant
from core.services import roles
from tests.access.conftest import browser_of, deputy
from tests.factories import core as make

pytestmark = pytest.mark.django_db


class TestTeams:
    def test_a_team_is_founded_changed_and_its_history_told(self, as_admin, seller):
        north = make.make_branch(name="North")
        url = reverse("core:team_new")
        assert as_admin.post(url, {"name": "Oak", "leader": seller.pk, "members": [seller.pk]}).status_code == 302
        team = seller.teams.get()
        assert team.leader == seller
        url = reverse("core:team_card", args=[team.pk])
        assert as_admin.post(url, {"name": "Elm", "branch": north.pk}).status_code == 302
        team.refresh_from_db()
        assert (team.name, team.branch, team.leader, team.members.count()) == ("Elm", north, None, 0)
        page = as_admin.get(url).content.decode()
        assert "Sven Seller joined" in page
        assert "Sven Seller left" in page
        assert "name: Oak → Elm" in page

    def test_a_name_twice_is_refused_beside_the_field(self, as_admin):
        make.make_team(name="Oak")
        answer = as_admin.post(reverse("core:team_new"), {"name": "Oak"})
        assert answer.status_code == 422
        assert "id_name_error" in answer.content.decode()

    def test_nobody_makes_himself_leader_or_member(self, as_admin, admin):
        for values in ({"leader": admin.pk}, {"members": [admin.pk]}):
            answer = as_admin.post(reverse("core:team_new"), {"name": "Oak", **values})
            assert answer.status_code == 409
        assert not admin.teams.exists()


class TestRoles:
    def test_a_role_of_ones_own_with_its_rights(self, as_admin):
        form = {"name": "Night shift", "code": "night", "needs_second_factor": "on"}
        assert as_admin.post(reverse("core:role_new"), form).url == reverse("core:role_card", args=["night"])
        url = reverse("core:role_card", args=["night"])
        as_admin.post(url, {"reach-crm.view_client": "2", "reach-core.view_branch": "4", "reach-no.such": "4"})
        held = dict(RoleGrant.objects.filter(role__code="night").values_list("action", "reach"))
        assert held == {"crm.view_client": 2, "core.view_branch": 4}
        page = as_admin.get(url).content.decode()
        assert "Rights of Night shift" in page
        assert "needs a second factor" in page
        as_admin.post(url, {"reach-crm.view_client": "0"})
        assert not RoleGrant.objects.filter(role__code="night", action="crm.view_client").exists()
        as_admin.post(reverse("core:role_edit", args=["night"]), {"name": "Night watch"})
        page = as_admin.get(url).content.decode()
        assert "name: Night shift → Night watch" in page
        assert "Records of the own teams" in page

    def test_what_one_does_not_hold_cannot_be_chosen_nor_sent(self):
        browser = browser_of(deputy(crm__view_client=Reach.TEAM))
        role = make.make_role()
        url = reverse("core:role_card", args=[role.code])
        page = browser.get(url).content.decode()
        choices = re.findall(r'name="reach-crm.view_client" value="(\d)"[^>]*?(disabled)?>', page)
        assert [(value, bool(off)) for value, off in choices] == [
            ("0", False), ("1", False), ("2", False), ("3", True), ("4", True)
        ]  # fmt: skip
        answer = browser.post(url, {"reach-crm.view_client": "4"})
        assert answer.status_code == 409
        assert "You cannot give a right" in answer.content.decode()
        assert not role.grants.exists()

    def test_a_conflict_shows_what_was_chosen_beside_what_stands_there_now(self, as_admin, admin):
        role = make.make_role()
        url = reverse("core:role_card", args=[role.code])
        seen = roles.rights_seen(role)
        roles.set_grants(role_code=role.code, reaches={"crm.view_client": Reach.OWN}, by=admin)
        form = {"reach-crm.view_client": "0", "reach-crm.view_lead": "2", "seen": seen}
        answer = as_admin.post(url, form)
        page = html.unescape(" ".join(answer.content.decode().split()))
        assert answer.status_code == 409 and "What you chose and what stands there now" in page
        own, none = str(Reach.OWN.label), str(Reach.NONE.label)
        assert f"<td>{own}</td><td><b>{none}</b></td>" in page
        assert re.search(r'name="reach-crm.view_lead" value="2"[^>]*checked', page)
        again = re.search(r'name="seen" value="([^"]*)"', page)
        assert as_admin.post(url, form | {"seen": again.group(1)}).status_code == 302
        assert list(role.grants.values_list("action", "reach")) == [("crm.view_lead", 2)]

    def test_nobody_changes_a_role_he_is_in(self, as_admin):
        url = reverse("core:role_card", args=["administrator"])
        before = RoleGrant.objects.filter(role__code="administrator").count()
        assert as_admin.post(url, {"reach-crm.view_client": "1"}).status_code == 409
        assert RoleGrant.objects.filter(role__code="administrator").count() == before
        assert "You are in this role" in as_admin.get(url).content.decode()
        with pytest.raises(roles.OwnRoles):
            roles.change_role(
                role_code="administrator", name="x", needs_second_factor=False, by=RoleAssignment.objects.get().user
            )

    def test_a_code_twice_is_refused(self, as_admin):
        answer = as_admin.post(reverse("core:role_new"), {"name": "Again", "code": "seller"})
        assert answer.status_code == 422
        assert "id_code_error" in answer.content.decode()
