"""Statements as delimited text: every bank names and orders its columns as it likes, so the header decides."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from django.utils.translation import gettext as _

from finance.errors import StatementUnreadable
from finance.statements.common import Balance, Entry, Statement

HEADER_WITHIN = 20  # rows before the header that a bank may spend on the account and the period
DELIMITERS = ";,\t|"
DATE_PATTERNS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%Y%m%d", "%Y/%m/%d", "%d-%m-%Y")

# What a column may be called, lower case, one name a line part. The first that a header has is taken.
COLUMNS: dict[str, tuple[str, ...]] = {
    column: tuple(names.split("|"))
    for column, names in {
        "day": "booked on|booking date|date|transaction date|value date|buchungstag|datum|дата|дата операции",
        "amount": "amount|betrag|umsatz|sum|сумма",
        "income": "credit|paid in|money in|haben|поступление|приход|кредит",
        "expense": "debit|paid out|money out|soll|списание|расход|дебет",
        "currency": "currency|währung|waehrung|валюта",
        "reference": "reference|bank reference|transaction id|id|referenz|номер|номер документа",
        "payer_name": "payer|name|counterparty|beneficiary|auftraggeber|плательщик|контрагент",
        "payer_iban": "iban|payer iban|counterparty account|account number|kontonummer|счет|счёт",
        "text": "text|purpose|description|details|verwendungszweck|назначение|назначение платежа",
        "balance": "balance|saldo|остаток",
    }.items()
}


def read_csv(content: bytes) -> Statement:
    """Rows of a delimited file with a header; amounts in one signed column or in two.

    Understands UTF-8, UTF-16 and the Windows code pages 1251 and 1252; comma, semicolon, tab or bar between
    fields; decimal comma or point; ISO, day-first and slashed dates (day first unless the file shows otherwise).
    With a running balance the opening and closing balances follow from it. Rows without a day are skipped only
    when they hold no amount either; anything else unreadable refuses the file with its row.
    """
    rows = _rows(_decoded(content))
    header = _header(rows)
    body = rows[header + 1 :]
    columns = _columns(rows[header])
    days = [row[columns["day"]].strip() for row in body if len(row) > columns["day"]]
    day_of = _day_reader(days)
    entries, balances = [], []
    for number, row in enumerate(body, start=header + 2):
        cells = {name: row[index].strip() if index < len(row) else "" for name, index in columns.items()}
        try:
            entry = _entry(cells, day_of)
            if entry is not None:
                entries.append(entry)
                balances.append(_number(cells.get("balance", "")))
        except (ValueError, InvalidOperation) as error:
            raise StatementUnreadable(problem=_("row {number}: {error}").format(number=number, error=error)) from error
    opening, closing = _balances(entries, balances)
    return Statement(opening=opening, closing=closing, entries=entries)


def _entry(cells: dict[str, str], day_of: Callable[[str], date]) -> Entry | None:
    if "amount" in cells:
        amount = _number(cells["amount"])
    else:
        income, expense = _number(cells.get("income", "")), _number(cells.get("expense", ""))
        nothing = income is None and expense is None
        amount = None if nothing else abs(income or Decimal(0)) - abs(expense or Decimal(0))
    if amount is None and not cells["day"]:
        return None
    if amount is None:
        raise ValueError(_("it has no amount"))
    return Entry(
        booked_on=day_of(cells["day"]),
        amount=amount,
        currency=cells.get("currency", "").upper(),
        reference=cells.get("reference", ""),
        payer_name=cells.get("payer_name", ""),
        payer_iban=cells.get("payer_iban", "").replace(" ", "").upper(),
        text=cells.get("text", ""),
    )


def _decoded(content: bytes) -> str:
    """The text of a file: UTF-16 by its mark, UTF-8 when it is that, else one of the two Windows code pages.

    Cyrillic words are runs of high bytes, western ones have high bytes here and there.
    """
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        high = sum(len(run) for run in re.findall(rb"[\xc0-\xff]+", content))
        in_words = sum(len(run) for run in re.findall(rb"[\xc0-\xff]{2,}", content))
        return content.decode("cp1251" if in_words * 2 > high else "cp1252", errors="replace")


def _rows(text: str) -> list[list[str]]:
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as error:
        raise StatementUnreadable(problem=str(error)) from error
    return [row for row in rows if any(cell.strip() for cell in row)]


def _header(rows: list[list[str]]) -> int:
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        found = _columns(row)
        if "day" in found and ("amount" in found or {"income", "expense"} <= set(found)):
            return index
    raise StatementUnreadable(problem=_("no header with a date and an amount column was found"))


def _delimiter(text: str) -> str:
    """The separator that splits the most lines into the most even number of fields."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]

    def evenness(mark: str) -> tuple[int, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
        usual = max(set(counts), key=lambda count: (counts.count(count), count)) if counts else 1
        return (counts.count(usual) if usual > 1 else 0, usual)

    return max(DELIMITERS, key=evenness)


def _columns(header: list[str]) -> dict[str, int]:
    names = [re.sub(r"[\s_]+", " ", cell.strip().lower().strip("\ufeff\"'")) for cell in header]
    found = {}
    for column, known in COLUMNS.items():
        index = next((names.index(name) for name in known if name in names), None)
        if index is not None:
            found[column] = index
    return found


def _number(text: str) -> Decimal | None:
    """A number with a decimal comma or point and thousands marks; the minus before, behind, or as brackets."""
    text = re.sub(r"[\s\u00a0\u202f']", "", text)
    if not text:
        return None
    negative = text.startswith(("-", "\u2212", "(")) or text.endswith("-")
    digits = text.strip("+-\u2212()")
    last = max(digits.rfind("."), digits.rfind(","))
    if last >= 0:
        mark, others = digits[last], {".": ",", ",": "."}[digits[last]] in digits
        # Money has no three decimals: one mark with three digits behind it groups thousands.
        grouped = not others and (digits.count(mark) > 1 or (len(digits) - last == 4 and not digits.startswith("0")))
        whole, part = (digits, "") if grouped else (digits[:last], digits[last + 1 :])
        digits = f"{whole.replace('.', '').replace(',', '')}.{part or '0'}"
    if not re.fullmatch(r"\d+(\.\d+)?", digits):
        raise ValueError(_("“{text}” is not an amount").format(text=text))
    value = Decimal(digits)
    if value != value.quantize(Decimal("0.01")):
        raise ValueError(_("“{text}” has parts of a cent").format(text=text))
    return -value if negative else value


def _day_reader(days: list[str]) -> Callable[[str], date]:
    """How this file writes days: slashed ones are month first only when some second part exceeds twelve."""
    slashed = [re.match(r"(\d{1,2})/(\d{1,2})/(\d{2,4})$", day) for day in days]
    month_first = any(match and int(match[2]) > 12 for match in slashed)
    order = "%m/%d" if month_first else "%d/%m"

    def read(text: str) -> date:
        text = re.split("[T ]", text, maxsplit=1)[0]
        for pattern in (*DATE_PATTERNS, f"{order}/%Y", f"{order}/%y"):
            try:
                return datetime.strptime(text, pattern).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        raise ValueError(_("“{text}” is not a day").format(text=text))

    return read


def _balances(entries: list[Entry], balances: list[Decimal | None]) -> tuple[Balance | None, Balance | None]:
    """Opening and closing from the running balance, whichever way the rows run; None when rows lack it."""
    known = [balance for balance in balances if balance is not None]
    if not entries or len(known) != len(entries):
        return None, None
    steps = list(zip(entries, known, strict=True))
    for ordered in (steps, steps[::-1]):
        if all(after == before + entry.amount for (_row, before), (entry, after) in pairwise(ordered)):
            return Balance(ordered[0][1] - ordered[0][0].amount), Balance(ordered[-1][1])
    raise StatementUnreadable(problem=_("the running balance does not follow from the amounts"))
