"""A call written down and a task planned from the own day."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actors import SYSTEM
from core.models import User
from crm.models import Interaction, Task
from crm.services.persons import add_contact_point
from crm.services.tasks import create_task
from tests.factories.core import make_user
from tests.factories.crm import make_client, make_person
from tests.factories.sales import make_deal

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(client) -> User:
    user = make_user("seller")
    client.force_login(user)
    return user


def test_what_is_missing_is_said_by_the_page_and_not_by_the_browser(client, seller):
    page = client.get(reverse("crm:talk_new")).text
    assert '<form class="content formpage" method="post" novalidate>' in page
    deal = make_deal(owner=seller)
    for name in ("deal_lose", "quote_draft"):
        assert "novalidate" in client.get(reverse(f"sales:{name}", args=[deal.pk])).text


def test_a_call_is_written_down_once_with_whom_it_was(client, seller):
    known, url = make_client(owner=seller), reverse("crm:talk_new")
    assert "Log a call" in client.get(reverse("sales:my_day")).text
    sent = {"client": known.pk, "what": "call:out", "minutes": "12", "text": "They take the oak.", "key": "one"}
    assert client.post(url, sent).status_code == 302
    client.post(url, sent)
    talk = Interaction.objects.get()
    assert (talk.client_id, talk.minutes, talk.owner_id, talk.direction) == (known.pk, 12, seller.pk, "out")


def test_a_call_with_a_strangers_client_or_nobody_is_not(client, seller):
    stranger, url = make_client(owner=make_user("seller")), reverse("crm:talk_new")
    for whom in (stranger.pk, ""):
        page = client.post(url, {"client": whom, "what": "call:out", "text": "They take the oak."})
        assert page.status_code == 422 and "They take the oak." in page.text
    assert not Interaction.objects.exists()


def test_a_task_of_the_own_day_stands_on_it(client, seller):
    url = reverse("crm:task_new")
    assert client.get(url).status_code == 200
    today = timezone.localdate()
    sent = {"title": "Order the samples", "due": today.isoformat(), "assignee": seller.pk, "key": "two"}
    assert client.post(url, {**sent, "title": ""}).status_code == 422
    for _ in range(2):
        client.post(url, sent)
    assert Task.objects.get().assignee_id == seller.pk
    page = client.get(reverse("sales:my_day")).text
    assert "Order the samples" in page and "0 of 1 done" in page


def test_a_task_may_be_about_a_client(client, seller):
    known = make_client(owner=seller)
    sent = {"title": "Bring the samples", "due": "", "assignee": seller.pk, "client": known.pk}
    client.post(reverse("crm:task_new"), sent)
    assert "Bring the samples" in client.get(reverse("crm:client_card", args=[known.pk])).text


def test_the_next_call_names_whom_to_call(client, seller):
    known = make_client(owner=seller)
    person = make_person(known, first_name="Karin", last_name="Holmberg", owner_id=seller.pk)
    add_contact_point(person_id=person.pk, kind="phone", value="+371 6555 0101", by=SYSTEM)
    create_task(title="Call back", kind="call", due_at=timezone.now(), assignee_id=seller.pk, links=[known], by=SYSTEM)
    page = client.get(reverse("sales:my_day")).text
    assert "Call now" in page and "Karin Holmberg, +371 6555 0101" in page and 'href="tel:+37165550101"' in page


def test_a_call_nobody_has_a_number_for_is_told_by_its_time(client, seller):
    create_task(
        title="Call back", kind="call", due_at=timezone.now(), assignee_id=seller.pk, links=[make_client(owner=seller)],
        by=SYSTEM,
    )  # fmt: skip
    page = client.get(reverse("sales:my_day")).text
    assert "Call back" in page and "Call now" not in page
