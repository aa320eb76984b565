"""Cards and forms: changed by who may, nothing typed is lost, nothing is overwritten, everything can be taken back."""

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Comment, Draft, Follow, Notice, TagLink, UndoStep, User
from core.ui import panels, registers, remarks
from core.ui.panels import Act
from crm.models import Client, Interaction, Task
from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller(client) -> User:
    user = make_user("seller")
    client.force_login(user)
    return user


@pytest.fixture
def record(seller) -> Client:
    return make_client(name="Aalto", owner=seller, industry="Hotels")


def typed(record: Client, **changes: object) -> dict[str, object]:
    """What the form of a client sends."""
    base = {
        "name": record.name,
        "industry": record.industry,
        "language": "en",
        "owner": record.owner_id or "",
        "is_customer": "on",
    }
    return {**base, "version": record.version, **changes}


class TestEditing:
    def test_a_change_is_saved_and_can_be_taken_back(self, client, record):
        url = reverse("crm:client_edit", args=[record.pk])
        assert client.get(url).status_code == 200
        assert client.post(url, typed(record, industry="Offices")).status_code == 302
        record.refresh_from_db()
        assert record.industry == "Offices"
        step = UndoStep.objects.get()
        client.post(reverse("core:undo", args=[step.uuid]))
        record.refresh_from_db()
        assert record.industry == "Hotels"
        client.post(reverse("core:undo", args=[step.uuid]))  # a second time changes nothing
        record.refresh_from_db()
        assert record.industry == "Hotels"

    def test_nobody_takes_back_what_another_did(self, client, record):
        client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, industry="Offices"))
        client.force_login(make_user("director"))
        client.post(reverse("core:undo", args=[UndoStep.objects.get().uuid]))
        record.refresh_from_db()
        assert record.industry == "Offices"

    def test_what_somebody_changed_since_stays(self, client, record):
        client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, industry="Offices"))
        record.refresh_from_db()
        record.industry = "Schools"
        record.save()
        client.post(reverse("core:undo", args=[UndoStep.objects.get().uuid]))
        record.refresh_from_db()
        assert record.industry == "Schools"

    def test_a_wrong_form_keeps_what_was_typed(self, client, record):
        answer = client.post(
            reverse("crm:client_edit", args=[record.pk]), typed(record, name="", industry="Typed words")
        )
        assert answer.status_code == 422
        assert "Typed words" in answer.text
        record.refresh_from_db()
        assert record.industry == "Hotels"

    def test_a_stale_form_brings_both_values(self, client, record):
        old = typed(record, industry="Mine")
        record.industry = "Theirs"
        record.save()
        answer = client.post(reverse("crm:client_edit", args=[record.pk]), old)
        assert answer.status_code == 409
        assert "Theirs" in answer.text and "Mine" in answer.text
        record.refresh_from_db()
        assert record.industry == "Theirs"
        answer = client.post(reverse("crm:client_edit", args=[record.pk]), {**old, "version": record.version})
        record.refresh_from_db()
        assert (answer.status_code, record.industry) == (302, "Mine")

    def test_a_refusal_of_the_service_stands_in_the_form(self, client, record, monkeypatch):
        from crm.errors import NameMissing

        def refuse(**_kwargs):
            raise NameMissing()

        monkeypatch.setattr("crm.registers.clients.change_client", refuse)
        answer = client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, industry="X"))
        assert answer.status_code == 409
        assert str(NameMissing()) in answer.text

    def test_a_foreign_record_is_unknown(self, client, seller):
        foreign = make_client(owner=make_user("seller"))
        for page in ("card", "edit"):
            assert client.get(reverse(f"crm:client_{page}", args=[foreign.pk])).status_code == 404
        assert client.get(reverse("crm:client_field", args=[foreign.pk, "industry"])).status_code == 404
        assert client.post(reverse("crm:client_bin", args=[foreign.pk])).status_code == 404

    def test_one_who_may_only_look_is_refused(self, client):
        client.force_login(make_user("marketer"))
        record = make_client(name="A")
        assert client.get(reverse("crm:client_card", args=[record.pk])).status_code == 200
        assert client.post(reverse("crm:client_edit", args=[record.pk]), typed(record)).status_code == 403

    def test_a_guarded_field_cannot_be_written_either(self, client):
        accountant_less = make_user("purchaser")
        client.force_login(accountant_less)
        record = make_client(name="A", credit_limit=7319)
        page = client.get(reverse("crm:client_edit", args=[record.pk]))
        assert "7319" not in page.text
        client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, credit_limit="1"))
        record.refresh_from_db()
        assert record.credit_limit == 7319


class TestOneFact:
    def test_it_is_changed_in_place(self, client, record):
        url = reverse("crm:client_field", args=[record.pk, "industry"])
        form = client.get(url, headers={"HX-Request": "true"})
        assert 'name="industry"' in form.text and "<html" not in form.text
        answer = client.post(url, {"industry": "Offices", "version": record.version}, headers={"HX-Request": "true"})
        assert (answer.status_code, "Offices" in answer.text) == (200, True)
        record.refresh_from_db()
        assert record.industry == "Offices"

    def test_without_scripts_it_is_a_page_of_its_own(self, client, record):
        url = reverse("crm:client_field", args=[record.pk, "industry"])
        assert "<html" in client.get(url).text
        assert client.post(url, {"industry": "Offices", "version": record.version}).status_code == 302

    def test_a_stale_one_is_refused_beside_the_field(self, client, record):
        record.save()
        url = reverse("crm:client_field", args=[record.pk, "industry"])
        answer = client.post(url, {"industry": "X", "version": record.version - 1}, headers={"HX-Request": "true"})
        assert answer.status_code == 409
        record.refresh_from_db()
        assert record.industry == "Hotels"

    def test_a_field_nobody_offers_is_not_written(self, client, record):
        url = reverse("crm:client_field", args=[record.pk, "version"])
        assert client.post(url, {"version": "99"}, headers={"HX-Request": "true"}).status_code == 403


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


class TestRemarks:
    def test_a_colleague_named_in_a_comment_is_told_once(self, client, record, seller):
        boss = make_user("director", email="ann.lee@example.com")
        data = {"text": "Look, @ann.lee", "key": "once"}
        client.post(reverse("core:comment", args=["crm.client", record.pk]), data)
        client.post(reverse("core:comment", args=["crm.client", record.pk]), data)
        assert Comment.objects.count() == 1
        assert Notice.objects.filter(user=boss).count() == 1
        assert "Look, @ann.lee" in client.get(reverse("crm:client_card", args=[record.pk])).text

    def test_one_who_may_not_see_the_record_is_not_told(self, client, record):
        stranger = make_user("seller", email="eve@example.com")
        client.post(reverse("core:comment", args=["crm.client", record.pk]), {"text": "@eve hello"})
        assert not Notice.objects.filter(user=stranger).exists()

    def test_nobody_comments_on_what_he_cannot_see(self, client, seller):
        foreign = make_client(owner=make_user("seller"))
        answer = client.post(reverse("core:comment", args=["crm.client", foreign.pk]), {"text": "x"})
        assert (answer.status_code, Comment.objects.exists()) == (404, False)

    def test_a_script_in_a_comment_is_text(self, client, record):
        client.post(reverse("core:comment", args=["crm.client", record.pk]), {"text": "<script>alert(1)</script>"})
        assert "<script>alert" not in client.get(reverse("crm:client_card", args=[record.pk])).text

    def test_tags_are_exactly_those_given(self, client, record, seller):
        url = reverse("core:tags", args=["crm.client", record.pk])
        client.post(url, {"names": "Big, repeat"})
        client.post(url, {"names": "REPEAT"})
        assert [tag.name for tag in remarks.tags_of(record)] == ["repeat"]

    def test_who_follows_hears_of_a_change_once(self, client, record, seller):
        boss = make_user("director")
        client.force_login(boss)
        client.post(reverse("core:follow", args=["crm.client", record.pk]))
        client.force_login(seller)
        client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, industry="Offices"))
        assert Notice.objects.filter(user=boss, kind="core.followed").count() == 1
        assert not Notice.objects.filter(user=seller).exists()

    def test_following_and_not_any_more(self, client, record):
        url = reverse("core:follow", args=["crm.client", record.pk])
        client.post(url)
        client.post(url)
        assert Follow.objects.count() == 1
        client.post(url, {"off": "1"})
        assert not Follow.objects.exists()


class TestComposing:
    def test_a_call_is_written_down_once(self, client, record):
        url = reverse("crm:log_talk", args=["crm.client", record.pk])
        data = {"what": "call:out", "text": "They want oak", "minutes": "12", "key": "k1"}
        client.post(url, data)
        client.post(url, data)
        talk = Interaction.objects.get()
        assert (talk.client, talk.minutes, talk.direction) == (record, 12, "out")
        assert "They want oak" in client.get(reverse("crm:client_card", args=[record.pk])).text

    def test_a_task_becomes_the_next_step(self, client, record, seller):
        url = reverse("crm:plan_task", args=["crm.client", record.pk])
        client.post(url, {"title": "Measure the hall", "due": "tomorrow", "assignee": seller.pk, "key": "k1"})
        assert Task.objects.get().due_at > timezone.now()
        assert "Measure the hall" in client.get(reverse("crm:client_card", args=[record.pk])).text

    def test_a_wrong_one_comes_back_with_its_words(self, client, record):
        url = reverse("crm:log_talk", args=["crm.client", record.pk])
        answer = client.post(url, {"what": "call:out", "text": "", "minutes": "5000"})
        assert answer.status_code == 422
        assert "5000" in answer.text


class TestDrafts:
    def test_what_was_typed_is_offered_again(self, client, seller):
        client.post(
            reverse("core:draft"), {"draft_form": "crm.client:new", "name": "Half a na", "csrfmiddlewaretoken": "x"}
        )
        assert Draft.objects.get().data == {"name": ["Half a na"]}
        assert "Half a na" in client.get(reverse("crm:client_new")).text

    def test_a_sent_form_leaves_no_draft(self, client, seller):
        client.post(reverse("core:draft"), {"draft_form": "crm.client:new", "name": "Nova"})
        client.post(reverse("crm:client_new"), {"name": "Nova", "language": "en", "key": "k"})
        assert not Draft.objects.exists()

    def test_drafts_are_ones_own(self, client, seller):
        client.post(reverse("core:draft"), {"draft_form": "crm.client:new", "name": "Secret plan"})
        client.force_login(make_user("seller"))
        assert "Secret plan" not in client.get(reverse("crm:client_new")).text


def test_history_shows_before_and_after_to_who_may(client, record):
    client.post(reverse("crm:client_edit", args=[record.pk]), typed(record, industry="Offices"))
    card = reverse("crm:client_card", args=[record.pk])
    assert "Who changed what" not in client.get(card, {"tab": "history"}).text
    client.force_login(make_user("director"))
    page = client.get(card, {"tab": "history"}).text
    assert "Hotels" in page and "Offices" in page


@pytest.mark.parametrize("remarks_count", [1, 60])
def test_a_card_costs_the_same_for_any_history(client, record, seller, django_assert_max_num_queries, remarks_count):
    for number in range(remarks_count):
        remarks.add_comment(register="crm.client", record_id=record.pk, text=f"c{number}", at=timezone.now(), by=seller)
    url = reverse("crm:client_card", args=[record.pk])
    client.get(url)
    with django_assert_max_num_queries(34):
        client.get(url)


def test_every_register_names_an_action_for_everything():
    for register in registers.everything():
        assert register.view_action, register.key
        assert register.change_action or register.form_class is None, register.key


def test_another_app_puts_a_button_into_the_head_of_a_card(client, record, monkeypatch):
    monkeypatch.setattr(panels, "_act_sources", {})

    def source(client_record, user):
        yield Act(f"Call {client_record}", "phone", "/somewhere/", tone="ok")

    panels.add_acts(Client, source)
    panels.add_acts(Client, source)
    page = client.get(reverse("crm:client_card", args=[record.pk])).text
    assert page.count('href="/somewhere/"') == 1
    assert "Call Aalto" in page
    assert "btn-ok" in page
