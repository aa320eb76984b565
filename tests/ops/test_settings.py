"""The settings keep what the design promises."""

from django.conf import settings


def test_sign_in_is_by_email():
    assert settings.ACCOUNT_LOGIN_METHODS == {"email"}
    assert settings.ACCOUNT_USER_MODEL_USERNAME_FIELD is None


def test_passwords_are_hashed_with_argon2_first():
    from config.settings import base

    assert base.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
