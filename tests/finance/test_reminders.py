"""Clients are reminded of what is overdue: who gets a letter, who is left out and why; sent twice it goes once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.actors import SYSTEM
from core.errors import NotAllowed
from core.models import OutboxMessage
from core.services import outbox
from crm.models import Client, ContactPoint, LegalEntity
from finance.errors import NobodyToRemind
from finance.models import RemindedInvoice, Reminder
from finance.services.allocations import allocate
from finance.services.reminding import remind_clients
from tests.factories.core import make_branch, make_user
from tests.factories.crm import make_client, make_person
from tests.factories.finance import make_account, make_invoice, make_payment
from tests.finance.reminding import PAGE, address, late, reasons, remind, today

pytestmark = pytest.mark.django_db


@pytest.fixture
def accountant(client):
    user = make_user("accountant", first_name="Maria")
    client.force_login(user)
    return user


class TestSending:
    def test_the_letter_names_every_late_invoice_and_goes_through_the_outbox(self):
        one = late()
        branch = one.invoices.get().branch
        second = make_invoice(
            [("50.00", 20)], entity=one.legal_entities.get(), branch=branch, on=today() - timedelta(days=40),
            due_on=today() - timedelta(days=30),
        )  # fmt: skip
        make_invoice(entity=one.legal_entities.get(), branch=branch, on=today(), due_on=today() + timedelta(days=14))
        (reminder,) = remind(one).sent
        mail = OutboxMessage.objects.get(dedupe_key=reminder.dedupe_key)
        assert (mail.recipient, mail.subject) == ("pay@example.com", reminder.subject)
        assert second.number in mail.payload["text"]
        assert "In all: €180.00" in mail.payload["text"]
        assert RemindedInvoice.objects.filter(reminder=reminder).count() == 2

    def test_only_what_is_open_is_asked_for(self):
        one = late()
        invoice = one.invoices.get()
        payment = make_payment("100.00", account=make_account(invoice.branch), entity=invoice.legal_entity)
        allocate(invoice_id=invoice.pk, payment_id=payment.pk, amount=payment.amount, on=today(), by=SYSTEM)
        (reminder,) = remind(one).sent
        assert "€20.00" in reminder.text
        assert "€120.00" not in reminder.text

    def test_the_letter_is_in_the_language_of_the_client_and_names_the_account(self):
        one = late(language="de")
        account = make_account(one.invoices.get().branch, iban="DE02120300000000202051")
        (reminder,) = remind(one).sent
        assert account.iban in reminder.text
        assert "120,00" in reminder.text

    def test_a_second_call_sends_nothing_again(self):
        one = late()
        remind(one)
        with pytest.raises(NobodyToRemind):
            remind(one)
        assert (Reminder.objects.count(), OutboxMessage.objects.count()) == (1, 1)

    def test_the_database_keeps_one_a_day(self):
        one = late()
        (first,) = remind(one).sent
        first.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            Reminder.objects.bulk_create([first])

    def test_the_next_one_counts_on_and_names_the_last(self):
        one = late(days=40)
        remind(one, days_ago=10)
        (second,) = remind(one).sent
        assert second.level == 2
        assert "no. 2" in second.subject
        assert "we wrote to you on" in second.text

    def test_each_legal_entity_of_ours_writes_its_own_letter(self):
        one = late()
        due_on = today() - timedelta(days=5)
        make_invoice(entity=one.legal_entities.get(), branch=make_branch(), on=due_on, due_on=due_on)
        assert len(remind(one).sent) == 2


class TestLeftOut:
    def test_each_with_its_reason(self):
        reminded, silent, good = late("Reminded"), late("Silent", mail=""), late("Good")
        punctual = make_client(name="Punctual")
        remind(reminded, days_ago=3)
        chosen = [one.pk for one in (reminded, silent, good, punctual)]
        said = reasons(client_ids=chosen)
        assert said["Good"] == ""
        assert said["Silent"] == "No e-mail address is known."
        assert said["Punctual"] == "Nothing is overdue."
        assert said["Reminded"].startswith("Reminded on")
        done = remind_clients(client_ids=chosen, at=timezone.now(), by=SYSTEM)
        assert [one.client for one in done.sent] == [good]
        assert {str(one.client) for one in done.skipped} == {"Reminded", "Silent", "Punctual"}

    @pytest.mark.parametrize(("pause", "goes"), [(7, False), (4, False), (3, True), (1, True)])
    def test_the_pause_between_two_is_ones_own_choice(self, pause, goes):
        remind(late(), days_ago=3)
        assert (reasons(pause_days=pause)["Bluehaven Group"] == "") is goes

    def test_it_goes_to_a_person_where_the_client_has_no_address(self):
        one = late(mail="")
        address("ada@example.com", person=make_person(one))
        assert remind(one).sent[0].recipient == "ada@example.com"

    def test_what_is_no_address_is_none(self):
        assert reasons(client_ids=[late(mail="ask the desk").pk])["Bluehaven Group"] == "No e-mail address is known."


class TestRights:
    def test_a_seller_reminds_only_his_own_clients(self):
        seller = make_user("seller")
        mine, foreign = late("Mine", owner=seller), late("Foreign")
        done = remind(mine, foreign, by=seller)
        assert [str(one.client) for one in done.sent] == ["Mine"]
        assert Reminder.objects.visible_to(seller).count() == 1
        assert "Foreign" not in reasons(seller, client_ids=[foreign.pk])

    @pytest.mark.parametrize("role", ["director", "purchaser", "operator"])
    def test_others_may_not(self, role, client):
        one, user = late(), make_user(role)
        with pytest.raises(NotAllowed):
            remind(one, by=user)
        client.force_login(user)
        assert client.post(PAGE, {"ids": one.pk, "key": "k"}).status_code == 403

    def test_a_director_sees_no_button(self, client):
        late()
        client.force_login(make_user("director"))
        assert PAGE not in client.get("/money/receivables/").content.decode()


def many_late(count):
    clients = [late(f"Client {number}", mail=f"c{number}@example.com") for number in range(3)]
    more = Client.objects.bulk_create([Client(name=f"More {number}") for number in range(count - 3)])
    ContactPoint.objects.bulk_create(
        ContactPoint(client=one, kind="email", value=f"m{one.pk}@example.com", normalised=f"m{one.pk}@example.com")
        for one in more
    )
    entities = LegalEntity.objects.bulk_create([LegalEntity(client=one, legal_name=one.name) for one in more])
    from tests.finance.test_money_pages import post_copies

    post_copies(clients[0].invoices.get(), entities)
    return [*clients, *more]


@pytest.mark.parametrize("count", [10, 400])
def test_preview_and_sending_cost_the_same_however_many_are_late(
    client, accountant, count, django_assert_max_num_queries
):
    clients = many_late(count)
    client.get(PAGE)
    with django_assert_max_num_queries(18):
        client.get(PAGE)
    with django_assert_max_num_queries(20):
        remind(*clients, by=accountant)
    assert Reminder.objects.count() == count


def test_many_mails_are_stored_once_each():
    mails = [outbox.Mail(to=f"a{n}@example.com", subject="S", text="T", dedupe_key=f"k{n % 2}") for n in range(3)]
    stored = outbox.enqueue_mails(mails)
    assert [message.recipient for message in stored] == ["a0@example.com", "a1@example.com", "a0@example.com"]
    assert OutboxMessage.objects.count() == 2
