from datetime import date

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.actors import SYSTEM
from core.errors import NotAllowed, PeriodClosed
from core.ledgers import run_all
from finance.choices import PaymentDirection, StatementLineStatus
from finance.errors import (
    LineDiffers,
    LineNotBookable,
)
from finance.models import Payment, StatementImport, StatementLine
from finance.selectors.balances import bank_balance
from finance.services.bank import book_line, ignore_line, match_line
from finance.services.payments import record_payment
from finance.services.periods import close_period
from tests.factories.core import make_user
from tests.factories.crm import make_legal_entity
from tests.factories.finance import make_account
from tests.finance.statements import AT, MAIN_JOB, D, imported

pytestmark = pytest.mark.django_db


class TestMainJob:
    def test_step_20_three_new_rows_then_none_and_the_balance(self):
        account, trading = make_account(opening="5000.00"), make_legal_entity()
        advance = record_payment(
            account_id=account.pk, direction="in", amount=D("900.00"), paid_on=date(2026, 3, 12), by=SYSTEM,
            legal_entity_id=trading.pk,
        )  # fmt: skip
        assert imported(account, MAIN_JOB).new_rows == 3
        assert imported(account, MAIN_JOB).new_rows == 0
        assert (StatementImport.objects.count(), StatementLine.objects.count()) == (1, 3)
        lines = {line.bank_reference: line for line in StatementLine.objects.all()}
        assert (lines["BK-1"].payment, lines["BK-1"].status) == (advance, StatementLineStatus.MATCHED)
        supplier = make_legal_entity()
        for reference, entity in (("BK-2", supplier), ("BK-3", trading)):
            wish = {"line_id": lines[reference].pk, "legal_entity_id": entity.pk, "at": AT, "by": SYSTEM}
            assert book_line(**wish) == book_line(**wish)
        assert Payment.objects.count() == 3
        assert bank_balance(account.pk) == D("7180.40")
        assert run_all() == []


class TestNoDoubles:
    def test_overlapping_files_add_only_what_is_new(self):
        account = make_account()
        imported(account, MAIN_JOB)
        head, *rows = MAIN_JOB.splitlines()
        again = imported(account, "\n".join([head, *rows[1:], "2026-04-08,5.00,BK-4,Somebody,x"]))
        assert (again.rows, again.new_rows, StatementLine.objects.count()) == (3, 1, 4)

    def test_equal_rows_of_one_day_are_kept_apart_and_known_again(self):
        account = make_account()
        row = "2026-04-08;-1,50;Parking\n"
        imported(account, "Date;Amount;Text\n" + row * 2)
        assert StatementLine.objects.count() == 2
        third = imported(account, "Date;Amount;Text\n" + row * 3)
        assert (third.new_rows, StatementLine.objects.count()) == (1, 3)

    def test_a_reused_reference_with_another_amount_is_another_row(self):
        account = make_account()
        imported(account, "date,amount,reference\n2026-04-01,5.00,R1\n")
        assert imported(account, "date,amount,reference\n2026-04-01,6.00,R1\n").new_rows == 1

    def test_two_equal_lines_match_two_equal_payments(self):
        account = make_account()
        for _ in range(2):
            record_payment(
                account_id=account.pk, direction="out", amount=D("1.50"), paid_on=date(2026, 4, 8), by=SYSTEM
            )
        imported(account, "Date;Amount;Text\n" + "2026-04-08;-1,50;Parking\n" * 3)
        statuses = sorted(StatementLine.objects.values_list("status", flat=True))
        assert statuses == ["matched", "matched", "new"]

    def test_accounts_do_not_mix(self):
        first, second = make_account(), make_account()
        imported(first, MAIN_JOB)
        assert imported(second, MAIN_JOB).new_rows == 3


class TestBooking:
    @pytest.fixture
    def line(self):
        imported(make_account(), "date,amount,text\n2026-04-01,-5.00,fee\n")
        return StatementLine.objects.get()

    def test_a_fee_is_booked_without_a_party(self, line):
        payment = book_line(line_id=line.pk, legal_entity_id=None, at=AT, by=SYSTEM)
        assert (payment.direction, payment.amount, payment.client, payment.text) == (
            PaymentDirection.OUT, D("5.00"), None, "fee",
        )  # fmt: skip

    def test_a_payment_of_another_day_is_matched_by_hand(self, line):
        wish = {"account_id": line.account_id, "direction": "out", "amount": D("5.00"), "by": SYSTEM}
        payment = record_payment(**wish, paid_on=date(2026, 3, 31))
        other = record_payment(**{**wish, "amount": D("5.01")}, paid_on=date(2026, 3, 31))
        with pytest.raises(LineDiffers):
            match_line(line_id=line.pk, payment_id=other.pk, by=SYSTEM)
        assert match_line(line_id=line.pk, payment_id=payment.pk, by=SYSTEM).payment == payment
        match_line(line_id=line.pk, payment_id=payment.pk, by=SYSTEM)
        with pytest.raises(LineNotBookable):
            ignore_line(line_id=line.pk, by=SYSTEM)

    def test_an_ignored_line_is_not_booked(self, line):
        ignore_line(line_id=line.pk, by=SYSTEM)
        ignore_line(line_id=line.pk, by=SYSTEM)
        with pytest.raises(LineNotBookable):
            book_line(line_id=line.pk, legal_entity_id=None, at=AT, by=SYSTEM)

    def test_rights_and_closed_months(self, line):
        seller = make_user("seller")
        for call in (
            lambda: imported(line.account, "date,amount\n2026-04-01,1\n", by=seller),
            lambda: book_line(line_id=line.pk, legal_entity_id=None, at=AT, by=seller),
            lambda: match_line(line_id=line.pk, payment_id=0, by=seller),
            lambda: ignore_line(line_id=line.pk, by=seller),
        ):
            with pytest.raises(NotAllowed):
                call()
        close_period(branch_id=line.account.branch_id, month=date(2026, 4, 1), at=AT, by=SYSTEM)
        with pytest.raises(PeriodClosed):
            book_line(line_id=line.pk, legal_entity_id=None, at=AT, by=SYSTEM)

    def test_the_database_keeps_lines_and_uses_each_payment_once(self, line):
        payment = book_line(line_id=line.pk, legal_entity_id=None, at=AT, by=SYSTEM)
        imported(line.account, "date,amount,text\n2026-04-02,-5.00,fee\n")
        rows = StatementLine.objects
        for change in (
            lambda: rows.update(amount=1),
            lambda: rows.all().delete(),
            lambda: rows.filter(payment=None).update(payment=payment, status="matched"),
            lambda: rows.filter(payment=None).update(status="matched"),
            lambda: StatementImport.objects.update(total=1),
        ):
            with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
                change()


def test_statements_do_not_grow_with_the_rows():
    def count(rows: int) -> int:
        account = make_account()
        table = "date,amount,reference\n" + "".join(f"2026-04-01,{n}.00,R{n}\n" for n in range(1, rows + 1))
        with CaptureQueriesContext(connection) as captured:
            imported(account, table)
        return len(captured)

    count(1)
    assert count(500) == count(3) <= 15


class TestAnyOverlap(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(
        days=st.lists(st.lists(st.sampled_from(["1.00", "-2.50", "7.25"]), max_size=4), min_size=1, max_size=5),
        windows=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=4),
    )
    def test_whole_days_imported_in_any_overlap_are_each_there_once(self, days, windows):
        account = make_account()
        seen = set()
        for first, last in windows:
            chosen = [day for day in range(len(days)) if first <= day <= last]
            rows = [f"2026-04-{day + 1:02},{amount}\n" for day in chosen for amount in days[day]]
            if not rows:
                continue
            imported(account, "date,amount\n" + "".join(rows))
            seen |= set(chosen)
        expected = sorted(D(amount) for day in seen for amount in days[day])
        assert sorted(StatementLine.objects.filter(account=account).values_list("amount", flat=True)) == expected
