"""The rights of finance and who holds them from the start."""

from django.utils.translation import gettext_lazy as _

from core import policy
from core.choices import Reach
from core.policy import Action

KEEPS_BOOKS = {"accountant": Reach.ALL}
SEES_SALES = {"seller": Reach.OWN, "head_of_sales": Reach.TEAM, "accountant": Reach.ALL, "director": Reach.ALL}
SEES_BOOKS = {"accountant": Reach.ALL, "director": Reach.ALL}

policy.register(
    [
        Action("finance.view_invoice", _("See invoices and credit notes"), SEES_SALES),
        Action("finance.view_bill", _("See suppliers' bills"), {**SEES_BOOKS, "purchaser": Reach.ALL}),
        Action("finance.view_payment", _("See payments"), SEES_SALES),
        Action("finance.view_allocation", _("See what settled what"), SEES_SALES),
        Action("finance.view_bankaccount", _("See bank accounts and balances"), SEES_BOOKS),
        Action("finance.view_statementimport", _("See imported statements"), SEES_BOOKS),
        Action("finance.view_statementline", _("See bank lines"), SEES_BOOKS),
        Action("finance.view_period", _("See closed months"), SEES_BOOKS),
        Action("finance.view_reminder", _("See reminders sent to clients"), SEES_SALES),
        Action("finance.ask_advance", _("Ask clients for advances"), {
            "seller": Reach.OWN, "head_of_sales": Reach.TEAM, **KEEPS_BOOKS,
        }),
        Action("finance.remind", _("Remind clients of what is overdue"), {
            "seller": Reach.OWN, "head_of_sales": Reach.TEAM, **KEEPS_BOOKS,
        }),
        Action("finance.post_invoice", _("Invoice orders"), KEEPS_BOOKS),
        Action("finance.credit_invoice", _("Make credit notes"), KEEPS_BOOKS),
        Action("finance.enter_bill", _("Enter suppliers' bills"), {**KEEPS_BOOKS, "purchaser": Reach.ALL}),
        Action("finance.record_payment", _("Record payments"), KEEPS_BOOKS),
        Action("finance.reverse_payment", _("Reverse payments"), KEEPS_BOOKS),
        Action("finance.give_back", _("Give back what clients paid too much"), KEEPS_BOOKS),
        Action("finance.allocate", _("Settle invoices with payments"), KEEPS_BOOKS),
        Action("finance.import_statement", _("Import and book bank statements"), KEEPS_BOOKS),
        Action("finance.manage_accounts", _("Set up bank accounts and cash articles"), KEEPS_BOOKS),
        Action("finance.close_period", _("Close and reopen months"), KEEPS_BOOKS),
        Action("finance.view_results", _("See the result and margin of orders"), {
            "head_of_sales": Reach.TEAM, "accountant": Reach.ALL, "director": Reach.ALL,
        }),
    ]
)  # fmt: skip
