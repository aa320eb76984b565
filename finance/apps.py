from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FinanceConfig(AppConfig):
    """Answers what the apps below ask of finance: open months, credit exposure, steps of an order's thread."""

    name = "finance"
    verbose_name = _("Finance")

    def ready(self) -> None:
        from core import periods
        from finance.selectors import answers
        from finance.services import periods as months
        from sales import ports

        periods.require_open.answered_by(months.require_open)
        ports.credit_exposure.answered_by(answers.credit_exposure)
        ports.order_thread.joined_by(answers.order_thread)
        ports.client_papers.joined_by(answers.client_papers)
        ports.credit_note_page.answered_by(answers.credit_note_page)
