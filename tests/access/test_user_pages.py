"""The pages of accounts: found, made, invited, corrected, blocked, and put into roles, with refusals in their place."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from core.models import OutboxMessage, RoleAssignment, User
from core.services import users
from tests.access.conftest import browser_of, deputy
from tests.factories import core as make

pytestmark = pytest.mark.django_db

PERSON = {"first_name": "Nora", "last_name": "New", "job_title": "Buyer", "language": "en", "time_zone": "UTC"}


def card(browser, user) -> str:
    return browser.get(reverse("core:user_card", args=[user.pk])).content.decode()


def test_the_list_finds_by_words_state_and_role_with_as_many_statements_for_many(
    as_admin, django_assert_max_num_queries
):
    for _ in range(20):
        make.make_user("seller")
    users.block_user(
        user_id=make.make_user(first_name="Berta", last_name="Blocked").pk, by=make.make_user("administrator")
    )
    url = reverse("core:user_list")
    as_admin.get(url)  # rights and views were just changed, and are read once
    with django_assert_max_num_queries(14):
        page = as_admin.get(url).content.decode()
    assert "Sales manager" in page
    found = as_admin.get(url, {"q": "bert bLoc"}).content.decode()
    assert "Berta Blocked" in found
    assert "Anna Admin" not in found.partition("<main")[2]
    assert as_admin.get(url, {"state": "blocked"}).context["page"].paginator.count == 1
    assert as_admin.get(url, {"role": "seller"}).context["page"].paginator.count == 20
    assert "Nothing matches" in as_admin.get(url, {"q": "zzzz"}).content.decode()


def test_a_new_account_is_invited_and_the_link_sets_the_password(as_admin):
    answer = as_admin.post(reverse("core:user_new"), {**PERSON, "email": "Nora@Example.com", "invite": "on"})
    user = User.objects.get(email="nora@example.com")
    assert answer.url == reverse("core:user_card", args=[user.pk])
    assert not user.has_usable_password()
    mail = OutboxMessage.objects.get(recipient=user.email)
    link = re.search(r"https?://\S+", mail.payload["text"]).group()
    stranger = Client()
    form = stranger.get("/" + link.split("/", 3)[3], follow=True)
    new = {"password1": "another-horse-battery", "password2": "another-horse-battery"}
    assert stranger.post(form.redirect_chain[-1][0], new, follow=True).status_code == 200
    user.refresh_from_db()
    assert user.check_password("another-horse-battery")
    assert stranger.get("/" + link.split("/", 3)[3]).status_code == 200
    assert "does not work any more" in stranger.get("/" + link.split("/", 3)[3]).content.decode()


def test_a_new_account_is_offered_the_zone_of_the_company_and_its_language_has_a_name(as_admin, seller):
    make.make_organization(time_zone="Europe/Berlin")
    page = as_admin.get(reverse("core:user_new")).content.decode()
    assert '<option value="Europe/Berlin" selected>' in page
    assert "<dd>English</dd>" in card(as_admin, seller)


def test_without_the_box_no_mail_goes_out_and_it_can_be_sent_later(as_admin):
    as_admin.post(reverse("core:user_new"), {**PERSON, "email": "nora@example.com"})
    assert not OutboxMessage.objects.exists()
    user = User.objects.get(email="nora@example.com")
    as_admin.post(reverse("core:user_invite", args=[user.pk]))
    assert OutboxMessage.objects.get().recipient == user.email


@pytest.mark.parametrize(("field", "value"), [("email", "no address"), ("first_name", ""), ("time_zone", "Mars/Base")])
def test_a_wrong_field_says_so_and_keeps_the_rest(as_admin, field, value):
    answer = as_admin.post(reverse("core:user_new"), {**PERSON, "email": "nora@example.com", field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f"id_{field}_error" in page
    assert 'value="Buyer"' in page


def test_a_taken_address_is_refused_beside_the_field(as_admin, seller):
    answer = as_admin.post(reverse("core:user_new"), {**PERSON, "email": seller.email.upper()})
    assert answer.status_code == 422
    assert "There is an account with this e-mail already" in answer.content.decode()
    other = make.make_user()
    answer = as_admin.post(reverse("core:user_edit", args=[other.pk]), {**PERSON, "email": seller.email})
    assert answer.status_code == 409
    assert "another account has it already" in answer.content.decode()


def test_a_correction_is_in_the_history_with_who_did_it(as_admin, seller):
    form = {**PERSON, "email": seller.email, "first_name": "Swen", "last_name": "Seller"}
    assert as_admin.post(reverse("core:user_edit", args=[seller.pk]), form).status_code == 302
    page = card(as_admin, seller)
    assert "first name: Sven → Swen" in page
    assert "Anna Admin" in page


def test_a_new_address_signs_out_everywhere(as_admin, seller):
    browser = browser_of(seller)
    as_admin.post(reverse("core:user_edit", args=[seller.pk]), {**PERSON, "email": "other@example.com"})
    assert browser.get(reverse("core:session_list")).status_code == 302


def test_roles_are_given_limited_and_withdrawn_and_the_history_tells(as_admin, seller):
    north = make.make_branch(name="North")
    url = reverse("core:user_role_new", args=[seller.pk])
    assert as_admin.post(url, {"role": "purchaser", "branches": [north.pk]}).status_code == 302
    given = RoleAssignment.objects.get(user=seller, role__code="purchaser")
    assert list(given.branches.all()) == [north]
    as_admin.post(reverse("core:user_role", args=[seller.pk, "purchaser"]), {})
    assert not given.branches.exists()
    as_admin.post(reverse("core:user_role_withdraw", args=[seller.pk, "purchaser"]))
    assert not RoleAssignment.objects.filter(pk=given.pk).exists()
    page = card(as_admin, seller)
    for line in (
        "Role given: Purchaser",
        "Purchaser: also in North",
        "no longer in North",
        "Role withdrawn: Purchaser",
    ):
        assert line in page


def test_nobody_gives_what_he_does_not_hold(seller):
    browser = browser_of(deputy())
    answer = browser.post(reverse("core:user_role_new", args=[make.make_user().pk]), {"role": "director"})
    assert answer.status_code == 409
    assert "id_role_error" in answer.content.decode()
    assert "You cannot give a right that you do not hold yourself" in answer.content.decode()


def test_nobody_changes_his_own_roles(as_admin, admin):
    answer = as_admin.post(reverse("core:user_role_new", args=[admin.pk]), {"role": "seller"})
    assert answer.status_code == 409
    assert "Nobody changes his own roles" in answer.content.decode()
    as_admin.post(reverse("core:user_role_withdraw", args=[admin.pk, "administrator"]))
    assert admin.role_assignments.count() == 1
    page = card(as_admin, admin)
    assert "nobody changes his own roles" in page
    assert "Withdraw" not in page


@pytest.mark.parametrize("verb", ["block", "invite", "sign_out", "factors_remove"])
def test_whoever_may_more_is_out_of_reach(verb, admin):
    browser = browser_of(deputy())
    browser_of(admin)
    page = browser.post(reverse(f"core:user_{verb}", args=[admin.pk]), follow=True).content.decode()
    assert "rights that you do not hold" in page
    admin.refresh_from_db()
    assert admin.is_active
    assert admin.sessions.count() == 1
    assert not OutboxMessage.objects.exists()


def test_blocking_and_unblocking_on_the_card(as_admin, seller):
    as_admin.post(reverse("core:user_block", args=[seller.pk]))
    assert "Blocked" in card(as_admin, seller)
    as_admin.post(reverse("core:user_unblock", args=[seller.pk]))
    seller.refresh_from_db()
    assert seller.is_active
    assert "active: no → yes" in card(as_admin, seller)


def test_an_unknown_account_is_a_404_and_a_verb_asks_for_a_post(as_admin, seller):
    assert as_admin.get(reverse("core:user_card", args=[10**9])).status_code == 404
    assert as_admin.get(reverse("core:user_block", args=[seller.pk])).status_code == 405


def test_somebody_with_a_password_is_asked_again_and_what_he_sent_is_done_then():
    admin = make.make_user("administrator", password="correct-horse-battery")
    browser = browser_of(admin)
    sent = {**PERSON, "email": "nora@example.com"}
    answer = browser.post(reverse("core:user_new"), sent)
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert not User.objects.filter(email="nora@example.com").exists()
    page = browser.get(answer.url)
    assert "Is it you?" in page.content.decode()
    browser.post(answer.url, {"password": "correct-horse-battery", "next": reverse("core:user_new")})
    assert User.objects.filter(email="nora@example.com").exists()


class TestMoreThanTheFormAsksFor:
    """What a form does not ask for cannot be sent along."""

    EXTRA = {"is_superuser": "on", "is_staff": "on", "is_active": "", "password": "x", "rights_stamp": "9", "uuid": "x"}

    def test_no_power_comes_with_a_new_account(self, as_admin):
        as_admin.post(reverse("core:user_new"), {**PERSON, **self.EXTRA, "email": "nora@example.com"})
        user = User.objects.get(email="nora@example.com")
        assert (user.is_superuser, user.is_staff, user.is_active, user.rights_stamp) == (False, False, True, 0)
        assert not user.has_usable_password()

    def test_nor_with_a_correction(self, as_admin, seller):
        before = (seller.uuid, seller.password)
        as_admin.post(reverse("core:user_edit", args=[seller.pk]), {**PERSON, **self.EXTRA, "email": seller.email})
        seller.refresh_from_db()
        assert (seller.is_superuser, seller.is_staff, seller.is_active) == (False, False, True)
        assert (seller.uuid, seller.password) == before

    def test_nor_does_a_role_become_a_system_role(self, as_admin):
        as_admin.post(
            reverse("core:role_new"), {"name": "Mine", "code": "mine", "is_system": "on", "known_actions": "x"}
        )
        role = RoleAssignment._meta.get_field("role").related_model.objects.get(code="mine")
        assert (role.is_system, role.known_actions) == (False, [])
