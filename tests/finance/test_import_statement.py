from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.actors import SYSTEM
from core.errors import NotAllowed, PeriodClosed
from core.ledgers import run_all
from finance import statements
from finance.choices import PaymentDirection, StatementFormat, StatementLineStatus
from finance.errors import (
    CurrencyDiffers,
    LineDiffers,
    LineNotBookable,
    StatementDoesNotAddUp,
    StatementOfAnotherAccount,
    StatementUnreadable,
)
from finance.models import Payment, StatementImport, StatementLine
from finance.selectors.balances import bank_balance
from finance.services.bank import book_line, ignore_line, import_statement, match_line
from finance.services.payments import record_payment
from finance.services.periods import close_period
from tests.factories.core import make_user
from tests.factories.crm import make_legal_entity
from tests.factories.finance import make_account

pytestmark = pytest.mark.django_db

D = Decimal
AT = datetime(2026, 4, 7, 18, tzinfo=UTC)
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "bank"  # beside the checkout
MAIN_JOB = (
    "date,amount,reference,name,text\n"
    "2026-03-12,900.00,BK-1,Bluehaven Trading Ltd,SO-2026-00001\n"
    "2026-04-01,-219.60,BK-2,Clearpane,CP-4471\n"
    "2026-04-07,1500.00,BK-3,Bluehaven Services Ltd,Invoice\n"
)


def imported(account, content, **fields) -> StatementImport:
    content = content.encode() if isinstance(content, str) else content
    wish = {"account_id": account.pk, "content": content, "file_name": "statement.csv", "at": AT, "by": SYSTEM}
    return import_statement(**{**wish, **fields})


def camt(*entries: str, opening="10.00", closing="10.00", iban="DE02120300000000202051", currency="EUR") -> str:
    balances = "".join(
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt>'
        "<CdtDbtInd>CRDT</CdtDbtInd></Bal>"
        for code, amount in (("OPBD", opening), ("CLBD", closing))
    )
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt>'
        f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{balances}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def entry(amount, *, sign="CRDT", day="2026-04-01", status="BOOK", currency="EUR", reference="", text="") -> str:
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


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


class TestCsv:
    def lines(self, content: bytes):
        return [
            (row.booked_on, row.amount, row.payer_name, row.text)
            for row in statements.read(content)[0].entries
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("encoding", "table"),
        [
            ("utf-8", "Buchungstag;Betrag;Auftraggeber;Verwendungszweck\n01.04.2026;1.234,50;Müller & Söhne;Grüße\n"),
            ("utf-8-sig", 'Date,Amount,Name,Text\n2026-04-01,"1,234.50",Müller & Söhne,Grüße\n'),
            ("utf-16", "Date\tAmount\tName\tText\n2026/04/01\t1234.5\tMüller & Söhne\tGrüße\n"),
            ("cp1252", "Datum|Umsatz|Name|Text\n01.04.26|1 234,50|Müller & Söhne|Grüße\n"),
        ],
    )
    def test_delimiters_decimal_marks_and_encodings(self, encoding, table):
        assert self.lines(table.encode(encoding)) == [(date(2026, 4, 1), D("1234.50"), "Müller & Söhne", "Grüße")]

    def test_cyrillic_code_page_and_two_amount_columns(self):
        table = "Дата;Поступление;Списание;Контрагент;Назначение платежа\n01.04.2026;;100,00;ООО Ромашка;Аренда\n"
        table += "02.04.2026;250,00;;ИП Иванов;Оплата\n"
        assert self.lines(table.encode("cp1251")) == [
            (date(2026, 4, 1), D("-100.00"), "ООО Ромашка", "Аренда"),
            (date(2026, 4, 2), D("250.00"), "ИП Иванов", "Оплата"),
        ]

    @pytest.mark.parametrize(
        ("written", "amount"),
        [("-5", "-5"), ("5-", "-5"), ("(5.00)", "-5.00"), ("+5,0", "5.0"), ("1.000", "1000"), ("1'234.56", "1234.56"),
         ("12.345.678,90", "12345678.90"), ("\u22125,25", "-5.25")],
    )  # fmt: skip
    def test_ways_to_write_an_amount(self, written, amount):
        assert self.lines(f"date;amount\n2026-04-01;{written}\n".encode())[0][1] == D(amount)

    def test_month_first_days_are_told_by_the_file(self):
        days = [row[0] for row in self.lines(b"date,amount\n4/1/2026,1\n4/13/2026,2\n")]
        assert days == [date(2026, 4, 1), date(2026, 4, 13)]
        assert self.lines(b"date,amount\n4/1/2026,1\n")[0][0] == date(2026, 1, 4)

    def test_lines_before_the_header_quotes_and_line_breaks_in_fields(self):
        table = 'Account;DE02\n\nDate;Amount;Text\n2026-04-01;1,00;"two\nlines; one field"\n;;total\n'
        assert self.lines(table.encode())[0][3] == "two\nlines; one field"
        assert len(self.lines(table.encode())) == 1

    @pytest.mark.parametrize("newest_first", [False, True])
    def test_a_running_balance_gives_opening_and_closing(self, newest_first):
        rows = ["2026-04-01,10.00,110.00", "2026-04-02,-5.00,105.00", "2026-04-02,1.00,106.00"]
        rows = rows[::-1] if newest_first else rows
        stored = imported(make_account(), "date,amount,balance\n" + "\n".join(rows))
        assert (stored.opening, stored.total, stored.closing) == (D("100.00"), D("6.00"), D("106.00"))

    @pytest.mark.parametrize(
        "table",
        [
            "", "hello", "date,name\n2026-04-01,x\n", "date,amount\n2026-04-01,\n", "date,amount\n2026-04-01,abc\n",
            "date,amount\n31.02.2026,1\n", "date,amount\n2026-04-01,1.2345\n", "date,amount\n2026-04-01,0.125\n",
            "date,amount,balance\n2026-04-01,1,11\n2026-04-02,1,13\n", "\x00\x01\x02",
        ],
    )  # fmt: skip
    def test_what_cannot_be_read_is_refused_as_a_whole(self, table):
        with pytest.raises(StatementUnreadable):
            imported(make_account(), table)
        assert not StatementImport.objects.exists()
        assert not StatementLine.objects.exists()


class TestCamt:
    def test_only_booked_entries_count_and_debits_are_negative(self):
        account = make_account(iban="DE02 1203 0000 0000 2020 51")
        file = camt(
            entry("7.00", sign="DBIT", reference="A1"), entry("9.00", status="PDNG"), entry("3.00"), closing="6.00"
        )
        stored = imported(account, file)
        assert (stored.format, stored.opening, stored.closing, stored.new_rows) == (
            StatementFormat.CAMT053, D("10.00"), D("6.00"), 2,
        )  # fmt: skip
        assert sorted(StatementLine.objects.values_list("amount", flat=True)) == [D("-7.00"), D("3.00")]

    def test_refusals(self):
        account = make_account(iban="DE02120300000000202051")
        for error, file in (
            (StatementDoesNotAddUp, camt(entry("1.00"))),
            (StatementOfAnotherAccount, camt(iban="DE99")),
            (CurrencyDiffers, camt(entry("1.00", currency="SEK"), closing="11.00")),
            (StatementUnreadable, camt(entry("x"))),
            (StatementUnreadable, camt(entry("-1.00"))),
            (StatementUnreadable, camt(entry("1.00", day=""))),
            (StatementUnreadable, "<Document><Other/></Document>"),
            (StatementUnreadable, "<Document"),
            (StatementUnreadable, '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'),
        ):
            with pytest.raises(error):
                imported(account, file)
        assert not StatementImport.objects.exists()

    @pytest.mark.skipif(not SAMPLES.exists(), reason="the bank samples are not here")
    def test_samples_agree_with_their_truths(self):
        two = statements.read((SAMPLES / "camt053_v2_multi_statement.xml").read_bytes())
        assert [(len(s.entries), s.total, s.opening.amount, s.closing.amount) for s in two] == [
            (1, D("8.85"), D("18.15"), D("27.00")), (1, D("-7.00"), D("27.00"), D("20.00")),
        ]  # fmt: skip
        (one,) = statements.read((SAMPLES / "camt053_v8.xml").read_bytes())
        assert (len(one.entries), one.total, one.opening.amount) == (1, D("8.85"), D("18.15"))
        assert (one.closing.amount, one.closing.currency) == (D("-27.00"), "SEK")
        assert (one.entries[0].payer_name, one.entries[0].payer_iban) == ("NAME NAME", "NL56AGDH9619008421")

    @pytest.mark.skipif(not SAMPLES.exists(), reason="the bank samples are not here")
    def test_samples_are_imported_once(self):
        account = make_account(iban="NL26VAYB8060476890", opening="18.15")
        for name, new, opening, closing in (
            ("camt053_v2_multi_statement.xml", 2, D("18.15"), D("20.00")),
            ("camt053_v2_multi_statement.xml", 0, D("18.15"), D("20.00")),
            ("camt053_v8.xml", 1, D("18.15"), None),
        ):
            stored = imported(account, (SAMPLES / name).read_bytes(), file_name=name)
            assert (stored.new_rows, stored.opening, stored.closing) == (new, opening, closing)
        assert run_all() == []


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
