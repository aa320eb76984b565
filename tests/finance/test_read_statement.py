"""What is read from a bank statement in each format."""

from __future__ import annotations

from datetime import date

import pytest

from core.ledgers import run_all
from finance import statements
from finance.choices import StatementFormat
from finance.errors import CurrencyDiffers, StatementDoesNotAddUp, StatementOfAnotherAccount, StatementUnreadable
from finance.models import StatementImport, StatementLine
from tests.factories.finance import make_account
from tests.finance.statements import SAMPLES, D, camt, entry, imported

pytestmark = pytest.mark.django_db


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
