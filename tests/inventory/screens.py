"""What the tests of the screens of stock share: who signs in, addresses."""

from __future__ import annotations

from django.urls import reverse

from tests.factories.core import make_user

PART = {"HX-Request": "true"}


def sign_in(client, role):
    user = make_user(role)
    client.force_login(user)
    return user


def url(name, *args):
    return reverse(f"inventory:{name}", args=args)


def receive(client, order, line_fields, **more):
    line = order.lines.get()
    data = {f"{name}-{line.pk}": value for name, value in line_fields.items()}
    return client.post(url("receipt_of", order.pk), {"key": "r1", **data, **more})
