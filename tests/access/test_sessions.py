"""Where somebody is signed in: seen, touched rarely, ended from elsewhere, renewed when roles change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.access import sessions
from core.models import UserSession
from core.services import roles, users
from core.tasks import forget_ended_sessions
from tests.access.conftest import browser_of
from tests.factories import core as make

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = "core:session_list"


def is_in(browser) -> bool:
    return browser.get(reverse(PAGE)).status_code == 200


def test_a_sign_in_is_written_down_with_device_and_address_but_without_its_key(seller, client):
    seller.set_password("correct-horse-battery")
    seller.save()
    form = {"login": seller.email, "password": "correct-horse-battery"}
    client.post(reverse("account_login"), form, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="198.51.100.7")
    row = UserSession.objects.get()
    assert (row.user, row.device, row.address) == (seller, "Firefox, Windows", "198.51.100.7")
    assert row.key_hash == sessions.hash_of(client.session.session_key)
    assert client.session.session_key not in row.key_hash
    page = client.get(reverse(PAGE)).content.decode()
    assert "Firefox, Windows" in page
    assert "this one" in page


def test_an_ordinary_request_writes_nothing_and_after_five_minutes_one_row_is_touched(seller):
    browser = browser_of(seller)
    before = UserSession.objects.get().last_seen_at
    browser.get(reverse(PAGE))
    assert UserSession.objects.get().last_seen_at == before
    session = browser.session
    session[sessions.NOTE] = {**session[sessions.NOTE], "seen": session[sessions.NOTE]["seen"] - 301}
    session.save()
    browser.get(reverse(PAGE), HTTP_USER_AGENT=FIREFOX)
    row = UserSession.objects.get()
    assert row.last_seen_at > before
    assert row.device == "Firefox, Windows"


def test_a_page_that_asked_earlier_and_answers_later_does_not_turn_the_time_back(seller):
    """Two web processes may write down the same new session: the one whose clock was read first comes second."""
    browser = browser_of(seller)
    later = timezone.now() + timedelta(seconds=5)
    UserSession.objects.update(signed_in_at=later, last_seen_at=later)
    session = browser.session
    session[sessions.NOTE] = {**session[sessions.NOTE], "seen": session[sessions.NOTE]["seen"] - 301}
    session.save()
    assert is_in(browser)
    assert UserSession.objects.get().last_seen_at == later


def test_signing_out_elsewhere_ends_that_session_only(seller):
    here, there = browser_of(seller), browser_of(seller)
    other = UserSession.objects.exclude(key_hash=sessions.hash_of(here.session.session_key)).get()
    answer = here.post(reverse("core:session_end", args=[other.pk]))
    assert answer.url == reverse(PAGE)
    assert is_in(here)
    assert not is_in(there)
    assert UserSession.objects.count() == 1
    assert here.post(reverse("core:session_end", args=[other.pk])).status_code == 404


def test_everywhere_else_leaves_this_one(seller):
    here, *others = (browser_of(seller) for _ in range(3))
    stranger = browser_of(make.make_user())
    here.post(reverse("core:session_end_others"))
    assert is_in(here)
    assert is_in(stranger)
    assert not any(is_in(other) for other in others)


def test_nobody_ends_a_session_of_somebody_else_here(seller, admin):
    browser_of(seller)
    row = UserSession.objects.get()
    assert browser_of(make.make_user()).post(reverse("core:session_end", args=[row.pk])).status_code == 404
    assert UserSession.objects.filter(pk=row.pk).exists()


def test_a_changed_role_gives_each_session_a_new_key_and_the_new_rights(seller, admin):
    browser = browser_of(seller)
    before = browser.session.session_key
    assert browser.get(reverse("core:user_list")).status_code == 403
    own = make.make_role()
    roles.set_grant(role_code=own.code, action="core.manage_users", reach=4, by=admin)
    roles.assign_role(user_id=seller.pk, role_code=own.code, by=admin)
    assert browser.get(reverse("core:user_list")).status_code == 200
    after = browser.session.session_key
    assert after != before
    assert UserSession.objects.get(user=seller).key_hash == sessions.hash_of(after)
    browser.get(reverse("core:user_list"))
    assert browser.session.session_key == after
    roles.set_grant(role_code=own.code, action="core.manage_users", reach=0, by=admin)
    assert browser.get(reverse("core:user_list")).status_code == 403
    assert browser.session.session_key != after


def test_a_blocked_account_is_out_at_once(seller, admin):
    browser = browser_of(seller)
    users.block_user(user_id=seller.pk, by=admin)
    assert not is_in(browser)
    assert not UserSession.objects.filter(user=seller).exists()


def test_a_new_password_ends_the_other_sessions(seller):
    seller.set_password("correct-horse-battery")
    seller.save()
    here, there = browser_of(seller), browser_of(seller)
    form = {"oldpassword": "correct-horse-battery", "password1": "another-horse-43", "password2": "another-horse-43"}
    assert here.post(reverse("account_change_password"), form).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert UserSession.objects.filter(user=seller).count() == 1


def test_signing_out_forgets_the_session(seller):
    browser = browser_of(seller)
    browser.post(reverse("account_logout"))
    assert not UserSession.objects.exists()


def test_rows_of_sessions_that_ran_out_are_cleared_and_live_ones_stay(seller):
    browser = browser_of(seller)
    UserSession.objects.create(user=seller, key_hash="0" * 64, signed_in_at=timezone.now(), last_seen_at=timezone.now())
    assert sessions.live_sessions(seller, at=timezone.now()).count() == 1
    assert forget_ended_sessions() == 1
    assert forget_ended_sessions() == 0
    assert is_in(browser)
    assert sessions.forget_ended(at=timezone.now() + timedelta(days=30)) == 1
    assert not is_in(browser)


def test_a_page_reads_the_session_and_who_sits_there_in_one_statement(seller):
    browser = browser_of(seller)
    browser.get(reverse(PAGE))
    with CaptureQueriesContext(connection) as asked:
        browser.get(reverse(PAGE))
    person = '"core_user"."password"'
    of_the_sign_in = [one["sql"] for one in asked if "django_session" in one["sql"] or person in one["sql"]]
    assert len(of_the_sign_in) == 2  # the second one lists the places of the page itself
    assert person in of_the_sign_in[0]


def test_a_session_whose_row_names_another_person_is_still_that_of_who_signed_in(seller):
    """The signed data of the session say who it is; the list of places is only where he is looked up first."""
    browser, other = browser_of(seller), make.make_user("seller")
    browser.get(reverse(PAGE))
    UserSession.objects.update(user=other)
    assert browser.get(reverse(PAGE)).context["user"].pk == seller.pk


def test_an_expired_session_ends_though_its_row_is_still_in_the_list(seller):
    browser = browser_of(seller)
    browser.get(reverse(PAGE))
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert UserSession.objects.exists()
    assert not is_in(browser)
