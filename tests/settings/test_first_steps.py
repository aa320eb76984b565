"""From nothing to a company: the one-time link, steps with their proof, put aside and taken up."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import policy
from core.errors import InvalidValue, LinkNotUsable
from core.models import SkippedStep, User
from core.services import firststeps
from core.settingspages import steps
from tests.factories import core as make

pytestmark = pytest.mark.django_db
PERSON = {
    "email": "First@Example.com",
    "first_name": "Fay",
    "last_name": "First",
    "password": "a sentence nobody guesses 7",
}


def link() -> str:
    out = io.StringIO()
    call_command("first_admin", stdout=out)
    return out.getvalue().strip()


def test_the_command_prints_a_link_that_works_once():
    address = link()
    path = "/" + address.split("/", 3)[3]
    browser = Client()
    assert browser.get(path).status_code == 200
    answer = browser.post(path, PERSON)
    assert answer.status_code == 302
    assert answer.url == reverse("core:setup")
    user = User.objects.get()
    assert (user.email, user.is_superuser) == ("first@example.com", False)
    assert user.check_password(PERSON["password"])
    assert policy.allows(user, "core.manage_users")
    assert Client().get(path).status_code == 404
    assert Client().post(path, {**PERSON, "email": "second@example.com"}).status_code == 404
    assert User.objects.count() == 1
    with pytest.raises(CommandError):
        link()


def test_a_weak_password_and_a_wrong_mail_stay_beside_their_field():
    path = "/" + link().split("/", 3)[3]
    answer = Client().post(path, {**PERSON, "password": "short"})
    assert answer.status_code == 422
    assert "Fay" in answer.content.decode()
    assert not User.objects.exists()
    assert Client().post(path, PERSON).status_code == 302


def test_a_link_runs_out_and_a_new_one_withdraws_the_old():
    now = timezone.now()
    old = firststeps.invite_first_administrator(at=now)
    assert not firststeps.is_usable(old, at=now + timedelta(hours=25))
    new = firststeps.invite_first_administrator(at=now)
    assert not firststeps.is_usable(old, at=now)
    with pytest.raises(LinkNotUsable):
        firststeps.create_first_administrator(token=old, at=now, **PERSON)
    with pytest.raises(InvalidValue):
        firststeps.create_first_administrator(token=new, at=now, **{**PERSON, "email": "nobody"})
    firststeps.create_first_administrator(token=new, at=now, **PERSON)


def test_no_link_where_somebody_may_set_up_already(admin):
    with pytest.raises(firststeps.AdministratorExists):
        firststeps.invite_first_administrator(at=timezone.now())


def test_steps_prove_themselves_from_data(admin, as_admin):
    states = {one.step.code: one.state for one in steps.standings(admin)}
    assert states["administrator"] == "done"
    assert states["organization"] == states["branch"] == states["items"] == "open"
    make.make_branch()
    states = {one.step.code: one.state for one in steps.standings(admin)}
    assert states["organization"] == states["branch"] == states["currency"] == states["calendar"] == "done"
    page = as_admin.get(reverse("core:setup")).content.decode()
    assert page.count('aria-current="step"') == 1


def test_a_step_is_put_aside_and_taken_up(admin, as_admin):
    as_admin.post(reverse("core:setup_skip", args=["items"]))
    as_admin.post(reverse("core:setup_skip", args=["items"]))
    assert SkippedStep.objects.get().by == admin
    assert {one.step.code: one.state for one in steps.standings(admin)}["items"] == "skipped"
    as_admin.post(reverse("core:setup_resume", args=["items"]))
    assert not SkippedStep.objects.exists()
    assert as_admin.post(reverse("core:setup_skip", args=["nonsense"])).status_code == 404


def test_a_whole_empty_company_is_set_up_through_the_pages(admin, as_admin):
    def send(page: str, /, **data: str) -> None:
        answer = as_admin.post(reverse(page), data)
        assert answer.status_code == 302, answer.content.decode()

    send("core:settings_calendar_new", name="Usual", code="usual", time_zone="Europe/Berlin", monday="8:00-16:00")
    send("core:settings_currency_new", code="eur", name="Euro", decimals="2")
    calendar = make.WorkCalendar.objects.get()
    send(
        "core:settings_organization_new",
        name="Oak Ltd",
        code="oak",
        currency="EUR",
        calendar=str(calendar.pk),
        time_zone="Europe/Berlin",
    )
    entity = make.Organization.objects.get()
    where = {"calendar": str(calendar.pk), "time_zone": "Europe/Berlin"}
    send("core:settings_branch_new", organization=str(entity.pk), name="Main", code="main", **where)
    send("core:setup_taxes", country="PL", since="2026-01-01")
    branch = make.Branch.objects.get()
    send("inventory:settings_warehouse_new", branch=str(branch.pk), name="Hall 1", code="hall-1")
    send("inventory:settings_unit_new", code="pc", name="Piece")
    send("sales:settings_pipeline_new", name="Usual", code="usual", is_default="on")
    states = {one.step.code: one.state for one in steps.standings(admin)}
    done = {"calendar", "currency", "organization", "branch", "taxes", "warehouse", "units", "pipeline"}
    assert {code for code, state in states.items() if state == "done"} >= done
