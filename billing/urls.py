"""Addresses of the tenant's money on its own host."""

from django.urls import path, re_path

from billing.views import (
    changes,
    exporting,
    extras,
    invoices,
    leaving,
    overview,
    paying,
    public,
    quantity,
    subscription,
    transfers,
)

LINK = r"^i/(?P<slug>[A-Za-z0-9-]{1,60})/(?P<token>[A-Za-z0-9_-]{20,60})/"

urlpatterns = [
    path("", overview.show_overview, name="overview"),
    path("ditangguhkan/", overview.show_suspended, name="suspended"),
    path("jumlah/", quantity.show_quantity, name="quantity"),
    path("jumlah/pratinjau/", quantity.preview, name="quantity_preview"),
    path("jumlah/berkas/", quantity.preview_file, name="quantity_file"),
    path("jumlah/simpan/", quantity.confirm, name="quantity_confirm"),
    re_path(r"^jumlah/templat\.(?P<kind>csv|xlsx)$", quantity.download_template, name="quantity_template"),
    path("tagihan/", invoices.list_invoices, name="invoices"),
    path("tagihan/<slug:slug>/", invoices.show_invoice, name="invoice"),
    path("tagihan/<slug:slug>/pdf/", invoices.download_pdf, name="invoice_pdf"),
    path("bayar/", paying.pay, name="pay"),
    path("bayar/jumlah/", paying.show_total, name="pay_total"),
    path("bayar/bersama/", paying.pay_together, name="pay_together"),
    path("bayar/bersama/jumlah/", paying.show_total_together, name="pay_together_total"),
    path("bayar/selesai/", paying.show_return, name="pay_return"),
    path("bayar/selesai/status/", paying.show_return_status, name="pay_status"),
    path("bayar/transfer/", transfers.show_transfer, name="transfer"),
    path("bayar/transfer/bukti/", transfers.send_proof, name="transfer_proof"),
    path("bayar/transfer/batal/", transfers.cancel, name="transfer_cancel"),
    path("tambahan/", extras.show_extras, name="extras"),
    path("tambahan/pratinjau/", extras.preview, name="extras_preview"),
    path("tambahan/simpan/", extras.confirm, name="extras_confirm"),
    path("langganan/", subscription.show_subscription, name="subscription"),
    path("langganan/berhenti/", leaving.cancel, name="subscription_cancel"),
    path("langganan/lanjutkan/", leaving.keep, name="subscription_keep"),
    path("langganan/paket/", changes.show_choices, name="plan_change"),
    path("langganan/paket/pratinjau/", changes.preview, name="plan_change_preview"),
    path("langganan/paket/simpan/", changes.confirm, name="plan_change_confirm"),
    path("langganan/paket/batal/", changes.withdraw, name="plan_change_withdraw"),
    path("ekspor/", exporting.show_export, name="data_export"),
    path("ekspor/unduh/", exporting.download_export, name="data_export_file"),
    re_path(LINK + r"$", public.show_public_invoice, name="public_invoice"),
    re_path(LINK + r"status/$", public.show_public_status, name="public_invoice_status"),
    re_path(LINK + r"pdf/$", public.download_public_pdf, name="public_invoice_pdf"),
    re_path(LINK + r"bayar/$", public.start_public_checkout, name="public_checkout"),
]
