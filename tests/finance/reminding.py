"""Clients that are late, for the tests of reminders."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from core.actors import SYSTEM
from crm.models import ContactPoint
from finance.selectors.reminding import letters
from finance.services.reminding import remind_clients
from tests.factories.crm import make_client, make_legal_entity
from tests.factories.finance import make_invoice

PAGE = "/money/receivables/remind/"


def today():
    return timezone.localdate()


def address(value, **of):
    return ContactPoint.objects.create(kind="email", value=value, normalised=value, **of)


def late(name="Bluehaven Group", *, days=20, mail="pay@example.com", owner=None, branch=None, **fields):
    """A client with an invoice of 120.00 that is `days` overdue."""
    one = make_client(name=name, owner=owner, **fields)
    if mail:
        address(mail, client=one)
    due_on = today() - timedelta(days=days)
    make_invoice(entity=make_legal_entity(one), branch=branch, on=due_on - timedelta(days=14), due_on=due_on)
    return one


def remind(*clients, by=SYSTEM, days_ago=0, **more):
    at = timezone.now() - timedelta(days=days_ago)
    return remind_clients(client_ids=[one.pk for one in clients], at=at, by=by, **more)


def reasons(by=SYSTEM, **more):
    return {str(letter.client): str(letter.reason) for letter in letters(by, today(), **more)}
