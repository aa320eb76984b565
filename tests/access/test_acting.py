"""Work in another's name: administrators only, for a reason, with both names everywhere, and never near access."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import InternalError, transaction
from django.urls import reverse
from django.utils import timezone

from core.access import services
from core.access.middleware import History
from core.choices import Reach
from core.errors import ActingIsClosed, HasMoreRights, InvalidValue, NotAllowed, OwnRoles
from core.models import ActingEnd, ActingSession, Branch, RoleGrant, User
from core.selectors.history import history_of
from core.services import organisation, roles, users
from tests.access.conftest import browser_of
from tests.factories import core as make

pytestmark = pytest.mark.django_db


def begin(browser, person, reason="Sven cannot find his quote"):
    return browser.post(reverse("core:act_as", args=[person.pk]), {"reason": reason})


def test_pages_and_rights_are_the_others_and_a_banner_says_so(as_admin, admin, seller):
    assert begin(as_admin, seller).url == "/"
    page = as_admin.get("/?areas").content.decode()
    assert "Anna Admin, you work in the name of" in page
    assert as_admin.get("/").wsgi_request.user == seller
    row = ActingSession.objects.get()
    assert (row.by, row.person, row.reason) == (admin, seller, "Sven cannot find his quote")
    assert as_admin.get(reverse("core:user_list")).status_code == 403


def test_stopping_gives_the_own_name_back_and_is_written_down(as_admin, seller):
    begin(as_admin, seller)
    answer = as_admin.post(reverse("core:acting_stop"))
    assert answer.url == reverse("core:user_card", args=[seller.pk])
    assert as_admin.get(reverse("core:user_list")).status_code == 200
    assert ActingEnd.objects.get().acting == ActingSession.objects.get()
    assert as_admin.post(reverse("core:acting_stop")).status_code == 302
    log = as_admin.get(reverse("core:acting_log")).content.decode()
    assert "Sven cannot find his quote" in log


def test_it_ends_by_itself_after_its_time(as_admin, seller, settings):
    settings.ACTING_MINUTES = 0.0001
    begin(as_admin, seller)
    assert as_admin.get(reverse("core:user_list")).status_code == 200
    assert ActingEnd.objects.get().ended_at <= ActingSession.objects.get().until


def test_signing_out_ends_it(as_admin, seller):
    begin(as_admin, seller)
    as_admin.post(reverse("account_logout"))
    assert ActingEnd.objects.count() == 1
    assert "_auth_user_id" not in as_admin.session


def test_it_ends_when_the_other_gets_more_rights_or_is_blocked(as_admin, seller):
    begin(as_admin, seller)
    User.objects.filter(pk=seller.pk).update(is_superuser=True)
    assert as_admin.get("/").wsgi_request.user != seller
    User.objects.filter(pk=seller.pk).update(is_superuser=False)
    begin(as_admin, seller)
    User.objects.filter(pk=seller.pk).update(is_active=False)
    assert as_admin.get("/").wsgi_request.user != seller
    assert ActingEnd.objects.count() == 2


@pytest.mark.parametrize("name", ["mfa_index", "account_change_password", "core:session_list", "admin:index"])
def test_access_is_closed_meanwhile(as_admin, seller, name):
    begin(as_admin, seller)
    answer = as_admin.get(reverse(name))
    assert answer.status_code == 403
    assert "Closed while you work" in answer.content.decode()


def test_even_a_fellow_administrator_lends_no_power_over_rights(as_admin, admin):
    fellow = make.make_user("administrator")
    begin(as_admin, fellow)
    for name, args in (("core:user_list", []), ("core:user_role_new", [admin.pk]), ("core:role_card", ["seller"])):
        assert as_admin.get(reverse(name, args=args)).status_code == 403
    fellow.acting_by = admin
    with pytest.raises(ActingIsClosed):
        roles.assign_role(user_id=admin.pk, role_code="seller", by=fellow)
    with pytest.raises(ActingIsClosed):
        roles.set_grant(role_code="seller", action="core.manage_users", reach=Reach.ALL, by=fellow)
    with pytest.raises(ActingIsClosed):
        users.create_user(email="new@example.com", by=fellow)
    with pytest.raises(ActingIsClosed):
        services.end_sessions(user_id=fellow.pk, by=fellow)


def test_the_history_names_both(admin, seller):
    branch = make.make_branch()
    fellow = make.make_user("administrator")
    fellow.acting_by = admin
    organisation.create_branch(organization_id=branch.organization_id, code="x", name="X", by=fellow)
    change = history_of(Branch.objects.get(code="x"))[0]
    assert (change.user, change.acting_for) == (admin, fellow)


def test_a_request_names_both_before_any_service_runs(rf, admin, seller):
    seller.acting_by = admin
    request = rf.post("/")
    request.user = seller
    facts = History(lambda request: None).get_context(request)
    assert (facts["user"], facts["acting_for"]) == (admin.pk, seller.pk)


def test_only_who_holds_the_right_begins(seller):
    other = make.make_user("seller")
    assert begin(browser_of(seller), other).status_code == 403
    with pytest.raises(NotAllowed):
        services.start_acting(person_id=other.pk, reason="because", at=timezone.now(), by=seller)
    assert not ActingSession.objects.exists()


def test_nobody_acts_for_somebody_with_more_rights(seller):
    deputy_role = make.make_role()
    RoleGrant.objects.create(role=deputy_role, action="core.act_as", reach=Reach.ALL)
    deputy = make.make_user()
    make.give_role(deputy, deputy_role.code)
    with pytest.raises(HasMoreRights):
        services.start_acting(person_id=seller.pk, reason="because", at=timezone.now(), by=deputy)
    answer = begin(browser_of(deputy), seller)
    assert answer.status_code == 409
    assert "rights that you do not hold" in answer.content.decode()


def test_not_for_oneself_not_for_the_blocked_not_without_a_reason(admin, seller):
    at = timezone.now()
    with pytest.raises(OwnRoles):
        services.start_acting(person_id=admin.pk, reason="because", at=at, by=admin)
    with pytest.raises(InvalidValue):
        services.start_acting(person_id=seller.pk, reason="  ", at=at, by=admin)
    User.objects.filter(pk=seller.pk).update(is_active=False)
    with pytest.raises(InvalidValue):
        services.start_acting(person_id=seller.pk, reason="because", at=at, by=admin)


def test_without_a_reason_the_form_says_so(as_admin, seller):
    answer = begin(as_admin, seller, reason="")
    assert answer.status_code == 422
    assert "id_reason_error" in answer.content.decode()


def test_the_log_cannot_be_changed(admin, seller):
    at = timezone.now()
    row = services.start_acting(person_id=seller.pk, reason="because", at=at, by=admin)
    end = services.stop_acting(acting_id=row.pk, at=at + timedelta(minutes=1), by=admin)
    assert services.stop_acting(acting_id=row.pk, at=at + timedelta(minutes=9), by=admin) == end
    with pytest.raises(InternalError), transaction.atomic():
        ActingEnd.objects.all().delete()
    with pytest.raises(InternalError), transaction.atomic():
        ActingSession.objects.update(reason="nothing happened")
