"""What support refuses, in words for people."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class NothingToInstall(DomainError):
    code = "nothing_to_install"
    message = _("Order {number} is {status}; no visit can be planned for it.")


class VisitClosed(DomainError):
    code = "visit_closed"
    message = _("Visit {number} is {status}.")


class TooManyPhotos(DomainError):
    code = "too_many_photos"
    message = _("{count} photos were sent; at most {limit} are kept.")


class NotSigned(DomainError):
    code = "not_signed"
    message = _("Somebody has to sign: by a signature, or on paper with the name.")


class PartNotKept(DomainError):
    code = "part_not_kept"
    message = _("{item} is not kept in stock; it cannot be used as a part.")


class TicketClosed(DomainError):
    code = "ticket_closed"
    message = _("Ticket {number} is {status}.")


class DecisionMissing(DomainError):
    code = "decision_missing"
    message = _("Say what was decided on ticket {number}.")


class ClientMissing(DomainError):
    code = "client_missing"
    message = _("Say whose complaint it is: name a client or an order.")


class LineOfAnotherOrder(DomainError):
    code = "line_of_another_order"
    message = _("That line is not of order {number}.")


class CrewBusy(DomainError):
    code = "crew_busy"
    message = _("{crew} is at another visit at that time.")


class PictureMissing(DomainError):
    code = "picture_missing"
    message = _("{count} of the pictures did not arrive. Send them again.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Say why it could not be installed.")


class OrderOfAnotherClient(DomainError):
    code = "order_of_another_client"
    message = _("That order belongs to another client.")
    field = "order"
