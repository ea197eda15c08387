"""Addresses of a tenant's operations, on the tenant's host and, for product keys, on the public one."""

from django.urls import path, register_converter

from billing.api.addons import AddonsView
from billing.api.auto_debit import AutoDebitView
from billing.api.changes import ChangeView, WithdrawView
from billing.api.checkouts import CheckoutView
from billing.api.entitlements import EntitlementsView
from billing.api.invoices import InvoicePdfView, InvoicesView, InvoiceView
from billing.api.monthly import MonthlyPdfView, MonthlyView
from billing.api.offers import OfferClaimsView, OffersView
from billing.api.papers import CreditNotePdfView, ReceiptPdfView, StatementView
from billing.api.pausing import PauseView, ResumeView
from billing.api.purchases import ItemsView, PurchasesView
from billing.api.renewal import RenewalView
from billing.api.slips import InvoiceSlipsView, SlipsView, WithdrawSlipView
from billing.api.subscription import CancelView, KeepView, SubscriptionView
from billing.api.transfers import TransfersView
from billing.api.usage import UsageView


class NumberConverter:
    """A document's number with dashes; anything else is not there."""

    regex = "[A-Za-z0-9._-]{1,60}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(NumberConverter, "document_number")

urlpatterns = [
    path("subscription", SubscriptionView.as_view()),
    path("subscription/cancel", CancelView.as_view()),
    path("subscription/keep", KeepView.as_view()),
    path("subscription/pause", PauseView.as_view()),
    path("subscription/resume", ResumeView.as_view()),
    path("subscription/renewal", RenewalView.as_view()),
    path("subscription/change", ChangeView.as_view()),
    path("subscription/change/withdraw", WithdrawView.as_view()),
    path("entitlements", EntitlementsView.as_view()),
    path("usage", UsageView.as_view()),
    path("addons", AddonsView.as_view()),
    path("offers", OffersView.as_view()),
    path("offers/claims", OfferClaimsView.as_view()),
    path("items", ItemsView.as_view()),
    path("purchases", PurchasesView.as_view()),
    path("auto-debit", AutoDebitView.as_view()),
    path("invoices", InvoicesView.as_view()),
    path("invoices/<document_number:number>", InvoiceView.as_view()),
    path("invoices/<document_number:number>/pdf", InvoicePdfView.as_view()),
    path("credit-notes/<document_number:number>/pdf", CreditNotePdfView.as_view()),
    path("payments/<uuid:payment>/receipt", ReceiptPdfView.as_view()),
    path("statement", StatementView.as_view()),
    path("reports/monthly", MonthlyView.as_view()),
    path("reports/monthly/pdf", MonthlyPdfView.as_view()),
    path("invoices/<document_number:number>/checkout", CheckoutView.as_view()),
    path("invoices/<document_number:number>/transfers", TransfersView.as_view()),
    path("invoices/<document_number:number>/slips", InvoiceSlipsView.as_view()),
    path("invoices/<document_number:number>/slips/withdraw", WithdrawSlipView.as_view()),
    path("slips", SlipsView.as_view()),
]
