"""CAMT.053 (ISO 20022 bank-to-customer statement), all versions: only booked entries count."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from finance.errors import StatementUnreadable
from finance.statements.common import Balance, Entry, Statement

OPENING, CLOSING = {"OPBD", "PRCD"}, {"CLBD"}
IDLE_REFERENCES = {"", "NOTPROVIDED", "NONREF"}


def read_camt(content: bytes) -> list[Statement]:
    """The statements of a CAMT.053 file. Entities, external references and other document types are refused."""
    try:
        root = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise StatementUnreadable(problem=_("it is not well-formed XML ({error})").format(error=error)) from error
    found = _all(root, "BkToCstmrStmt/Stmt")
    if not found:
        raise StatementUnreadable(problem=_("it holds no bank-to-customer statement"))
    try:
        return [_statement(node) for node in found]
    except (ValueError, InvalidOperation) as error:
        raise StatementUnreadable(problem=str(error)) from error


def _statement(node: Element) -> Statement:
    balances: dict[str, Balance] = {}
    for row in _all(node, "Bal"):
        code = _text(row, "Tp/CdOrPrtry/Cd")
        balances.setdefault(code, Balance(*_signed(row)))
    opening = next((balances[code] for code in sorted(OPENING) if code in balances), None)
    closing = next((balances[code] for code in sorted(CLOSING) if code in balances), None)
    return Statement(
        account=_text(node, "Acct/Id/IBAN") or _text(node, "Acct/Id/Othr/Id"),
        currency=_text(node, "Acct/Ccy"),
        opening=opening,
        closing=closing,
        entries=[_entry(row) for row in _all(node, "Ntry") if _is_booked(row)],
    )


def _is_booked(row: Element) -> bool:
    return (_text(row, "Sts/Cd") or _text(row, "Sts") or "BOOK") == "BOOK"


def _entry(row: Element) -> Entry:
    amount, currency = _signed(row)
    details = _all(row, "NtryDtls/TxDtls")
    side = "Dbtr" if amount > 0 else "Cdtr"
    names, ibans, texts = [], [], []
    for detail in details:
        party = f"RltdPties/{side}"
        names.append(_text(detail, f"{party}/Pty/Nm") or _text(detail, f"{party}/Nm"))
        ibans.append(
            _text(detail, f"RltdPties/{side}Acct/Id/IBAN") or _text(detail, f"RltdPties/{side}Acct/Id/Othr/Id")
        )
        texts += [line.text or "" for line in _all(detail, "RmtInf/Ustrd")]
        texts += [line.text or "" for line in _all(detail, "RmtInf/Strd/CdtrRefInf/Ref")]
        reference = _text(detail, "Refs/EndToEndId")
        texts += [reference] if reference not in IDLE_REFERENCES else []
    texts.append(_text(row, "AddtlNtryInf"))
    return Entry(
        booked_on=_day(row, "BookgDt") or _day(row, "ValDt") or _no_day(),
        amount=amount,
        currency=currency,
        reference=_reference(row),
        payer_name=_joined(names, ", "),
        payer_iban=_joined(ibans, "") if len(set(ibans)) == 1 else "",
        text=_joined(texts, "\n"),
    )


def _reference(row: Element) -> str:
    reference = _text(row, "AcctSvcrRef") or _text(row, "NtryDtls/TxDtls/Refs/AcctSvcrRef")
    return "" if reference in IDLE_REFERENCES else reference


def _signed(row: Element) -> tuple[Decimal, str]:
    amount = _all(row, "Amt")[:1]
    if not amount:
        raise ValueError(_("an entry or a balance has no amount"))
    value = Decimal((amount[0].text or "").strip())
    if value < 0 or not value.is_finite():
        raise ValueError(_("an amount is not a number above zero"))
    sign = -1 if _text(row, "CdtDbtInd") == "DBIT" else 1
    return sign * value, amount[0].get("Ccy", "")


def _day(row: Element, path: str) -> date | None:
    day = _text(row, f"{path}/Dt")
    if day:
        return date.fromisoformat(day[:10])
    moment = _text(row, f"{path}/DtTm")
    return datetime.fromisoformat(moment).date() if moment else None


def _no_day() -> date:
    raise ValueError(_("an entry has no booking day"))


def _joined(parts: list[str], between: str) -> str:
    return between.join(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _all(node: Element, path: str) -> list[Element]:
    """Descendants by local names, whatever the version of the name space."""
    return node.findall("/".join("{*}" + name for name in path.split("/")))


def _text(node: Element, path: str) -> str:
    found = _all(node, path)
    return (found[0].text or "").strip() if found else ""
