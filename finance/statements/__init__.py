"""Reading bank statement files into plain values; nothing here touches the database."""

from finance.choices import StatementFormat
from finance.statements.camt import read_camt
from finance.statements.common import Entry, Statement
from finance.statements.delimited import read_csv

MAX_BYTES = 20 * 1024 * 1024

__all__ = ["MAX_BYTES", "Entry", "Statement", "format_of", "read"]


def format_of(content: bytes) -> StatementFormat:
    """CAMT.053 when it is XML, else delimited text."""
    head = content[:64].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return StatementFormat.CAMT053 if head.startswith(b"<") else StatementFormat.CSV


def read(content: bytes) -> list[Statement]:
    """The statements of a file, in its order. Raises StatementUnreadable."""
    if format_of(content) == StatementFormat.CAMT053:
        return read_camt(content)
    return [read_csv(content)]
