"""The list of a register: saved views, filters, sort, columns, pages, totals, selection."""

from __future__ import annotations

import time
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Aggregate, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.generic import View
from django.views.generic.base import ContextMixin, TemplateResponseMixin

from core import policy
from core.access import scope
from core.remembered import Statement
from core.ui import amounts, cells, views
from core.ui.access import Guarded
from core.ui.list_rows import WrittenRows
from core.ui.listframe import PLAIN, ListFrame
from core.ui.listwords import in_words
from core.ui.navigation import SECTIONS
from core.ui.paging import COUNT_LIMIT, Page, count_of, counted, first_rows, in_order, page_from, page_of, with_last_key
from core.ui.queries import PAGE_SIZES, PLACE, ListQuery
from core.ui.registers import Register
from core.ui.tables import Column, Kind

# Menus of the list that are read when somebody opens them.
PARTS = {"filters": "ui/_list_filters.html", "columns": "ui/_list_columns.html"}
# A list known to be longer than counts go is not counted again for so many seconds.
LONG_FOR = 60.0


@dataclass(frozen=True)
class Total:
    """A sum that stands in the filter bar, over all rows that match; left out where they are too many to add."""

    label: str | Promise
    aggregate: Aggregate
    kind: Kind = Kind.MONEY
    needs: str = ""

    def written(self, value: Decimal) -> str:
        """In words; money in the currency of the house."""
        if self.kind is Kind.MONEY:
            return amounts.whole_home_money(value)
        return cells.write(Column("total", "", kind=self.kind), value)


class RegisterView(Guarded, View):
    """A view of one register; `as_view(register=…)` says which."""

    register: Register = None  # type: ignore[assignment]
    action: ClassVar[str | None] = None

    def needed_action(self) -> str | None:
        return self.register.view_action

    @property
    def user(self) -> Any:
        return self.request.user

    def visible(self) -> QuerySet[Any]:
        """What the user may know of, narrowed to the branch he works in at the moment."""
        return scope.narrow(self.register.visible_to(self.user), self.request)


class ListScreen(WrittenRows, ListFrame, ContextMixin, TemplateResponseMixin, RegisterView):
    """The whole page, or for htmx the list alone. Constant statements, whatever the number of rows."""

    template_name = "ui/list.html"
    partial = "ui/_list.html"
    totals: ClassVar[tuple[Total, ...]] = ()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "counts" in request.GET:
            return self.render_counts()
        part = request.GET.get("part")
        if part in PARTS:
            context = {"filterset": self.filterset, **self.addresses, "column_choices": self.column_choices()}
            return self.response_class(request, [PARTS[part]], context)
        return self.render_to_response(self.get_context_data(**kwargs))

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        response["Vary"] = "HX-Request"
        return response

    def get_template_names(self) -> list[str]:
        return [self.partial if self.request.htmx else self.template_name]  # type: ignore[attr-defined]

    def rows(self) -> QuerySet[Any]:
        return scope.narrow(self.register.rows_for(self.user), self.request)

    @cached_property
    def filterset(self) -> Any:
        offers_all = "filters" in self.request.GET or self.request.GET.get("part") == "filters"
        return self.register.filter_class(
            self.query.parameters,
            self.rows(),
            register=self.register,
            user=self.user,
            request=self.request,
            whole=offers_all,
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query, register, asked = self.query, self.register, self.query.parameters
        page = self.page()
        alone = not page.before and not page.after and not asked.get("after") and not asked.get("before")
        count = len(page.rows) if alone else self.count()
        written = list(self.table_rows(page))
        facts = {
            "sums": SafeString("".join(written_sum(*total) for total in self.read_totals(count))),
            "earlier": query.address(before=page.before) if page.before else "",
            "later": query.address(after=page.after) if page.after else "",
            "body": SafeString("\n".join(row.html for row in written)),
            "empty": "" if page.rows else "match" if self.is_narrowed else "first",
            **in_words(len(written), count),
        }
        look = self.look(facts)
        return super().get_context_data(
            register=register,
            section_name=SECTIONS.get(register.section, ""),
            rows=written,
            page=page,
            page_sizes=PAGE_SIZES,
            bulk_actions=self.bulk_actions,
            may_create=register.may(self.user, register.create_action),
            may_export=views.may_export(self.user),
            look=look,
            **facts,
            **self.frame(),
            **kwargs,
        )

    def page(self) -> Page:
        """The rows asked for; the statement of a list as it opens, without filters, is remembered."""
        query, asked = self.query, self.query.parameters
        if not self.is_steady:
            rows, keys = query.sorted_rows(self.filterset.qs)
            return page_of(
                rows, keys, size=query.page_size, after=asked.get("after", ""), before=asked.get("before", ""),
                has_index=query.has_index,
            )  # fmt: skip
        memory = policy.memory_of(self.user)
        order = tuple((column.name, descending) for column, descending in query.sort)
        place = ("page", self.register.key, order, query.page_size, scope.current(self.request), get_language())
        if place not in memory:
            rows, keys = query.sorted_rows(self.filterset.qs)
            keys = with_last_key(keys)
            first = first_rows(in_order(rows, keys), query.page_size + 1, has_index=query.has_index)
            memory[place] = (Statement(first), keys)
        statement, keys = memory[place]
        return page_from(statement.ask(), keys, size=query.page_size)

    @property
    def is_steady(self) -> bool:
        """Are the statements of this list the same whenever the user opens it so?"""
        is_plain = set(self.query.parameters) <= PLAIN and type(self).rows is ListScreen.rows
        return is_plain and self.register.rows_are_steady

    def count(self) -> int:
        """How many rows match, or COUNT_LIMIT + 1 for more than counts go."""
        known = policy.memory_of(self.user).setdefault("long_lists", {})
        asked = [item for item in sorted(self.query.parameters.lists()) if item[0] not in PLACE]
        place, now = (self.register.key, str(asked), scope.current(self.request)), time.monotonic()
        if known.get(place, 0.0) > now:
            return COUNT_LIMIT + 1
        found = self._count()
        if found > COUNT_LIMIT:
            if len(known) > 100:
                known.clear()
            known[place] = now + LONG_FOR
        return found

    def _count(self) -> int:
        if not self.is_steady:
            return count_of(self.filterset.qs)
        memory = policy.memory_of(self.user)
        place = ("count", self.register.key, scope.current(self.request))
        if place not in memory:
            memory[place] = Statement(counted(self.filterset.qs))
        return memory[place].count()  # type: ignore[no-any-return]

    @cached_property
    def bulk_actions(self) -> list[Any]:
        return [action for action in self.register.bulk_actions if action.is_offered(self.register, self.user)]

    @property
    def is_selectable(self) -> bool:
        """Is there anything to do with selected rows?"""
        return bool(self.bulk_actions) or views.may_export(self.user)

    def read_totals(self, count: int) -> list[tuple[Any, Any]]:
        """The sums of all matching rows, in one statement."""
        wanted = [total for total in self.totals if not total.needs or self.register.may(self.user, total.needs)]
        if not wanted or not count or count > COUNT_LIMIT:
            return []
        found = self.filterset.qs.order_by().aggregate(**{f"t{n}": total.aggregate for n, total in enumerate(wanted)})
        return [(total.label, total.written(found[f"t{n}"] or Decimal(0))) for n, total in enumerate(wanted)]

    def render_counts(self) -> HttpResponse:
        """How many rows each saved view has: asked for after the page stands, because it may take a while."""
        counts = []
        for view in self.query.views[:12]:
            address = ListQuery(self.register, self.user, self.request.GET.__class__(f"view={view.pk}"), [view])
            filterset = self.register.filter_class(
                address.parameters, self.rows(), register=self.register, user=self.user, request=self.request
            )
            counts.append((view, count_of(filterset.qs)))
        context = {"counts": counts, "register": self.register, "limit": COUNT_LIMIT}
        return self.response_class(self.request, ["ui/_view_counts.html"], context)


def written_sum(label: Any, value: Any) -> str:
    """A sum as it stands in the filter bar."""
    said = f'<span class="dim">{cells.esc(label)}</span> <b class="tn">{cells.esc(value)}</b>'
    return f'<span class="sm nw">{said}</span>'
