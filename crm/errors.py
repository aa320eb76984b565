from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class LeadClosed(DomainError):
    code = "lead_closed"
    message = _("The lead “{lead}” is closed ({status}).")


class AnswerBeforeLead(DomainError):
    code = "answer_before_lead"
    message = _("The lead came at {received}; an answer cannot be earlier ({at}).")


class LeadAnswered(DomainError):
    code = "lead_answered"
    message = _("“{lead}” was answered already, so it is no longer new.")


class ReasonMissing(DomainError):
    code = "reason_missing"
    message = _("Please name the reason.")


class NameMissing(DomainError):
    code = "name_missing"
    message = _("A name is needed.")


class CreditLimitNegative(DomainError):
    code = "credit_limit_negative"
    message = _("The credit limit {limit} is below zero.")


class TaxNumberTaken(DomainError):
    code = "tax_number_taken"
    message = _("The tax number {tax_id} belongs to {legal_name} already.")


class ForeignSuccessor(DomainError):
    code = "foreign_successor"
    message = _("{successor} cannot continue {entity}: it belongs to another client.")


class SuccessorCircle(DomainError):
    code = "successor_circle"
    message = _("{successor} cannot continue {entity}: it would follow itself.")


class EndsBeforeItBegins(DomainError):
    code = "ends_before_it_begins"
    message = _("{entity} is valid from {valid_from}; it cannot end on {on}.")


class ClientBlocked(DomainError):
    code = "client_blocked"
    message = _("{client} is blocked.")


class NotAContact(DomainError):
    code = "not_a_contact"
    message = _("“{value}” is not a {kind}.")


class ConsentWithoutProof(DomainError):
    code = "consent_without_proof"
    message = _("A consent needs its proof: where and how it was given.")


class NothingToLinkTo(DomainError):
    code = "nothing_to_link_to"
    message = _("This belongs to a client, a person or another record; none is named.")


class NotYetHappened(DomainError):
    code = "not_yet_happened"
    message = _("{at} lies in the future; plan it instead.")


class TaskWaits(DomainError):
    code = "task_waits"
    message = _("“{task}” waits for “{needs}”.")


class TaskClosed(DomainError):
    code = "task_closed"
    message = _("“{task}” is {status} already.")


class ResultMissing(DomainError):
    code = "result_missing"
    message = _("“{task}” needs a result.")


class TaskCircle(DomainError):
    code = "task_circle"
    message = _("“{task}” and “{needs}” would wait for each other.")


class ConsentKept(DomainError):
    code = "consent_kept"
    message = _("{value} may not be written to; it stays on record, so that nobody forgets.")


class NoWayToAnswer(DomainError):
    code = "no_way_to_answer"
    message = _("Ask for an e-mail or a phone, otherwise nobody can answer.")


class TooPale(DomainError):
    code = "too_pale"
    message = _("White text on {colour} has a contrast of {contrast}; at least 4.5 is needed. Choose a darker colour.")
    field = "colour"


class NotAHost(DomainError):
    code = "not_a_host"
    message = _("“{host}” is no name of a site. Write it as www.example.com.")
    field = "frame_hosts"


class WebFormFlooded(DomainError):
    code = "webform_flooded"
    message = _("Too much is coming in at the moment. Try again in an hour.")


class SubmissionSettled(DomainError):
    code = "submission_settled"
    message = _("This submission is settled already ({state}).")
