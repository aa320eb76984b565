from django.utils.translation import gettext_lazy as _

from core.errors import DomainError


class JobNotFailed(DomainError):
    code = "job_not_failed"
    message = _("Only work that failed or was cancelled can be started again.")
