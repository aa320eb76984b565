"""Whom to remind of what is overdue: the letter to each client, or why he gets none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Count, F, Max, Q
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import policy
from core.actors import Actor
from core.models import Organization
from core.money import ZERO, cents
from core.ui import amounts, daywords
from crm.choices import ContactKind, PersonStatus
from crm.models import Client, ContactPoint
from finance.models import BankAccount, Invoice, RemindedInvoice, Reminder

PAUSE_DAYS = 7


@dataclass(frozen=True)
class LateInvoice:
    """An invoice that is overdue, with what is open on it in its own and in the base currency."""

    pk: int
    number: str
    issued_on: date
    due_on: date
    open_amount: Decimal
    base_amount: Decimal
    currency: str
    days_late: int


@dataclass
class Letter:
    """A reminder to a client from one of our legal entities; with a `reason` it is not sent."""

    client: Client
    organization: Organization | None = None
    invoices: list[LateInvoice] = field(default_factory=list)
    level: int = 1
    last_on: date | None = None
    to: str = ""
    ibans: dict[str, str] = field(default_factory=dict)
    reason: str | Promise = ""

    @property
    def total(self) -> Decimal:
        """What is overdue, in the base currency."""
        return sum((invoice.base_amount for invoice in self.invoices), ZERO)

    @property
    def days_late(self) -> int:
        return max((invoice.days_late for invoice in self.invoices), default=0)

    @property
    def subject(self) -> str:
        """In the client's language."""
        with translation.override(self.client.language):
            told = {"level": self.level, "company": self.organization}
            if self.level == 1:
                return _("Reminder of overdue invoices of %(company)s") % told
            return _("Reminder no. %(level)d of overdue invoices of %(company)s") % told

    @property
    def text(self) -> str:
        """The letter, in the client's language."""
        with translation.override(self.client.language):
            return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield from (_("Good day,"), "")
        if self.last_on is None or self.level == 1:
            yield _("we have not yet received payment for the invoices below. They may have been overlooked.")
        else:
            yield _("we wrote to you on %(day)s. These invoices are still open.") % {"day": daywords.day(self.last_on)}
        yield ""
        for invoice in self.invoices:
            yield _("%(number)s of %(issued)s, due on %(due)s: %(open)s") % {
                "number": invoice.number,
                "issued": daywords.day(invoice.issued_on),
                "due": daywords.day(invoice.due_on),
                "open": amounts.exact_money(invoice.open_amount, invoice.currency),
            }
        yield ""
        for currency, amount in self._sums().items():
            yield _("In all: %(amount)s") % {"amount": amounts.exact_money(amount, currency)}
            if self.ibans.get(currency):
                told = {"iban": self.ibans[currency], "company": self.organization}
                yield _("Account: %(iban)s, %(company)s") % told
        yield from (
            "",
            _("If you have paid meanwhile, please take this letter as settled."),
            "",
            str(self.organization),
        )

    def _sums(self) -> dict[str, Decimal]:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for invoice in self.invoices:
            sums[invoice.currency] += invoice.open_amount
        return sums


def letters(
    user: Actor,
    today: date,
    *,
    client_ids: Collection[int] | None = None,
    narrowed: Q | None = None,
    pause_days: int = PAUSE_DAYS,
) -> list[Letter]:
    """A letter per client and legal entity of ours, the largest sum first; the chosen clients without anything
    overdue come last, with the reason. Without `client_ids` it is everybody who is late. Seven statements.
    """
    late = _late_invoices(user, today, client_ids, narrowed)
    clients = _clients({client for client, _org in late} | set(client_ids or ()), user)
    organizations = Organization.objects.in_bulk({org for _client, org in late})
    levels, last = _history(late)
    to, ibans = addresses(clients), _ibans(organizations)
    found = []
    for (client_id, org), invoices in late.items():
        letter = Letter(clients[client_id], organizations[org], invoices, ibans=ibans.get(org, {}))
        letter.level = 1 + max(levels.get(invoice.pk, 0) for invoice in invoices)
        letter.last_on, letter.to = last.get((client_id, org)), to.get(client_id, "")
        letter.reason = _reason(letter, user, today, pause_days)
        found.append(letter)
    found.sort(key=lambda letter: (-letter.total, letter.client.name))
    owing = {client for client, _org in late}
    rest = [client for pk, client in clients.items() if pk not in owing]
    nothing = gettext_lazy("Nothing is overdue.")
    return found + [Letter(client, reason=nothing) for client in sorted(rest, key=lambda one: one.name)]


def _late_invoices(
    user: Actor, today: date, client_ids: Collection[int] | None, narrowed: Q | None
) -> dict[tuple[int, int], list[LateInvoice]]:
    rows = Invoice.objects.open_debts().visible_to(user).filter(narrowed or Q(), due_on__lt=today)
    if client_ids is not None:
        rows = rows.filter(client__in=client_ids)
    late: dict[tuple[int, int], list[LateInvoice]] = defaultdict(list)
    fields = ("client_id", "organization_id", "pk", "number", "issued_on", "due_on", "currency_id", "rate")
    for client, org, pk, number, issued_on, due_on, currency, rate, left in rows.order_by("due_on", "pk").values_list(
        *fields, F("gross_amount") - F("allocated")
    ):
        base = left if rate == 1 else cents(left * rate)
        days = (today - due_on).days
        late[client, org].append(LateInvoice(pk, number, issued_on, due_on, left, base, currency, days))
    return late


def _clients(ids: Collection[int], user: Actor) -> dict[int, Client]:
    """Those the user may see. A client in the bin may still owe money."""
    if not ids:
        return {}
    rows = Client.objects.filter(policy.reach_q(user, "crm.view_client", Client)).filter(pk__in=ids)
    return {client.pk: client for client in rows}


def _reason(letter: Letter, user: Actor, today: date, pause_days: int) -> str | Promise:
    if not policy.allows(user, "finance.remind", letter.client):
        return gettext_lazy("You have no right to remind this client.")
    if not letter.to:
        return gettext_lazy("No e-mail address is known.")
    if letter.last_on is not None and letter.last_on > today - timedelta(days=max(pause_days, 1)):
        return _("Reminded on %(day)s.") % {"day": daywords.day(letter.last_on)}
    return ""


def _history(late: dict[tuple[int, int], list[LateInvoice]]) -> tuple[dict[int, int], dict[tuple[int, int], date]]:
    """How often each invoice was named by a reminder, and when each client got the last one from whom."""
    if not late:
        return {}, {}
    invoices = [invoice.pk for group in late.values() for invoice in group]
    named = RemindedInvoice.objects.filter(invoice__any=invoices).values_list("invoice").annotate(Count("pk"))
    rows = Reminder.objects.filter(client__any=list({client for client, _org in late})).order_by()
    last = rows.values_list("client", "organization").annotate(Max("sent_on"))
    return dict(named), {(client, org): day for client, org, day in last}


def addresses(client_ids: Collection[int]) -> dict[int, str]:
    """The address to write to for each client: his own before those of his people, the primary ones first."""
    if not client_ids:
        return {}
    points = ContactPoint.objects.filter(kind=ContactKind.EMAIL).order_by("-is_primary", "pk")
    of_people = points.filter(
        person__roles__client__in=client_ids, person__status=PersonStatus.ACTIVE, person__binned_at=None
    ).order_by("-person__roles__is_primary", "-is_primary", "pk")
    found: dict[int, str] = {}
    for rows in (
        points.filter(client__in=client_ids).values_list("client", "value"),
        of_people.values_list("person__roles__client", "value"),
    ):
        for client, value in rows:
            if client not in found and _is_address(value):
                found[client] = value
    return found


def _is_address(value: str) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


def _ibans(organizations: Iterable[int]) -> dict[int, dict[str, str]]:
    """The account to pay to, by legal entity of ours and currency."""
    rows = BankAccount.objects.filter(organization__in=list(organizations), is_cash=False).exclude(iban="")
    found: dict[int, dict[str, str]] = defaultdict(dict)
    for org, currency, iban in rows.order_by("pk").values_list("organization", "currency", "iban"):
        found[org].setdefault(currency, iban)
    return found


def clients_to_remind(pairs: Sequence[int], today: date, *, pause_days: int = PAUSE_DAYS) -> set[int]:
    """Of these clients those who got no reminder in the last days; one statement."""
    since = today - timedelta(days=pause_days)
    # Thousands of keys would take longer to send and compare than the few reminders of some days to read.
    reminded = Reminder.objects.filter(sent_on__gt=since).values_list("client", flat=True)
    return set(pairs) - set(reminded)
