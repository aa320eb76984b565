"""The bell, the list, the wishes and "remind me": each user's own, also without scripts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone

from core.models import Notice, NoticePreference, NoticeSettings, Reminder
from core.notices import kinds
from core.notices.choices import Mail
from core.notices.services import notify
from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true"}


@pytest.fixture
def seller(client):
    user = make_user("seller", time_zone="Europe/Berlin")
    client.force_login(user)
    return user


def tell(user, key="a", **fields) -> Notice:
    notify(**{"users": [user], "kind": "core.mention", "text": f"Mention {key}", "key": key, **fields})
    return Notice.objects.get(user=user, key=key)


class TestBell:
    @pytest.mark.parametrize(("number", "label"), [(0, "Notifications"), (3, "3 unread"), (120, "more than 99 unread")])
    def test_it_says_how_many_are_unread_in_one_statement(
        self, client, seller, number, label, django_assert_max_num_queries
    ) -> None:
        rows = [Notice(user=seller, kind="core.mention", key=str(n), text="x") for n in range(number)]
        Notice.objects.bulk_create(rows)
        part = client.get(reverse("core:bell"), headers=PART).content.decode()
        assert label in part
        assert ("dot" in part) is bool(number)
        assert "<html" not in part
        with django_assert_max_num_queries(1):
            assert label in Template("{% load notices %}{% bell %}").render(Context({"user": seller}))

    def test_what_is_not_meant_for_the_bell_is_not_counted(self, client, seller) -> None:
        Notice.objects.create(user=seller, kind="core.mention", key="a", text="x", in_bell=False)
        assert "unread" not in client.get(reverse("core:bell")).content.decode()

    def test_it_stands_on_every_page(self, client, seller) -> None:
        tell(seller)
        assert "1 unread" in client.get(reverse("core:help")).content.decode()


class TestList:
    def test_unread_ones_come_first_page_by_page(self, client, seller, monkeypatch) -> None:
        monkeypatch.setattr("core.notices.views.PAGE", 2)
        for number in range(4):
            tell(seller, str(number))
        Notice.objects.filter(key__in=["1", "3"]).update(read_at=timezone.now())
        seen, cursor = [], ""
        for _ in range(2):
            page = client.get(reverse("core:notice_list"), {"after": cursor}).context["page"]
            seen += [notice.key for notice in page.rows]
            cursor = page.after
        assert seen == ["2", "0", "3", "1"]

    def test_by_kind_and_unread_alone(self, client, seller) -> None:
        tell(seller, "a")
        tell(seller, "b", kind="core.reminder")
        Notice.objects.filter(key="a").update(read_at=timezone.now())
        address = reverse("core:notice_list")
        assert [n.key for n in client.get(address, {"kind": "core.mention"}).context["page"].rows] == ["a"]
        assert [n.key for n in client.get(address, {"show": "unread"}).context["page"].rows] == ["b"]

    @pytest.mark.parametrize("number", [3, 45])
    def test_statements_do_not_grow_with_the_rows(self, client, seller, number, django_assert_max_num_queries) -> None:
        rows = [Notice(user=seller, kind="core.mention", key=str(n), text=f"Row {n}") for n in range(number)]
        Notice.objects.bulk_create(rows)
        client.get(reverse("core:notice_list"))
        with django_assert_max_num_queries(14):
            page = client.get(reverse("core:notice_list"))
        assert page.content.decode().count("Mark as read: Row") == number

    def test_text_of_others_is_only_text(self, client, seller) -> None:
        tell(seller, text="<script>alert(1)</script>")
        assert "<script>alert" not in client.get(reverse("core:notice_list")).content.decode()


class TestReading:
    def test_opening_one_reads_it_and_leads_to_its_page(self, client, seller) -> None:
        record = make_client(owner=seller)
        notice = tell(seller, record=record, url="/crm/clients/?q=1")
        answer = client.get(reverse("core:notice_open", args=[notice.pk]))
        assert answer["Location"] == "/crm/clients/?q=1"
        notice.refresh_from_db()
        assert notice.read_at

    @pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
    def test_a_notice_never_leads_outside(self, client, seller, url) -> None:
        notice = tell(seller, url=url)
        answer = client.get(reverse("core:notice_open", args=[notice.pk]))
        assert answer["Location"] == reverse("core:notice_list")

    def test_foreign_ones_are_unknown(self, client, seller) -> None:
        notice = tell(make_user())
        assert client.get(reverse("core:notice_open", args=[notice.pk])).status_code == 404
        assert client.post(reverse("core:notice_read", args=[notice.pk])).status_code == 404
        client.post(reverse("core:notice_read_all"), {"up_to": notice.pk})
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_one_or_all_with_and_without_scripts(self, client, seller) -> None:
        first, second, third = tell(seller, "1"), tell(seller, "2"), tell(seller, "3")
        part = client.post(reverse("core:notice_read", args=[first.pk]), headers=PART).content.decode()
        assert f'id="notice-{first.pk}"' in part
        assert "Unread" not in part
        answer = client.post(reverse("core:notice_read", args=[second.pk]), {"next": "/notices/?show=unread"})
        assert answer["Location"] == "/notices/?show=unread"
        for up_to in ("nonsense", "9" * 30, str(third.pk)):
            answer = client.post(reverse("core:notice_read_all"), {"up_to": up_to, "next": "//evil.example"})
            assert answer["Location"] == reverse("core:notice_list")
        assert not Notice.objects.filter(read_at=None).exists()


class TestWishes:
    def data(self, **changes) -> dict[str, str]:
        fields = {f"mail-{kind.code}": Mail.DIGEST for kind in kinds.declared()}
        return {**fields, "digest_hour": "7", "task_lead_minutes": "60", **changes}

    def test_they_are_kept_per_kind(self, client, seller) -> None:
        address = reverse("core:notice_preferences")
        for _ in range(2):
            answer = client.post(address, self.data(**{"bell-core.mention": "on", "mail-core.mention": "now"}))
            assert answer.status_code == 302
        rows = {row.kind: (row.in_bell, row.mail) for row in NoticePreference.objects.filter(user=seller)}
        assert set(rows) == {kind.code for kind in kinds.declared()}
        assert (rows["core.mention"], rows["core.reminder"]) == ((True, "now"), (False, "digest"))
        settings = NoticeSettings.objects.get(user=seller)
        assert (settings.digest_on, settings.digest_hour, settings.task_lead_minutes) == (False, 7, 60)
        assert "Europe/Berlin" in client.get(address).content.decode()

    def test_what_is_no_choice_is_refused_beside_its_field_and_nothing_is_saved(self, client, seller) -> None:
        answer = client.post(reverse("core:notice_preferences"), self.data(**{"mail-core.mention": "pigeon"}))
        assert answer.status_code == 422
        assert "Nothing was saved" in answer.content.decode()
        assert not NoticePreference.objects.exists()


class TestRemind:
    def address(self, record) -> str:
        return reverse("core:remind", args=["crm", "client", record.pk])

    def test_from_a_card_with_one_click(self, client, seller) -> None:
        record = make_client(owner=seller)
        menu = Template("{% load notices %}{% remind_me record %}").render(Context({"user": seller, "record": record}))
        assert self.address(record) in menu
        for _ in range(2):
            part = client.post(self.address(record), {"when": "tomorrow"}, headers=PART)
            assert "Reminder on" in part.content.decode()
            assert ", 09:00" in part.content.decode()
        reminder = Reminder.objects.get()
        assert (reminder.user, reminder.record, reminder.text) == (seller, record, str(record))

    def test_at_a_time_of_ones_own_without_scripts(self, client, seller) -> None:
        record = make_client(owner=seller)
        assert 'data-time="09:00"' in client.get(self.address(record)).content.decode()
        day = timezone.now() + timedelta(days=10)
        typed = {"when": "at", "at": f"{day:%Y-%m-%d}T10:30", "text": "Ask for the drawing"}
        assert client.post(self.address(record), typed).status_code == 302
        offset = timedelta(hours=10, minutes=30)
        local = Reminder.objects.get().at.astimezone(ZoneInfo("Europe/Berlin"))
        assert timedelta(hours=local.hour, minutes=local.minute) == offset
        assert "Ask for the drawing" in client.get(reverse("core:reminder_list")).content.decode()

    @pytest.mark.parametrize(("at", "status"), [("", 422), ("2020-01-01T10:00", 422), ("soon", 422)])
    def test_a_refusal_keeps_what_was_typed(self, client, seller, at, status) -> None:
        record = make_client(owner=seller)
        for headers in ({}, PART):
            answer = client.post(self.address(record), {"when": "at", "at": at, "text": "Kept"}, headers=headers)
            assert answer.status_code == status
        assert not Reminder.objects.exists()

    def test_a_record_that_one_may_not_see_is_unknown(self, client, seller) -> None:
        foreign = make_client(owner=make_user("seller"))
        binned = make_client(owner=seller, binned_at=datetime(2026, 1, 1, tzinfo=UTC))
        addresses = [
            self.address(foreign),
            self.address(binned),
            reverse("core:remind", args=["crm", "client", 10**9]),
            reverse("core:remind", args=["crm", "nothing", 1]),
            reverse("core:remind", args=["auth", "group", 1]),
            reverse("core:remind", args=["core", "job", 1]),
        ]
        for address in addresses:
            assert client.get(address).status_code == 404
            assert client.post(address, {"when": "hour"}).status_code == 404
        assert not Reminder.objects.exists()

    def test_it_is_taken_back_by_its_owner(self, client, seller) -> None:
        record = make_client(owner=seller)
        client.post(self.address(record), {"when": "hour"})
        reminder = Reminder.objects.get()
        client.force_login(make_user("seller"))
        client.post(reverse("core:reminder_forget", args=[reminder.pk]))
        assert Reminder.objects.exists()
        client.force_login(seller)
        client.post(reverse("core:reminder_forget", args=[reminder.pk]))
        assert not Reminder.objects.exists()


def test_nobody_without_a_sign_in(client) -> None:
    for name in ("notice_list", "bell", "notice_preferences", "reminder_list"):
        assert client.get(reverse(f"core:{name}")).status_code == 302
