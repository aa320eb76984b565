"""The list, card and steps of leads, as people use them."""

import pytest
from django.urls import reverse

from core.models import User
from core.ui import daywords
from crm.models import Lead
from tests.factories.core import make_user
from tests.factories.crm import make_lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(client) -> User:
    user = make_user("seller")
    client.force_login(user)
    return user


def test_the_list_adds_the_budgets_up(client, seller):
    make_lead(title="A", owner_id=seller.pk, budget=1000)
    make_lead(title="B", owner_id=seller.pk, budget=234)
    page = client.get(reverse("crm:lead_list"))
    assert page.status_code == 200
    assert '<b class="tn">1,234</b>' in page.context["sums"] and page.context["sums"] in page.content.decode()


def test_a_list_without_budgets_adds_up_to_nothing(client, seller):
    make_lead(title="A", owner_id=seller.pk)
    assert '<b class="tn">0</b>' in client.get(reverse("crm:lead_list")).content.decode()


def test_a_lead_is_entered_answered_and_rejected(client, seller):
    made = client.post(
        reverse("crm:lead_new"),
        {"name": "Ada", "email": "ada@example.com", "title": "Desk", "owner": seller.pk, "key": "k"},
    )
    lead = Lead.objects.get()
    assert (made.status_code, lead.owner, lead.raw_payload["email"]) == (302, seller, "ada@example.com")
    client.post(reverse("crm:lead_answer", args=[lead.pk]), {"kind": "call", "subject": "Hello", "body": "We called."})
    lead.refresh_from_db()
    assert (lead.status, lead.first_answer_at is not None) == ("working", True)
    asked = client.post(reverse("crm:lead_reject", args=[lead.pk]), {"reason": ""})
    assert asked.status_code == 422
    client.post(reverse("crm:lead_reject", args=[lead.pk]), {"reason": "Too small"})
    lead.refresh_from_db()
    assert (lead.status, lead.reject_reason) == ("rejected", "Too small")
    assert "Make a deal of it" not in client.get(reverse("crm:lead_card", args=[lead.pk])).text


def test_a_lead_without_a_word_is_not_kept(client, seller):
    empty = client.post(reverse("crm:lead_new"), {"owner": seller.pk, "key": "k"})
    assert (empty.status_code, Lead.objects.count()) == (422, 0)
    assert "Write at least a name, a company, an e-mail, a phone or a title." in empty.text
    lead = make_lead(title="", name="Ada", company="", owner_id=seller.pk)
    cleared = client.post(reverse("crm:lead_field", args=[lead.pk, "name"]), {"name": "", "version": 1})
    assert cleared.status_code == 422
    Lead.objects.filter(pk=lead.pk).update(name="")
    assert f">Lead {lead.pk}</a>" in client.get(reverse("crm:lead_list")).text, "one from elsewhere can be opened"


def test_what_came_in_names_what_was_typed(client, seller):
    typed = {"name": "Ada", "title": "Desk", "owner": seller.pk, "budget": "1200*3", "key": "k"}
    client.post(reverse("crm:lead_new"), typed)
    lead = Lead.objects.get()
    assert lead.raw_payload == {"name": "Ada", "title": "Desk", "budget": "3600.00"}
    assert "Owner_id" not in client.get(reverse("crm:lead_card", args=[lead.pk])).text


@pytest.mark.parametrize(
    ("minutes", "words"), [(12, "12 min"), (119, "1 h"), (26 * 60, "26 h"), (47 * 60, "47 h"), (49 * 60, "2 days")]
)
def test_a_wait_is_told_in_the_unit_that_says_it(minutes, words):
    assert daywords.waited(minutes) == words


def test_a_lead_becomes_a_deal(client, seller):
    from tests.factories.core import make_branch
    from tests.factories.sales import make_pipeline

    make_pipeline()
    make_branch()
    lead = make_lead(owner_id=seller.pk, email="ada@example.com")
    here = {"next": reverse("crm:lead_card", args=[lead.pk]), "key": "once"}
    for _twice in range(2):
        done = client.post(reverse("crm:lead_qualify", args=[lead.pk]), {"amount": "300*3", **here})
        assert done.status_code == 302, done.text
        lead.refresh_from_db()
        assert lead.deal.amount == 900
        assert done.url == reverse("sales:deal_card", args=[lead.deal.pk]), "the work goes on with the deal"
    assert f'href="{done.url}"' in client.get(reverse("crm:lead_card", args=[lead.pk])).text, (
        "and is found from the lead"
    )


def test_the_steps_of_a_foreign_lead_are_unknown(client, seller):
    foreign = make_lead(owner_id=make_user("seller").pk)
    for page in ("lead_answer", "lead_qualify", "lead_reject"):
        assert client.post(reverse(f"crm:{page}", args=[foreign.pk]), {"reason": "x"}).status_code == 404
