"""Coming in: by e-mail and password, closed to strangers, slow for guessers."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from core.models import OutboxMessage, User

pytestmark = pytest.mark.django_db

PASSWORD = "correct-horse-battery"


@pytest.fixture
def marta() -> User:
    return User.objects.create_user("marta@alderline.example", PASSWORD, first_name="Marta")


def sign_in(client: Client, password: str = PASSWORD, email: str = "marta@alderline.example", **headers):
    return client.post(reverse("account_login"), {"login": email, "password": password}, **headers)


def test_a_stranger_is_led_to_the_sign_in_page(client):
    answer = client.get("/")
    assert (answer.status_code, answer.url) == (302, "/accounts/login/?next=/")


def test_the_right_password_opens_the_home_page(client, marta):
    assert sign_in(client).url == "/"
    page = client.get("/")
    assert "Good to see you, Marta" in page.content.decode()


def test_the_address_may_be_typed_in_capitals(client, marta):
    assert sign_in(client, email="Marta@Alderline.example").status_code == 302


@pytest.mark.parametrize("email", ["marta@alderline.example", "nobody@alderline.example"])
def test_a_wrong_password_and_an_unknown_name_read_the_same(client, marta, email):
    page = sign_in(client, "wrong", email).content.decode()
    assert re.search(r'role="alert">The email address and/or password you specified are not correct', page)


def test_the_session_gets_a_new_key_at_sign_in(client, marta):
    client.get(reverse("account_login"))
    before = client.session.session_key
    sign_in(client)
    assert client.session.session_key != before


def test_the_box_keeps_the_session_longer_than_the_browser(client, marta):
    sign_in(client)
    assert client.session.get_expire_at_browser_close()
    client.logout()
    client.post(reverse("account_login"), {"login": marta.email, "password": PASSWORD, "remember": "on"})
    assert not client.session.get_expire_at_browser_close()


def test_five_wrong_tries_lock_the_account_for_that_address_only(client, marta, settings):
    settings.AXES_ENABLED = True
    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = sign_in(client, "wrong")
    assert last.status_code == 429
    assert "Too many tries" in last.content.decode()
    assert sign_in(client).status_code == 429
    assert sign_in(Client(), REMOTE_ADDR="198.51.100.7").status_code == 302


def test_guessing_from_many_addresses_does_not_help(marta, settings):
    from config.settings import access

    settings.AXES_ENABLED = True
    settings.ACCOUNT_RATE_LIMITS = access.ACCOUNT_RATE_LIMITS
    cache.clear()
    with pytest.MonkeyPatch.context() as patch:
        checked = []
        check = User.check_password
        patch.setattr(User, "check_password", lambda user, raw: checked.append(raw) or check(user, raw))
        for number in range(100):
            sign_in(Client(), f"guess {number}", REMOTE_ADDR=f"198.51.100.{number}")
    cache.clear()
    assert len(checked) <= 10


def test_nobody_signs_up_or_moves_his_account(client, marta):
    assert client.get("/accounts/signup/").status_code == 404
    sign_in(client)
    assert client.post("/accounts/email/", {"email": "other@alderline.example", "action_add": ""}).status_code == 404


def test_a_reset_mail_leaves_through_the_outbox_with_a_link_to_the_configured_address(
    client, marta, settings, django_capture_on_commit_callbacks
):
    settings.ALLOWED_HOSTS = ["evil.example"]
    client.post(reverse("account_reset_password"), {"email": marta.email}, HTTP_HOST="evil.example")
    message = OutboxMessage.objects.get()
    link = re.search(r"https?://\S+", message.payload["text"]).group()
    assert message.recipient == marta.email
    assert link.startswith(settings.SITE_URL)
    assert mail.outbox == []
    settings.ALLOWED_HOSTS = ["testserver"]
    form = client.get(link.removeprefix(settings.SITE_URL), follow=True)
    new = {"password1": "another-horse-battery", "password2": "another-horse-battery"}
    client.post(form.redirect_chain[-1][0], new)
    marta.refresh_from_db()
    assert marta.check_password("another-horse-battery")


def test_no_mail_goes_to_an_address_nobody_has(client):
    page = client.post(reverse("account_reset_password"), {"email": "nobody@alderline.example"}, follow=True)
    assert page.status_code == 200
    assert not OutboxMessage.objects.exists()


def test_the_administration_is_for_staff_and_uses_the_same_door(client, marta):
    assert client.get("/admin/").url.startswith("/admin/login/")
    assert client.get("/admin/login/").url.startswith("/accounts/login/")
    sign_in(client)
    assert client.get("/admin/", follow=True).status_code == 403
    assert "/admin/" not in client.get("/").content.decode()
    User.objects.filter(pk=marta.pk).update(is_staff=True, is_superuser=True)
    assert client.get("/admin/").status_code == 200
    page = client.get("/").content.decode()
    places = [page.index(f'id="area-{area}"') for area in ("crm", "sales", "finance", "core", "axes")]
    assert places == sorted(places)


def test_signing_out_asks_for_a_post(client, marta):
    sign_in(client)
    client.get(reverse("account_logout"))
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_passwords_are_hashed_with_argon2_and_weak_ones_refused(client, marta):
    from config.settings import base

    assert base.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    sign_in(client)
    form = {"oldpassword": PASSWORD, "password1": "password12", "password2": "password12"}
    assert "too common" in client.post(reverse("account_change_password"), form).content.decode()


def test_an_authenticator_app_can_be_set_up(client, marta):
    sign_in(client)
    assert client.get(reverse("mfa_index")).status_code == 200
    assert "totp" in settings.MFA_SUPPORTED_TYPES
