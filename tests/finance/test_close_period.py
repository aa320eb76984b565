import threading
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from core import periods
from core.actors import SYSTEM
from core.errors import NotAllowed, PeriodClosed
from core.models import StatusChange
from finance.models import Payment, Period
from finance.services.payments import record_payment
from finance.services.periods import close_period, reopen_period
from tests.factories.core import make_branch, make_user
from tests.factories.finance import make_account

AT = datetime(2026, 4, 3, 9, tzinfo=UTC)
MARCH = date(2026, 3, 1)


@pytest.mark.django_db
class TestClosing:
    def test_the_whole_month_of_the_branch_is_closed_and_no_other(self):
        branch, other = make_branch(), make_branch()
        accountant = make_user("accountant")
        period = close_period(branch_id=branch.pk, month=date(2026, 3, 17), at=AT, by=accountant)
        assert (period.month, period.closed_at, period.closed_by) == (MARCH, AT, accountant)
        for day in (MARCH, date(2026, 3, 31)):
            with pytest.raises(PeriodClosed, match="2026-03"):
                periods.require_open(branch.pk, day)
        for branch_id, day in ((branch.pk, date(2026, 2, 28)), (branch.pk, date(2026, 4, 1)), (other.pk, MARCH)):
            periods.require_open(branch_id, day)

    def test_closing_twice_is_once_and_reopening_opens(self):
        branch = make_branch()
        first = close_period(branch_id=branch.pk, month=MARCH, at=AT, by=SYSTEM)
        assert close_period(branch_id=branch.pk, month=MARCH, at=AT, by=SYSTEM) == first
        assert StatusChange.objects.filter(record_id=first.pk, to_status="closed").count() == 1
        reopen_period(branch_id=branch.pk, month=MARCH, at=AT, by=SYSTEM)
        reopen_period(branch_id=branch.pk, month=MARCH, at=AT, by=SYSTEM)
        periods.require_open(branch.pk, MARCH)
        assert Period.objects.get().closed_at is None

    def test_only_who_keeps_the_books_of_the_branch_closes(self):
        branch, other = make_branch(), make_branch()
        for user in (make_user("seller"), make_user("accountant", branches=[other])):
            with pytest.raises(NotAllowed):
                close_period(branch_id=branch.pk, month=MARCH, at=AT, by=user)
        assert not Period.objects.exists()

    def test_the_database_wants_first_days_and_one_row_per_month(self):
        branch = make_branch()
        Period.objects.create(branch=branch, month=MARCH)
        for wrong in ({"month": MARCH}, {"month": date(2026, 4, 2)}, {"month": date(2026, 5, 1), "status": "closed"}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Period.objects.create(branch=branch, **wrong)


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_a_posting_that_is_under_way():
    account = make_account()
    closed = threading.Event()

    def close():
        try:
            close_period(branch_id=account.branch_id, month=MARCH, at=AT, by=SYSTEM)
            closed.set()
        finally:
            connection.close()

    rival = threading.Thread(target=close)
    with transaction.atomic():
        record_payment(account_id=account.pk, direction="in", amount=Decimal("1.00"), paid_on=MARCH, by=SYSTEM)
        rival.start()
        assert not closed.wait(0.5)
    rival.join(timeout=10)
    assert closed.is_set()
    with pytest.raises(PeriodClosed):
        record_payment(account_id=account.pk, direction="in", amount=Decimal("1.00"), paid_on=MARCH, by=SYSTEM)
    assert Payment.objects.count() == 1
