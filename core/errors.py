"""Typed refusals: a normal answer of the domain to a wish it cannot grant."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the business said no; nothing was changed.

    `code` is stable and meant for programs, `message` is a translatable sentence for people. The keyword
    arguments fill the sentence and stay readable in `params`.
    """

    code: str = "refused"
    message: str | Promise = _("This cannot be done.")

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(params)

    def __str__(self) -> str:
        return str(self.message).format(**{name: _told(value) for name, value in self.params.items()})


def _told(value: Any) -> Any:
    """Numbers and days as people of the active language write them: 1,436.87 and 26 Mar 2026."""
    if isinstance(value, Decimal):
        return formats.number_format(value, force_grouping=True)
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{formats.date_format(local, 'DATE_FORMAT')} {local:%H:%M}"
    return formats.date_format(value, "DATE_FORMAT") if isinstance(value, date) else value


class NotAllowed(DomainError):
    code = "not_allowed"
    message = _("You have no right to do this: {action}.")


class StaleVersion(DomainError):
    code = "stale_version"
    message = _("Somebody changed this record meanwhile (version {current}, you had {expected}).")


class ChangedMeanwhile(DomainError):
    """The page was opened before somebody changed what it rests on."""

    code = "changed_meanwhile"
    message = _("{record} has changed since this page was opened. {changes}. Nothing was done; look at it anew.")


class SentBefore(DomainError):
    code = "sent_before"
    message = _("This form was sent before, with other content. Nothing was done; send it again to do it anew.")


class InvalidValue(DomainError):
    code = "invalid_value"
    message = _("{field}: {problem}")


class NoRate(DomainError):
    code = "no_rate"
    message = _("There is no rate from {base} to {quote} on {on} or before.")


class NoTaxRate(DomainError):
    code = "no_tax_rate"
    message = _("{tax} has no rate on {on}.")


class OwnRoles(DomainError):
    code = "own_roles"
    message = _("Nobody changes his own roles.")


class GrantsMoreThanHeld(DomainError):
    code = "grants_more_than_held"
    message = _("You cannot give a right that you do not hold yourself: {action}.")


class HasMoreRights(DomainError):
    code = "has_more_rights"
    message = _("{user} has rights that you do not hold, so you cannot change this account.")


class ActingIsClosed(DomainError):
    code = "acting_is_closed"
    message = _("This is closed while you work in the name of somebody else.")


class SequenceMissing(DomainError):
    code = "sequence_missing"
    message = _("No number sequence is set up for {kind}.")


class KeyReused(DomainError):
    code = "key_reused"
    message = _("This key was used before with another content.")


class StillRunning(DomainError):
    code = "still_running"
    message = _("The same request is still being worked on.")


class LinkNotUsable(DomainError):
    code = "link_not_usable"
    message = _("This link has expired, was withdrawn, or is not complete.")


class PeriodClosed(DomainError):
    code = "period_closed"
    message = _("The period {period} is closed; nothing can be posted on {on}.")


class AddressRefused(DomainError):
    code = "address_refused"
    message = _("Calls to {address} are not allowed.")


class AnswerTooLarge(DomainError):
    code = "answer_too_large"
    message = _("{address} answered with more than {limit} bytes.")


class TooManyRedirects(DomainError):
    code = "too_many_redirects"
    message = _("{address} redirected more than {limit} times.")
