from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import RecordLink
from crm.choices import InteractionStatus
from crm.errors import NothingToLinkTo, NotYetHappened
from crm.models import Interaction
from crm.services.interactions import finish_interaction, log_interaction
from tests.factories.core import make_user
from tests.factories.crm import MORNING, make_client, make_lead

pytestmark = pytest.mark.django_db


def test_an_interaction_belongs_to_somebody_or_something() -> None:
    with pytest.raises(NothingToLinkTo):
        log_interaction(kind="call", at=MORNING, by=SYSTEM)
    lead, client = make_lead(), make_client()
    linked = log_interaction(kind="call", at=MORNING, by=SYSTEM, links=[lead, client])
    assert RecordLink.objects.filter(source_id=linked.pk).count() == 2
    assert log_interaction(kind="mail", at=MORNING, by=SYSTEM, client_id=client.pk).client == client


@time_machine.travel(MORNING, tick=False)
def test_what_lies_ahead_is_planned_first() -> None:
    client, later = make_client(), MORNING + timedelta(hours=1)
    with pytest.raises(NotYetHappened):
        log_interaction(kind="meeting", at=later, by=SYSTEM, client_id=client.pk)
    planned = log_interaction(
        kind="meeting", at=later, by=SYSTEM, client_id=client.pk, status=InteractionStatus.PLANNED
    )
    with pytest.raises(NotYetHappened):
        finish_interaction(interaction_id=planned.pk, at=later, by=SYSTEM)
    for minutes in (45, 99):
        done = finish_interaction(interaction_id=planned.pk, at=MORNING, by=SYSTEM, minutes=minutes)
    assert (done.status, done.minutes) == (InteractionStatus.DONE, 45)


def test_rights_and_visibility() -> None:
    seller, client = make_user("seller"), make_client()
    own = log_interaction(kind="call", at=MORNING, by=seller, client_id=client.pk)
    log_interaction(kind="call", at=MORNING, by=make_user("seller"), client_id=client.pk)
    assert list(Interaction.objects.visible_to(seller)) == [own]
    with pytest.raises(NotAllowed):
        log_interaction(kind="call", at=MORNING, by=make_user(), client_id=client.pk)
