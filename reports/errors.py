"""What reports refuse."""

from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class UnknownIndicator(DomainError):
    code = "unknown_indicator"
    message = _("There is no indicator {code}.")


class NothingToClassify(DomainError):
    code = "nothing_to_classify"
    message = _("Nothing was sold from {first} to {last}.")


class PlanIsFixed(DomainError):
    code = "plan_is_fixed"
    message = _("The target for {month} is fixed; change it as a revision with a reason.")
