"""The menu beside every page of the admin."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tenants.permissions import staff_may


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """What is done all day first, records after it, the catalogue and staff last."""
    groups = [
        ("", _WORK),
        (pgettext("menu", "Catatan"), _RECORDS),
        (_("Ajakan dan mitra"), _PARTNERS),
        (_("Harga"), _CATALOGUE),
    ]
    if staff_may(request.user, "manage_staff"):
        groups.append((_("Staf"), (("Staf", "badge", "tenants_user"),)))
    return [
        {"title": title, "separator": bool(title), "items": [_item(*entry) for entry in entries]}
        for title, entries in groups
    ]


def stylesheet(_request: HttpRequest) -> str:
    """Our own additions to the theme."""
    return static("operator/operator.css")


def favicon(_request: HttpRequest) -> str:
    """The same sign as on the customers' pages."""
    return static("langganan/favicon.svg")


def _item(title: str, icon: str, target: str) -> dict[str, Any]:
    if target.startswith("operator_"):
        return {"title": _(title), "icon": icon, "link": reverse(target)}
    name = "admin:index" if target == "index" else f"admin:{target}_changelist"
    return {"title": _(title), "icon": icon, "link": reverse(name)}


_WORK = (
    ("Antrean kerja", "inbox", "index"),
    ("Dasbor", "space_dashboard", "operator_board_weekly"),
    ("Pendapatan", "monitoring", "operator_revenue"),
    ("Retensi", "diversity_3", "operator_retention"),
    ("Perpanjangan", "event_repeat", "operator_renewals"),
    ("Kas", "savings", "operator_cash"),
    ("Kursi", "event_seat", "operator_seats"),
    ("Kesehatan", "monitor_heart", "operator_watched"),
    ("Pertumbuhan", "trending_up", "operator_growth"),
    ("Pendapatan dan biaya", "balance", "operator_economics"),
    ("Biaya", "price_check", "operator_costs"),
    ("Proyeksi", "query_stats", "operator_projection"),
    ("Tenant", "apartment", "tenants_tenant"),
    ("Organisasi", "domain", "tenants_organisation"),
    ("Transfer bank", "account_balance", "gateways_banktransfer"),
    ("Pengembalian dana", "undo", "gateways_refund"),
    ("Hapus buku", "money_off", "gateways_writeoff"),
    ("Bukti potong", "request_quote", "gateways_sentslip"),
    ("Nota kredit diminta", "receipt", "gateways_creditrequest"),
    ("Mutasi bank", "receipt_long", "operator_bank_lines"),
    ("Pembukuan", "menu_book", "operator_books"),
    ("Pemberitahuan gateway", "report", "gateways_notice"),
    ("Sengketa", "gavel", "statements_dispute"),
    ("Selisih gateway", "difference", "statements_gatewaydifference"),
    ("Penawaran dengan dokumen", "verified", "plans_offerclaim"),
    ("Tugas", "call", "tenants_stafftask"),
    ("Persiapan pelanggan", "rocket_launch", "tenants_onboarding"),
    ("Disisihkan", "pause_circle", "tenants_parkedjob"),
)
_RECORDS = (
    ("Peristiwa", "history", "tenants_event"),
    ("Jalannya pekerjaan", "manufacturing", "tenants_jobrun"),
    ("Bukti potong yang ditunggu", "pending_actions", "tenants_withholdingslip"),
    ("Berkas mutasi", "upload_file", "statements_bankstatement"),
    ("Laporan gateway", "summarize", "operator_report_upload"),
    ("Percobaan bayar", "shopping_cart_checkout", "gateways_checkout"),
)
_PARTNERS = (
    ("Mitra", "handshake", "partners_partner"),
    ("Mitra baru", "person_add", "operator_partner_new"),
    ("Ajakan", "share", "partners_referral"),
    ("Komisi", "percent", "partners_commission"),
    ("Pembayaran mitra", "payments", "partners_payout"),
    ("Penghargaan", "trophy", "partners_award"),
)
_CATALOGUE = (
    ("Isyarat harga", "trending_up", "operator_price_signals"),
    ("Dampak daftar harga", "compare_arrows", "operator_price_effect"),
    ("Produk", "category", "plans_product"),
    ("Paket", "package_2", "plans_plan"),
    ("Daftar harga", "sell", "plans_pricebook"),
    ("Penerbit", "domain", "plans_issuer"),
    ("Eksperimen", "science", "plans_experiment"),
    ("Pemakaian penawaran", "redeem", "plans_redemption"),
    ("Kewajiban pilot", "checklist", "plans_pilotduty"),
    ("Kelompok pembeli", "groups", "plans_offergroup"),
    ("Penawaran yang menunggu", "hourglass", "plans_owedoffer"),
)
