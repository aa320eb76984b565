"""Records in the bin, one at a time and many at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from core.actors import SYSTEM
from core.models import TagLink, UndoStep
from core.selectors.history import history_of
from crm.models import Client
from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db


class TestTheBin:
    def test_there_and_back(self, client, record):
        client.post(reverse("crm:client_bin", args=[record.pk]))
        assert client.get(reverse("crm:client_card", args=[record.pk])).status_code == 404
        assert "Aalto" in client.get(reverse("crm:client_bins")).text
        client.post(reverse("crm:client_restore", args=[record.pk]))
        assert client.get(reverse("crm:client_card", args=[record.pk])).status_code == 200

    def test_undo_takes_it_out(self, client, record):
        client.post(reverse("crm:client_bin", args=[record.pk]))
        client.post(reverse("core:undo", args=[UndoStep.objects.get().uuid]))
        record.refresh_from_db()
        assert record.binned_at is None

    def test_a_client_with_open_deals_stays(self, client, record, seller):
        from tests.factories.crm import make_legal_entity
        from tests.factories.sales import make_deal

        make_deal(entity=make_legal_entity(client=record), owner=seller)
        answer = client.post(reverse("crm:client_bin", args=[record.pk]))
        assert answer.status_code == 409
        record.refresh_from_db()
        assert record.binned_at is None


class TestManyAtOnce:
    def bulk(self, client, ids, **data):
        return client.post(reverse("crm:client_bulk"), {"ids": ids, "address": "", **data})

    def test_it_asks_first_and_then_does_it(self, client, seller):
        head = make_user("director")
        client.force_login(head)
        found = [make_client(name=f"C{n}", owner=seller) for n in range(3)]
        ids = [one.pk for one in found]
        make_user_ = make_user("seller")
        client.force_login(make_user("administrator"))
        asked = self.bulk(client, ids, action="owner")
        assert asked.status_code == 200 and "3 rows" in asked.text
        assert Client.objects.filter(owner=seller).count() == 3
        self.bulk(client, ids, action="owner", confirmed="1", owner=make_user_.pk)
        assert Client.objects.filter(owner=make_user_).count() == 3
        client.post(reverse("core:undo", args=[UndoStep.objects.get().uuid]))
        assert Client.objects.filter(owner=seller).count() == 3

    def test_who_gave_his_records_away_takes_them_back(self, client, seller):
        client.force_login(seller)
        ids = [make_client(name=f"C{n}", owner=seller).pk for n in range(2)]
        self.bulk(client, ids, action="owner", confirmed="1", owner=make_user("seller").pk)
        assert not Client.objects.filter(owner=seller).exists()
        Client.objects.get(pk=ids[0]).save()  # somebody worked with it since
        client.post(reverse("core:undo", args=[UndoStep.objects.get().uuid]))
        assert list(Client.objects.filter(owner=seller).values_list("pk", flat=True)) == [ids[1]]
        assert str(history_of(Client.objects.get(pk=ids[1]), by=SYSTEM)[0].user) == str(seller), "told as his doing"

    def test_rows_without_the_right_are_left_out_with_the_reason(self, client):
        accountant = make_user("purchaser")
        client.force_login(accountant)
        make_client(name="A")
        answer = self.bulk(client, [Client.objects.get().pk], action="bin", confirmed="1")
        assert answer.status_code == 404  # not offered to this role at all

    def test_foreign_rows_are_not_touched(self, client, seller):
        foreign = make_client(owner=make_user("seller"), industry="Theirs")
        mine = make_client(owner=seller)
        self.bulk(client, [foreign.pk, mine.pk], action="edit", field="industry", industry="Mine", confirmed="1")
        foreign.refresh_from_db()
        mine.refresh_from_db()
        assert (foreign.industry, mine.industry) == ("Theirs", "Mine")

    def test_everything_that_matches(self, client, seller):
        for number in range(3):
            make_client(name=f"H{number}", owner=seller, segment="hotels")
        make_client(name="S", owner=seller, segment="shops")
        data = {
            "action": "tag",
            "everything": "1",
            "address": "segment=hotels",
            "names": "Big, Repeat",
            "confirmed": "1",
        }
        client.post(reverse("crm:client_bulk"), data)
        assert TagLink.objects.count() == 6
        client.post(reverse("crm:client_bulk"), data)
        assert TagLink.objects.count() == 6

    def test_over_two_hundred_rows_it_goes_on_in_the_background(
        self, client, seller, monkeypatch, django_capture_on_commit_callbacks
    ):
        from core.models import Job

        monkeypatch.setattr("core.ui.bulk.AT_ONCE", 2)
        found = [make_client(name=f"C{n}", owner=seller) for n in range(3)]
        with django_capture_on_commit_callbacks(execute=True):
            answer = self.bulk(
                client,
                [one.pk for one in found],
                action="edit",
                field="industry",
                industry="New",
                confirmed="1",
                key="k",
            )
        job = Job.objects.get()
        assert answer.url == job.get_absolute_url()
        assert job.state == "done"
        assert Client.objects.filter(industry="New").count() == 3
