"""The daily mail comes once a day, at the user's hour by his clock, and only when there is something to say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from core.models import Notice, NoticeSettings, OutboxMessage
from core.notices import digest
from core.notices.ports import Line, Part, digest_parts
from core.notices.services import choose, mark_all_read, notify
from core.tasks import send_digests
from tests.core.threads import at_once
from tests.factories.core import make_user
from tests.factories.crm import make_task

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 9, 14, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def tell(user, key="a") -> None:
    notify(users=[user], kind="core.mention", text="Ann mentions you", key=key)


def mails() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.order_by("pk"))


def test_unread_notices_come_once_at_the_users_hour() -> None:
    ann = make_user()
    tell(ann)
    runs = [digest.send_due(at=at) for at in (MORNING - MINUTE, MORNING, MORNING + MINUTE, MORNING.replace(hour=23))]
    assert runs == [0, 1, 0, 0]
    (mail,) = mails()
    assert (mail.recipient, mail.subject) == (ann.email, "Your day, Mon 14 Sep")
    assert "Ann mentions you" in mail.payload["text"]
    assert "Ann mentions you" in mail.payload["html"]
    assert mail.dedupe_key == f"digest:{ann.pk}:2026-09-14"
    assert digest.send_due(at=MORNING + timedelta(days=1)) == 0, "what was mailed once is not mailed again"


def test_nothing_to_say_is_no_mail_and_the_day_is_settled() -> None:
    ann = make_user()
    assert digest.send_due(at=MORNING) == 0
    tell(ann)
    assert digest.send_due(at=MORNING + MINUTE) == 0
    assert digest.send_due(at=MORNING + timedelta(days=1)) == 1


def test_what_was_read_is_no_news() -> None:
    ann = make_user()
    tell(ann)
    mark_all_read(up_to=Notice.objects.get().pk, at=timezone.now(), by=ann)
    assert digest.send_due(at=MORNING) == 0


def test_blocked_users_and_those_who_want_none_get_none() -> None:
    gone, quiet = make_user(is_active=True), make_user()
    for user in (gone, quiet):
        tell(user)
    gone.is_active = False
    gone.save()
    choose(by=quiet, wishes={}, digest_on=False, digest_hour=8, task_lead_minutes=0)
    assert digest.send_due(at=MORNING) == 0


def test_due_and_overdue_tasks_by_the_users_own_day() -> None:
    ann = make_user("seller", time_zone="America/New_York")
    due = {
        "Yesterday late": datetime(2026, 9, 14, 3, 30, tzinfo=UTC),  # 13 Sep, 23:30 in New York
        "Early today": datetime(2026, 9, 14, 4, 30, tzinfo=UTC),
        "Late today": datetime(2026, 9, 15, 3, 30, tzinfo=UTC),
        "Tomorrow": datetime(2026, 9, 15, 4, 30, tzinfo=UTC),
    }
    for title, at in due.items():
        make_task(title=title, assignee_id=ann.pk, due_at=at)
    make_task(title="Somebody else's", assignee_id=make_user("seller", is_active=False).pk, due_at=MORNING)
    assert digest.send_due(at=datetime(2026, 9, 14, 12, tzinfo=UTC)) == 1
    text = mails()[0].payload["text"]
    overdue, today = text.split("Due today")
    assert "Yesterday late" in overdue
    assert [title in today for title in due] == [False, True, True, False]
    assert "Somebody" not in text


def test_a_long_list_says_how_many_were_left_out() -> None:
    ann = make_user()
    for number in range(digest.LINES + 5):
        tell(ann, key=str(number))
    digest.send_due(at=MORNING)
    (mail,) = mails()
    assert mail.payload["text"].count("Ann mentions you") == digest.LINES
    assert "and 5 more" in mail.payload["text"]


class TestClocks:
    """The day of the user, whatever the server's clock and the change of the hour say."""

    def days(self, zone: str, hour: int, since: datetime, hours: int) -> list[tuple[date, datetime]]:
        """Every quarter of an hour: on which moments a mail was written, and for which day."""
        ann = make_user(time_zone=zone)
        choose(by=ann, wishes={}, digest_on=True, digest_hour=hour, task_lead_minutes=0)
        found = []
        for quarter in range(hours * 4):
            at = since + timedelta(minutes=15 * quarter)
            tell(ann, key=f"{quarter}")
            if digest.send_due(at=at):
                found.append((NoticeSettings.objects.get(user=ann).settled_on, at))
        return found

    def test_an_hour_that_summer_time_skips_comes_with_the_next(self) -> None:
        found = self.days("Europe/Berlin", 2, datetime(2026, 3, 28, 23, tzinfo=UTC), 24)
        assert found == [(date(2026, 3, 29), datetime(2026, 3, 29, 1, tzinfo=UTC))]  # 03:00, there was no 02:00

    def test_an_hour_that_comes_twice_in_autumn_brings_one_mail(self) -> None:
        found = self.days("Europe/Berlin", 2, datetime(2026, 10, 24, 22, tzinfo=UTC), 24)
        assert found == [(date(2026, 10, 25), datetime(2026, 10, 25, 0, tzinfo=UTC))]

    @pytest.mark.parametrize(
        ("zone", "first"),
        [
            ("Pacific/Kiritimati", datetime(2026, 9, 13, 18, tzinfo=UTC)),  # UTC+14
            ("Pacific/Pago_Pago", datetime(2026, 9, 13, 19, tzinfo=UTC)),  # UTC-11
            ("Asia/Kathmandu", datetime(2026, 9, 13, 2, 15, tzinfo=UTC)),  # UTC+5:45
        ],
    )
    def test_at_the_ends_of_the_world_every_day_has_one(self, zone, first) -> None:
        found = self.days(zone, 8, first - timedelta(minutes=30), 25)
        assert [at for _day, at in found] == [first, first + timedelta(days=1)]

    def test_after_a_night_without_power_the_mail_comes_late_but_once(self) -> None:
        tell(make_user())
        assert [digest.send_due(at=MORNING.replace(hour=hour)) for hour in (19, 20)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_write_one_mail_each() -> None:
    users = [make_user(time_zone="UTC") for _ in range(4)]
    for user in users:
        tell(user)
    choose_hour_zero(users)
    at_once(send_digests, send_digests, send_digests)
    assert sorted(mail.recipient for mail in mails()) == sorted(user.email for user in users)


def choose_hour_zero(users) -> None:
    for user in users:
        choose(by=user, wishes={}, digest_on=True, digest_hour=0, task_lead_minutes=0)


def test_a_part_that_breaks_holds_nobody_elses_mail_back(monkeypatch) -> None:
    ann, bob = make_user(), make_user()
    for user in (ann, bob):
        tell(user)

    def part(user, on):
        if user == ann:
            raise RuntimeError("broken")
        return [Part("More", [Line("<b>bold</b>")])]

    monkeypatch.setattr(digest_parts, "_voices", [part])
    assert digest.send_due(at=MORNING) == 1
    (mail,) = mails()
    assert mail.recipient == bob.email
    assert "&lt;b&gt;" in mail.payload["html"]
    assert "<b>bold</b>" in mail.payload["text"]
    assert not NoticeSettings.objects.filter(user=ann).exists(), "his day is still to be settled"


def test_a_beat_without_anybody_due_is_one_statement(django_assert_max_num_queries) -> None:
    for _ in range(30):
        make_user()
    with django_assert_max_num_queries(1):
        assert digest.send_due(at=MORNING - MINUTE) == 0
