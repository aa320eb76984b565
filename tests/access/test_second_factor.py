"""A second factor by role: asked for before anything else, with days of grace, never given up by those who need it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse
from django.utils import timezone

from core.access import factors
from core.models import OutboxMessage, Role, StatusChange, User, UserSession
from core.services import roles, users
from tests.access.conftest import browser_of, who_it_is_was_asked
from tests.factories import core as make

pytestmark = pytest.mark.django_db

LEAD = "/account/second-factor/"


@pytest.fixture(autouse=True)
def enforced(settings):
    settings.SECOND_FACTOR_ENFORCED = True
    settings.SECOND_FACTOR_GRACE_DAYS = 0


def give_factor(user: User) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def test_three_roles_need_one_from_the_start(db):
    make.make_role()
    needing = set(Role.objects.filter(needs_second_factor=True).values_list("code", flat=True))
    assert needing == {"accountant", "director", "administrator"}


@pytest.mark.parametrize("role", ["accountant", "director", "administrator"])
def test_a_role_that_needs_one_leads_there_first_and_keeps_the_way_back(role):
    browser = browser_of(make.make_user(role))
    answer = browser.get("/?a=1")
    assert answer.url == f"{LEAD}?next=%2F%3Fa%3D1"
    page = browser.get(answer.url)
    assert page.status_code == 200
    assert "the other pages stay closed" in page.content.decode()
    for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn"):
        assert browser.get(reverse(name)).status_code == 200


def test_parts_and_posts_are_stopped_as_well(admin):
    browser = browser_of(admin)
    part = browser.get("/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (403, LEAD)
    assert browser.post(reverse("core:user_new"), {"email": "a@b.example"}).url == LEAD
    assert not User.objects.filter(email="a@b.example").exists()


def test_signing_out_stays_possible(admin):
    browser = browser_of(admin)
    browser.post(reverse("account_logout"))
    assert "_auth_user_id" not in browser.session


def test_a_seller_goes_on_without(seller):
    assert browser_of(seller).get("/?areas").status_code == 200


def test_setting_one_up_opens_everything_and_shows_the_recovery_codes(admin):
    browser = browser_of(admin)
    page = browser.get(reverse("mfa_activate_totp"))
    code = totp.format_hotp_value(
        totp.hotp_value(page.context["form"].secret, next(totp.yield_hotp_counters_from_time()))
    )
    answer = browser.post(reverse("mfa_activate_totp"), {"code": code})
    assert answer.url == reverse("mfa_view_recovery_codes")
    codes = who_it_is_was_asked(browser, admin).get(answer.url)
    assert codes.content.decode().count("<li>") >= 10
    assert browser.get("/").status_code == 200
    assert browser.get(LEAD).url == "/"


def test_the_secret_is_stored_encrypted(admin):
    secret = give_factor(admin)
    stored = Authenticator.objects.get(user=admin)
    assert secret not in str(stored.data)
    assert stored.wrap().validate_code("000000") in (True, False)


def test_grace_starts_with_the_first_request_and_ends(admin, settings):
    settings.SECOND_FACTOR_GRACE_DAYS = 3
    browser = browser_of(admin)
    assert browser.get("/").status_code == 200
    admin.refresh_from_db()
    assert factors.grace_ends(admin) - timezone.now() > timedelta(days=2, hours=23)
    User.objects.filter(pk=admin.pk).update(factor_needed_since=timezone.now() - timedelta(days=3))
    assert browser.get("/").url.startswith(LEAD)


def test_a_new_role_asks_in_the_running_session(seller, admin):
    browser = browser_of(seller)
    assert browser.get("/help/").status_code == 200
    roles.assign_role(user_id=seller.pk, role_code="accountant", by=admin)
    assert browser.get("/help/").url.startswith(LEAD)


def test_who_needs_one_cannot_give_the_last_one_up(admin, seller):
    for user, kept in ((admin, True), (seller, False)):
        give_factor(user)
        browser = who_it_is_was_asked(browser_of(user), user)
        answer = browser.post(reverse("mfa_deactivate_totp"))
        assert Authenticator.objects.filter(user=user, type="totp").exists() is kept, answer.status_code


def test_whoever_lost_it_gets_help_from_an_administrator_and_is_told(seller, admin):
    give_factor(seller)
    browser = browser_of(seller)
    give_factor(admin)
    helper = who_it_is_was_asked(browser_of(admin), admin)
    card = helper.get(reverse("core:user_card", args=[seller.pk])).content.decode()
    assert "Remove, it was lost" in card
    helper.post(reverse("core:user_factors_remove", args=[seller.pk]))
    assert not Authenticator.objects.filter(user=seller).exists()
    assert browser.get("/").status_code == 302
    assert not UserSession.objects.filter(user=seller).exists()
    assert OutboxMessage.objects.get(recipient=seller.email).subject.startswith("Your second factor")
    assert StatusChange.objects.filter(record_id=seller.pk, to_status="no_second_factor", by=admin).count() == 1
    assert users.remove_factors(user_id=seller.pk, at=timezone.now(), by=admin) == 0


def test_it_can_be_switched_off(admin, settings):
    settings.SECOND_FACTOR_ENFORCED = False
    assert browser_of(admin).get("/").status_code == 200
