"""The rows of a list as its table shows them: values read and written, column by column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.ui import cells
from core.ui.listframe import css_of
from core.ui.paging import Page
from core.ui.tables import Column, getters


@dataclass(frozen=True)
class Row:
    """One record of the table, written."""

    pk: int
    name: str
    html: SafeString


class WrittenRows:
    """What a list does to write its rows; the list knows its register, its view and its page."""

    def table_rows(self: Any, page: Page) -> Iterator[Row]:
        """The rows with their cells written; a template that did this would cost most of the page."""
        columns = self.query.columns
        may_change = self.register.may(self.user, self.register.change_action)
        base, select = self.register.url("list"), escape(_("Select"))
        is_selectable = self.is_selectable
        gets = self.getters_of(columns, page.rows)
        cells_of = [
            (get, self.writer_of(column), tag, f"field/{column.edits}/?in=list" if column.edits and may_change else "")
            for get, column, tag in zip(
                gets, columns, [f"<td{css_attribute(column)}>" for column in columns], strict=True
            )
        ]
        (first, write_first, first_tag, _edit), others = cells_of[0], cells_of[1:]
        for record in page.rows:
            name, url = str(record), f"{base}{record.pk}/"
            title = cells.esc(name)
            written = [f'<tr data-url="{url}">']
            if is_selectable:
                written.append(
                    f'<td class="fit"><input class="ck" type="checkbox" name="ids" value="{record.pk}"'
                    f' aria-label="{select} {title}"></td>'
                )
            written.append(f"{first_tag}{self.first_cell(record, name, write_first(record, first(record)), url)}</td>")
            for get, write, tag, edit in others:
                cell = write(record, get(record))
                if edit:
                    cell = f'<span class="editable" tabindex="-1" data-edit="{url}{edit}">{cell}</span>'
                written.append(f"{tag}{cell}</td>")
            written.append("</tr>")
            yield Row(record.pk, name, SafeString("".join(written)))

    def getters_of(self: Any, columns: list[Column], records: list[Any]) -> list[Callable[[Any], Any]]:
        """For each column how the value of a record is got that its writer writes."""
        return getters(columns, records, self.user)

    def writer_of(self: Any, column: Column) -> Callable[[Any, Any], str]:
        """How the cells of a column are written, from record and value."""
        if type(self).cell is not WrittenRows.cell:
            return lambda record, value: self.cell(column, record, value)
        if column.currency:
            return cells.writer_of_money(column)
        write = cells.writer(column)
        return lambda _record, value: write(value)

    def cell(self: Any, column: Column, record: Any, value: Any) -> str:
        """How a value is written in its row; a list of one's own may say more than the kind of the column does."""
        if column.currency:
            return cells.writer_of_money(column)(record, value)
        return cells.write(column, value)

    def first_cell(self: Any, record: Any, name: str, cell: str, url: str) -> str:
        """The link to the card, and below it, on a phone, what the other columns would say."""
        second = self.register.second_line(record)
        below = f'<div class="xs dim clip only-sm">{cells.esc(second)}</div>' if second else ""
        mark = cells.esc(self.register.mark_of(record))
        return f'{mark}<a class="r clip" href="{url}" title="{cells.esc(name)}">{cell}</a>{below}'


def css_attribute(column: Column) -> str:
    return f' class="{css}"' if (css := css_of(column)) else ""
