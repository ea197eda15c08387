"""The operator's own pages, before the admin's lists."""

from django.contrib import admin
from django.urls import path

from backoffice.actions.page import show_action
from backoffice.banking.importing import download_statement, name_columns, show_statement, upload_statement
from backoffice.banking.line import show_line
from backoffice.banking.queue import show_queue
from backoffice.boards.page import show_monthly, show_quarterly, show_weekly
from backoffice.boards.revenue import show_revenue
from backoffice.boards.wishes import show_digests
from backoffice.economics.claim_parts import show_claim_parts
from backoffice.economics.costing.entering import enter_cost
from backoffice.economics.costing.importing import download_template, import_costs
from backoffice.economics.costing.lists import show_costs
from backoffice.economics.earned import show_earned
from backoffice.economics.page import show_economics
from backoffice.gateway.differences import show_difference
from backoffice.gateway.disputes import show_dispute
from backoffice.gateway.evidence import show_evidence
from backoffice.gateway.notices import ask_gateway, show_notice
from backoffice.gateway.reports import show_report, upload_report
from backoffice.growth.funnel import show_growth, show_signups
from backoffice.growth.prices import show_effect, show_signals
from backoffice.growth.projections import show_projection
from backoffice.growth.visits import show_visits
from backoffice.health.importing import import_health
from backoffice.health.page import show_health
from backoffice.health.watching import show_watched
from backoffice.money.accounting import download_batch, import_answers, show_exports, show_tax_invoices
from backoffice.money.bills_paid import show_bills_paid
from backoffice.money.books import show_books, show_tenant_books
from backoffice.money.cash import show_cash
from backoffice.money.cash_moves import show_cash_moves
from backoffice.money.gateway_costs import show_gateway_costs
from backoffice.money.receivables import show_ageing
from backoffice.offers.claims import show_claim, show_document
from backoffice.offers.experiments import show_experiment
from backoffice.papers.credit_requests import show_credit_request
from backoffice.papers.write_offs import show_write_off
from backoffice.payments.refunds import show_refund, show_refund_proof
from backoffice.payments.slips import show_paper, show_slip
from backoffice.payments.transfers import show_proof, show_transfer
from backoffice.people.partners import add_partner, show_partner
from backoffice.people.viewers import add_viewer, show_viewer
from backoffice.queues.onboarding import show_onboarding
from backoffice.queues.task_care import show_care
from backoffice.queues.tasks import show_task
from backoffice.revenue.lists import show_customers, show_moves
from backoffice.revenue.renewals import show_renewals, show_terms
from backoffice.revenue.retention import show_retention
from backoffice.revenue.seats import show_seats
from backoffice.tenants.page import show_pdf, show_receipt, show_tenant
from backoffice.tenants.search import show_search

guarded = admin.site.admin_view

urlpatterns = [
    path("cari/", guarded(show_search), name="operator_search"),
    path("tenants/tenant/<uuid:tenant_id>/", guarded(show_tenant), name="operator_tenant"),
    path("tenants/tenant/<uuid:tenant_id>/dokumen/<str:slug>.pdf", guarded(show_pdf), name="operator_pdf"),
    path("tenants/tenant/<uuid:tenant_id>/tindakan/<slug:slug>/", guarded(show_action), name="operator_action"),
    path(
        "tenants/tenant/<uuid:tenant_id>/pembayaran/<uuid:payment_id>/kuitansi.pdf",
        guarded(show_receipt),
        name="operator_receipt",
    ),
    path("tenants/tenant/<uuid:tenant_id>/pembukuan/", guarded(show_tenant_books), name="operator_tenant_books"),
    path("pembukuan/", guarded(show_books), name="operator_books"),
    path("transfer/<uuid:transfer_id>/", guarded(show_transfer), name="operator_transfer"),
    path("transfer/<uuid:transfer_id>/bukti/", guarded(show_proof), name="operator_proof"),
    path("ekspor/", guarded(show_exports), name="operator_exports"),
    path("efaktur/", guarded(show_tax_invoices), name="operator_tax_invoices"),
    path("efaktur/jawaban/", guarded(import_answers), name="operator_tax_answers"),
    path("efaktur/<uuid:batch_id>/", guarded(download_batch), name="operator_tax_batch"),
    path("piutang/", guarded(show_ageing), name="operator_ageing"),
    path("kas/", guarded(show_cash), name="operator_cash"),
    path("kas/biaya-gateway/", guarded(show_gateway_costs), name="operator_gateway_costs"),
    path("kas/lunas/", guarded(show_bills_paid), name="operator_bills_paid"),
    path("kas/gerak/", guarded(show_cash_moves), name="operator_cash_moves"),
    path("dasbor/mingguan/", guarded(show_weekly), name="operator_board_weekly"),
    path("dasbor/bulanan/", guarded(show_monthly), name="operator_board_monthly"),
    path("dasbor/triwulan/", guarded(show_quarterly), name="operator_board_quarterly"),
    path("ringkasan/", guarded(show_digests), name="operator_digests"),
    path("pendapatan/", guarded(show_revenue), name="operator_revenue"),
    path("pendapatan/pelanggan/", guarded(show_customers), name="operator_revenue_customers"),
    path("retensi/", guarded(show_retention), name="operator_retention"),
    path("perpanjangan/", guarded(show_renewals), name="operator_renewals"),
    path("perpanjangan/masa/", guarded(show_terms), name="operator_terms"),
    path("kursi/", guarded(show_seats), name="operator_seats"),
    path("harga/isyarat/", guarded(show_signals), name="operator_price_signals"),
    path("harga/dampak/", guarded(show_effect), name="operator_price_effect"),
    path("kesehatan/", guarded(show_watched), name="operator_watched"),
    path("kesehatan/skor/", guarded(show_health), name="operator_health"),
    path("kesehatan/impor/", guarded(import_health), name="operator_health_import"),
    path("pertumbuhan/", guarded(show_growth), name="operator_growth"),
    path("pertumbuhan/pelanggan/", guarded(show_signups), name="operator_growth_customers"),
    path("pertumbuhan/kunjungan/", guarded(show_visits), name="operator_visits"),
    path("pendapatan-biaya/", guarded(show_economics), name="operator_economics"),
    path("pendapatan-biaya/menurut-hari/", guarded(show_earned), name="operator_earned"),
    path("pendapatan-biaya/rincian/", guarded(show_claim_parts), name="operator_claim_parts"),
    path("biaya/", guarded(show_costs), name="operator_costs"),
    path("biaya/catat/", guarded(enter_cost), name="operator_cost"),
    path("biaya/impor/", guarded(import_costs), name="operator_cost_import"),
    path("biaya/impor/templat.<str:kind>", guarded(download_template), name="operator_cost_template"),
    path("proyeksi/", guarded(show_projection), name="operator_projection"),
    path("pendapatan/gerak/", guarded(show_moves), name="operator_revenue_moves"),
    path("pengembalian/<uuid:refund_id>/", guarded(show_refund), name="operator_refund"),
    path("pengembalian/<uuid:refund_id>/bukti/", guarded(show_refund_proof), name="operator_refund_proof"),
    path("hapus-buku/<uuid:write_off_id>/", guarded(show_write_off), name="operator_write_off"),
    path("bukti-potong/<uuid:slip_id>/", guarded(show_slip), name="operator_slip"),
    path("bukti-potong/<uuid:slip_id>/berkas/", guarded(show_paper), name="operator_slip_paper"),
    path("nota-kredit/<uuid:request_id>/", guarded(show_credit_request), name="operator_credit_request"),
    path("mutasi/", guarded(show_queue), name="operator_bank_lines"),
    path("mutasi/impor/", guarded(upload_statement), name="operator_statement_upload"),
    path("mutasi/berkas/<uuid:statement_id>/", guarded(show_statement), name="operator_statement"),
    path("mutasi/berkas/<uuid:statement_id>/kolom/", guarded(name_columns), name="operator_statement_columns"),
    path("mutasi/berkas/<uuid:statement_id>/asli/", guarded(download_statement), name="operator_statement_file"),
    path("mutasi/<uuid:line_id>/", guarded(show_line), name="operator_bank_line"),
    path("pemberitahuan/<uuid:notice_id>/", guarded(show_notice), name="operator_notice"),
    path("pemberitahuan/<uuid:notice_id>/tanya/", guarded(ask_gateway), name="operator_notice_status"),
    path("selisih/<uuid:difference_id>/", guarded(show_difference), name="operator_difference"),
    path("sengketa/<uuid:dispute_id>/", guarded(show_dispute), name="operator_dispute"),
    path("sengketa/<uuid:dispute_id>/bukti/<uuid:file_id>/", guarded(show_evidence), name="operator_evidence"),
    path("laporan-gateway/impor/", guarded(upload_report), name="operator_report_upload"),
    path("laporan-gateway/<uuid:report_id>/", guarded(show_report), name="operator_report"),
    path("eksperimen/<int:experiment_id>/", guarded(show_experiment), name="operator_experiment"),
    path("penawaran/<uuid:claim_id>/", guarded(show_claim), name="operator_claim"),
    path("penawaran/<uuid:claim_id>/dokumen/", guarded(show_document), name="operator_claim_document"),
    path("mitra/baru/", guarded(add_partner), name="operator_partner_new"),
    path("mitra/<uuid:partner_id>/", guarded(show_partner), name="operator_partner"),
    path("pemantau/baru/", guarded(add_viewer), name="operator_viewer_new"),
    path("pemantau/<uuid:viewer_id>/", guarded(show_viewer), name="operator_viewer"),
    path("persiapan/<uuid:tenant_id>/", guarded(show_onboarding), name="operator_onboarding"),
    path("tugas/<uuid:task_id>/", guarded(show_task), name="operator_task"),
    path("tugas/<uuid:task_id>/catatan/", guarded(show_care), name="operator_task_care"),
]
