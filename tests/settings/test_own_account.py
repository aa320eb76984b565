"""The own profile, a session that is idle, and two administrators over one account, role or team."""

from __future__ import annotations

import time

import pytest
from django.urls import reverse

from core.access import sessions
from core.choices import Reach
from core.models import RoleGrant
from core.services import roles, teams, users
from core.services.fingerprints import ChangedMeanwhile, fingerprint
from tests.access.conftest import browser_of
from tests.factories import core as make

pytestmark = pytest.mark.django_db
PROFILE = {"first_name": "Nora", "last_name": "New", "language": "de", "time_zone": "Europe/Berlin"}


def test_everybody_keeps_his_own_profile():
    user = make.make_user("seller", first_name="Old")
    browser = browser_of(user)
    page = browser.get(reverse("core:profile"))
    assert page.status_code == 200
    answer = browser.post(reverse("core:profile"), {**PROFILE, "seen": page.context["seen"]})
    assert answer.status_code == 302
    assert answer.cookies["django_language"].value == "de"
    user.refresh_from_db()
    assert (user.first_name, user.language, user.time_zone) == ("Nora", "de", "Europe/Berlin")
    assert browser.post(reverse("core:profile"), {**PROFILE, "first_name": ""}).status_code == 422


def test_a_profile_over_somebody_elses_change_is_refused(admin):
    user = make.make_user("seller", first_name="Old")
    browser = browser_of(user)
    seen = browser.get(reverse("core:profile")).context["seen"]
    users.change_user(user_id=user.pk, first_name="Theirs", by=admin)
    answer = browser.post(reverse("core:profile"), {**PROFILE, "seen": seen})
    assert answer.status_code == 409
    assert "Theirs" in answer.content.decode()
    user.refresh_from_db()
    assert user.first_name == "Theirs"


def test_an_idle_session_ends_and_a_remembered_one_does_not(settings):
    settings.IDLE_MINUTES = 30
    for remembered in (False, True):
        browser = browser_of(make.make_user("seller"))
        browser.get("/")
        session = browser.session
        session.set_expiry(86_400 if remembered else 0)
        session[sessions.NOTE] = {**session[sessions.NOTE], "seen": int(time.time()) - 30 * 60 - 400}
        session.save()
        answer = browser.get(reverse("core:profile"))
        assert answer.status_code == (200 if remembered else 302)


def test_the_page_warns_before_and_staying_is_one_request(settings):
    settings.IDLE_MINUTES = 30
    browser = browser_of(make.make_user("seller"))
    browser.get("/")
    session = browser.session
    session.set_expiry(0)
    session.save()
    assert 'data-idle="1800"' in browser.get(reverse("core:profile")).content.decode()
    assert browser.post(reverse("core:stay")).status_code == 204
    settings.IDLE_MINUTES = 0
    assert "data-idle" not in browser.get(reverse("core:profile")).content.decode()


def test_two_administrators_over_one_account_role_and_team(admin):
    user, team = make.make_user("seller", first_name="Old"), make.make_team(name="Old")
    seen = fingerprint(user)
    users.change_user(user_id=user.pk, first_name="First", by=admin)
    with pytest.raises(ChangedMeanwhile):
        users.change_user(user_id=user.pk, first_name="Second", seen=seen, by=admin)
    users.change_user(user_id=user.pk, first_name="First", seen=seen, by=admin)

    seen = teams.team_seen(team)
    teams.set_members(team_id=team.pk, user_ids=[user.pk], by=admin)
    with pytest.raises(ChangedMeanwhile):
        teams.change_team(team_id=team.pk, name="New", branch_id=None, leader_id=None, seen=seen, by=admin)

    role = make.make_role()
    seen = roles.rights_seen(role)
    roles.set_grants(role_code=role.code, reaches={"crm.view_client": Reach.OWN}, by=admin)
    with pytest.raises(ChangedMeanwhile):
        roles.set_grants(role_code=role.code, reaches={"crm.view_lead": Reach.OWN}, seen=seen, by=admin)
    assert RoleGrant.objects.filter(role=role).count() == 1
