"""What people write on a card: comments, tags, calls and tasks; who hears of it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models import Comment, Follow, Notice
from core.ui import remarks
from crm.models import Interaction, Task
from tests.factories.core import make_user
from tests.factories.crm import make_client
from tests.ui.conftest import typed

pytestmark = pytest.mark.django_db


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
