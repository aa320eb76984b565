"""What a file may be at most, and how it is refused when it is more, broken or dangerous."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError

MIB = 1024 * 1024
MAX_FILE_BYTES = 200 * MIB
MAX_ROWS = 1_000_000
MAX_COLUMNS = 300
MAX_CELL_CHARACTERS = 131_072  # of one value; an unclosed quote runs into it
MAX_UNPACKED_BYTES = 100 * MIB
MAX_MEMBERS = 2_000
MAX_RATIO = 60


class FileRefused(DomainError):
    """The file as a whole cannot be imported; nothing of it was taken."""

    code = "file_refused"


class FileTooLarge(FileRefused):
    code = "file_too_large"
    message = _("The file is larger than {limit} MB. Split it, or ask your administrator to load it from the server.")


class FileEmpty(FileRefused):
    code = "file_empty"
    message = _("The file holds no rows.")


class FormatUnknown(FileRefused):
    code = "format_unknown"
    message = _("This is neither CSV, XLSX nor vCard. Save it in one of these formats and upload it again.")


class OldWorkbook(FileRefused):
    code = "old_workbook"
    message = _("This is an old or protected Excel file. Save it as .xlsx without a password, or as CSV.")


class WorkbookBroken(FileRefused):
    code = "workbook_broken"
    message = _("The workbook cannot be read: it is damaged. Open it in a spreadsheet program and save it anew.")


class WorkbookBomb(FileRefused):
    code = "workbook_bomb"
    message = _("The workbook unpacks to far more than a table needs ({found}; at most {limit}). It is not opened.")


class WorkbookUnsafe(FileRefused):
    code = "workbook_unsafe"
    message = _("The workbook contains definitions of entities, which no spreadsheet program writes. It is not opened.")


class TooManyColumns(FileRefused):
    code = "too_many_columns"
    message = _("The file has {found} columns; at most {limit} can be imported.")


class TooManyRows(FileRefused):
    code = "too_many_rows"
    message = _("The file has more than {limit} rows. Split it into parts.")


class LineUnreadable(FileRefused):
    code = "line_unreadable"
    message = _("From line {line} on the file cannot be read: a quotation mark is opened there and never closed.")


class EncodingUnfit(FileRefused):
    code = "encoding_unfit"
    message = _("The file cannot be read as {encoding}. Choose another encoding.")
