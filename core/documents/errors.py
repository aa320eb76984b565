from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NotPrintable(DomainError):
    code = "not_printable"
    message = _("{paper} cannot be made: {reason}")


class UnknownPaper(DomainError):
    code = "unknown_paper"
    message = _("There is no paper of the kind {kind}.")


class NothingToPrint(DomainError):
    code = "nothing_to_print"
    message = _("There is nothing to print.")


class TooManyLabels(DomainError):
    code = "too_many_labels"
    message = _("{wanted} labels are wanted, at most {limit} are printed at once.")


class PaperNotMade(DomainError):
    code = "paper_not_made"
    message = _("{name} could not be made. It will be tried again.")
