"""Somebody at a browser: signed in with a role, with a password to be asked for again or without."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.test import Client

from core.choices import Reach
from core.models import RoleGrant, User
from tests.factories import core as make
from tests.factories.core import make_user

BACKEND = "core.backends.SignIn"


def browser_of(user: User, **headers: str) -> Client:
    """A browser in which `user` is signed in; without a password nothing asks him again."""
    browser = Client(**headers)
    browser.force_login(user, backend=BACKEND)
    return browser


def who_it_is_was_asked(browser: Client, user: User) -> Client:
    """As after the page that asks a person with a password or a second factor once more."""
    session = browser.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return browser


@pytest.fixture
def admin() -> User:
    return make_user("administrator", first_name="Anna", last_name="Admin")


@pytest.fixture
def seller() -> User:
    return make_user("seller", first_name="Sven", last_name="Seller")


@pytest.fixture
def as_admin(admin: User) -> Client:
    return browser_of(admin)


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    return browser_of


def deputy(**reaches) -> User:
    """May manage users and give roles, and what else is named."""
    role = make.make_role()
    held = {"core.manage_users": Reach.ALL, "core.assign_roles": Reach.ALL}
    held |= {name.replace("__", ".", 1): reach for name, reach in reaches.items()}
    RoleGrant.objects.bulk_create([RoleGrant(role=role, action=action, reach=reach) for action, reach in held.items()])
    user = make.make_user(first_name="Dora", last_name="Deputy")
    make.give_role(user, role.code)
    return user
