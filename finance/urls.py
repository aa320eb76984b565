from django.urls import URLPattern, path

from core.ui.addresses import urls_for
from finance.registers import Accounts, Bills, Invoices, Payments
from finance.views import (
    ageing,
    allocating,
    bank,
    billing,
    correcting,
    documents,
    invoicing,
    journal,
    lines,
    payments,
    periods,
)

app_name = "finance"
urlpatterns: list[URLPattern] = [
    path("receivables/", ageing.Receivables.as_view(), name="receivables"),
    path("receivables/documents/", ageing.ReceivableDocuments.as_view(), name="receivable_documents"),
    path("receivables/file/", ageing.ReceivablesExport.as_view(), name="receivables_export"),
    path("payables/", ageing.Payables.as_view(), name="payables"),
    path("payables/documents/", ageing.PayableDocuments.as_view(), name="payable_documents"),
    path("payables/file/", ageing.PayablesExport.as_view(), name="payables_export"),
    path("to-invoice/", invoicing.OrdersToInvoice.as_view(), name="to_invoice"),
    path("to-invoice/<int:pk>/", invoicing.InvoiceOrder.as_view(), name="invoice_order"),
    path("orders/<int:pk>/advance/", correcting.AskAdvance.as_view(), name="advance_ask"),
    path("invoices/<int:pk>/credit/", correcting.CreditInvoice.as_view(), name="invoice_credit"),
    path("invoices/<int:pk>/mail/", correcting.MailInvoice.as_view(), name="invoice_mail"),
    path("bills-to-enter/", billing.BillsToEnter.as_view(), name="bills_to_enter"),
    path("bills-to-enter/<int:pk>/", billing.EnterBill.as_view(), name="bill_enter"),
    path("payments/new/", payments.RecordPayment.as_view(), name="payment_new"),
    path("payments/<int:pk>/allocate/", allocating.Allocate.as_view(), name="payment_allocate"),
    path("payments/<int:pk>/reverse/", payments.ReversePayment.as_view(), name="payment_reverse"),
    path("allocations/<int:pk>/undo/", payments.UndoAllocation.as_view(), name="allocation_undo"),
    path("bank/import/", bank.ImportStatement.as_view(), name="bank_import"),
    path("bank/lines/", lines.BankLines.as_view(), name="bank_lines"),
    path("bank/lines/<int:pk>/book/", lines.BookLine.as_view(), name="bank_line_book"),
    path("bank/lines/<int:pk>/match/", lines.MatchLine.as_view(), name="bank_line_match"),
    path("bank/lines/<int:pk>/ignore/", lines.IgnoreLine.as_view(), name="bank_line_ignore"),
    path("bank/lines/<int:pk>/reopen/", lines.ReopenLine.as_view(), name="bank_line_reopen"),
    path("journal/", journal.CashJournal.as_view(), name="cash_journal"),
    path("journal/file/", journal.JournalExport.as_view(), name="journal_export"),
    path("articles/", journal.Articles.as_view(), name="article_list"),
    path("months/", periods.PeriodList.as_view(), name="period_list"),
    path("months/<int:branch>/<slug:month>/", periods.PeriodPage.as_view(), name="period"),
    *urls_for(Invoices, list=documents.InvoiceList, card=documents.InvoiceCard),
    *urls_for(Bills, list=documents.BillList, card=documents.BillCard),
    *urls_for(Payments, list=payments.PaymentList, card=payments.PaymentCard, choices=payments.PlainChoices),
    *urls_for(Accounts, list=bank.BankList, card=bank.BankCard, choices=payments.PlainChoices),
]
