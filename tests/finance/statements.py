"""Statements of the bank, for the tests that read and book them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from core.actors import SYSTEM
from finance.models import StatementImport
from finance.services.bank import import_statement

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
