"""People are told what concerns them, once, in the way they chose, and of nothing they may not see."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.models import Notice, OutboxMessage
from core.notices import kinds, mails, retention
from core.notices.choices import Mail
from core.notices.services import choose, mark_all_read, mark_read, notify
from core.tasks import forget_old_notices, mail_notices
from tests.core.threads import at_once
from tests.factories.core import make_user
from tests.factories.crm import make_client

pytestmark = pytest.mark.django_db


def tell(*users, **fields) -> None:
    notify(**{"users": users, "kind": "core.mention", "text": "Ann mentions you", "key": "comment:1", **fields})


def want(user, kind="core.mention", *, bell=True, mail=Mail.NEVER) -> None:
    choose(by=user, wishes={kind: (bell, mail)}, digest_on=True, digest_hour=8, task_lead_minutes=0)


def test_the_same_thing_is_told_once() -> None:
    ann, bob = make_user(), make_user()
    tell(ann, bob)
    tell(ann, bob, text="Again")
    tell(ann, key="comment:2")
    assert sorted(Notice.objects.values_list("user", "text")) == sorted(
        [(ann.pk, "Ann mentions you"), (bob.pk, "Ann mentions you"), (ann.pk, "Ann mentions you")]
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(user=ann, kind="core.mention", key="comment:1", text="Double")


def test_nobody_is_told_of_what_he_did_himself_nor_when_he_is_blocked() -> None:
    ann, gone = make_user(), make_user(is_active=False)
    tell(ann, gone, by=ann)
    assert not Notice.objects.exists()


def test_nobody_hears_of_a_record_he_may_not_see() -> None:
    owner, stranger, director = make_user("seller"), make_user("seller"), make_user("director")
    client = make_client(owner=owner)
    tell(owner, stranger, director, record=client)
    assert set(Notice.objects.values_list("user", flat=True)) == {owner.pk, director.pk}
    assert Notice.objects.first().record == client


def test_a_kind_that_nobody_declared_is_a_fault_of_ours() -> None:
    with pytest.raises(LookupError):
        tell(make_user(), kind="core.unheard")
    with pytest.raises(RuntimeError):
        kinds.declare(kinds.Kind("core.mention", "Another label"))


def test_text_comes_in_each_users_language_and_is_never_too_long() -> None:
    german, english = make_user(language="de"), make_user()
    tell(german, english, text=gettext_lazy("Monday"))
    assert Notice.objects.get(user=german).text == "Montag"
    assert Notice.objects.get(user=english).text == "Monday"
    tell(english, text="x" * 600, key="long")
    assert len(Notice.objects.get(key="long").text) == 500


def test_long_keys_are_kept_apart_and_still_told_once() -> None:
    ann = make_user()
    for ending in ("a", "b", "a"):
        tell(ann, key="page/" * 60 + ending)
    assert Notice.objects.count() == 2


class TestWishes:
    def test_each_kind_starts_as_declared_and_follows_the_users_wish(self) -> None:
        ann = make_user()
        tell(ann)
        want(ann, bell=False, mail=Mail.NOW)
        want(ann, bell=False, mail=Mail.NOW)
        tell(ann, key="second")
        first, second = Notice.objects.order_by("pk")
        assert (first.in_bell, first.mail, second.in_bell, second.mail) == (True, Mail.DIGEST, False, Mail.NOW)

    def test_what_somebody_wants_neither_way_is_said_all_the_same_and_unseen(self) -> None:
        ann = make_user()
        want(ann, bell=False)
        tell(ann)
        want(ann, bell=True)
        tell(ann)
        assert Notice.objects.filter(in_bell=False).count() == Notice.objects.count() == 1


class TestMailAtOnce:
    def test_one_mail_each_and_a_second_run_sends_nothing(self, django_capture_on_commit_callbacks) -> None:
        ann = make_user()
        want(ann, mail=Mail.NOW)
        with django_capture_on_commit_callbacks(execute=True):
            tell(ann)
        assert mail_notices() == 0
        message = OutboxMessage.objects.get()
        assert (message.recipient, message.subject) == (ann.email, "Hyper CRM: Ann mentions you")
        assert f"/notices/{Notice.objects.get().pk}/open/" in message.payload["text"]

    def test_what_was_read_meanwhile_is_not_mailed(self) -> None:
        ann = make_user()
        want(ann, mail=Mail.NOW)
        tell(ann)
        mark_all_read(up_to=Notice.objects.get().pk, at=timezone.now(), by=ann)
        assert mail_notices() == 1
        assert not OutboxMessage.objects.exists()
        assert Notice.objects.get().mailed_at

    @pytest.mark.django_db(transaction=True)
    def test_two_beats_at_once_send_one_mail_each(self) -> None:
        users = [make_user() for _ in range(6)]
        for user in users:
            want(user, mail=Mail.NOW)
        with transaction.atomic():
            tell(*users)
            transaction.get_connection().run_on_commit.clear()
        at_once(mails.send_waiting, mails.send_waiting, mails.send_waiting)
        assert OutboxMessage.objects.count() == len(users)
        assert not Notice.objects.filter(mailed_at=None).exists()


class TestReading:
    def test_only_ones_own_and_only_what_was_on_the_page(self) -> None:
        ann, bob = make_user(), make_user()
        tell(ann, bob)
        seen = Notice.objects.get(user=ann).pk
        tell(ann, key="later")
        now = timezone.now()
        assert mark_read(notice_ids=[seen], at=now, by=bob) == 0
        assert [mark_all_read(up_to=seen, at=now, by=ann) for _ in range(2)] == [1, 0]
        assert set(Notice.objects.filter(read_at=None).values_list("user", "key")) == {
            (bob.pk, "comment:1"),
            (ann.pk, "later"),
        }


def test_old_notices_go_and_unread_ones_stay_a_year() -> None:
    ann, now = make_user(), timezone.now()
    for number, (age, read) in enumerate([(91, True), (91, False), (366, False), (10, True)]):
        tell(ann, key=str(number))
        moment = now - timedelta(days=age)
        Notice.objects.filter(key=str(number)).update(created_at=moment, read_at=moment if read else None)
    assert retention.forget_old(at=now) == 2
    assert forget_old_notices() == 0
    assert set(Notice.objects.values_list("key", flat=True)) == {"1", "3"}


@pytest.mark.parametrize("number", [1, 40])
def test_statements_do_not_grow_with_the_number_of_users(number, django_assert_max_num_queries) -> None:
    users = [make_user() for _ in range(number)]
    with django_assert_max_num_queries(6):
        tell(*users)
    assert Notice.objects.count() == number
