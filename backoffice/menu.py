"""The menu beside every page of the admin."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from tenants.permissions import staff_may

Entry = tuple[str, str, str]  # its words, its icon, the address's name or the list and its filter


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """What is done all day in sight; the rest under what it is about, one word for each, folded until it is looked for."""
    groups: list[tuple[str, Sequence[Entry]]] = [("", WORK), *((_(title), entries) for title, entries in NOUNS)]
    if staff_may(request.user, "manage_staff"):
        groups.append((_("Staf"), (("Staf", "badge", "tenants_user"),)))
    return [{"title": title, "items": [_item(*entry) for entry in entries]} for title, entries in groups]


def stylesheet(_request: HttpRequest) -> str:
    """Our own additions to the theme."""
    return static("operator/operator.css")


def script(_request: HttpRequest) -> str:
    """Keeps the theme's script off our file fields."""
    return static("operator/files.js")


def keys(_request: HttpRequest) -> str:
    """Lets the keyboard do what the theme does for a mouse alone."""
    return static("operator/keys.js")


def favicon(_request: HttpRequest) -> str:
    """The same sign as on the customers' pages."""
    return static("langganan/favicon.svg")


def _item(title: str, icon: str, target: str) -> dict[str, Any]:
    if target in BOARDS:
        return {"title": _(title), "icon": icon, "link": reverse(target), "active": _shows_board}
    if target.startswith("operator_"):
        return {"title": _(title), "icon": icon, "link": reverse(target)}
    listed, mark, query = target.partition("?")
    name = "admin:index" if listed == "index" else f"admin:{listed}_changelist"
    return {"title": _(title), "icon": icon, "link": reverse(name) + mark + query}


def _shows_board(request: HttpRequest) -> bool:
    """Whether the page is one of the dashboards: they are one entry, and none stands beneath another."""
    return request.path in map(reverse, BOARDS)


BOARDS = ("operator_board_weekly", "operator_board_monthly", "operator_board_quarterly")
WORK: tuple[Entry, ...] = (
    ("Antrean kerja", "inbox", "index"),
    ("Tugas", "call", "tenants_stafftask"),
    ("Tenant", "apartment", "tenants_tenant"),
)
NOUNS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "Angka",
        (
            ("Dasbor", "space_dashboard", "operator_board_weekly"),
            ("Pendapatan", "monitoring", "operator_revenue"),
            ("Pendapatan dan biaya", "balance", "operator_economics"),
            ("Biaya", "price_check", "operator_costs"),
            ("Kas", "savings", "operator_cash"),
            ("Umur piutang", "schedule", "operator_ageing"),
            ("Retensi", "diversity_3", "operator_retention"),
            ("Perpanjangan", "event_repeat", "operator_renewals"),
            ("Kesehatan", "monitor_heart", "operator_watched"),
            ("Kursi", "event_seat", "operator_seats"),
            ("Pertumbuhan", "trending_up", "operator_growth"),
            ("Proyeksi", "query_stats", "operator_projection"),
            ("Pemantau provinsi", "map", "tenants_provinceviewer"),
            ("Pemantau provinsi baru", "person_add", "operator_viewer_new"),
        ),
    ),
    (
        "Pelanggan",
        (
            ("Organisasi", "domain", "tenants_organisation"),
            ("Persiapan pelanggan", "rocket_launch", "tenants_onboarding"),
            ("Penawaran dengan dokumen", "verified", "plans_offerclaim"),
            ("Penawaran yang menunggu", "hourglass", "plans_owedoffer"),
            ("Pemakaian penawaran", "redeem", "plans_redemption"),
            ("Kelompok pembeli", "groups", "plans_offergroup"),
            ("Kewajiban pilot", "checklist", "plans_pilotduty"),
        ),
    ),
    (
        "Bank",
        (
            ("Transfer bank", "account_balance", "gateways_banktransfer"),
            ("Mutasi bank", "receipt_long", "operator_bank_lines"),
            ("Berkas mutasi", "upload_file", "statements_bankstatement"),
        ),
    ),
    (
        "Gateway",
        (
            ("Pemberitahuan gateway", "report", "gateways_notice"),
            ("Sengketa", "gavel", "statements_dispute"),
            ("Selisih gateway", "difference", "statements_gatewaydifference"),
            ("Laporan gateway", "summarize", "operator_report_upload"),
            ("Percobaan bayar", "shopping_cart_checkout", "gateways_checkout"),
        ),
    ),
    (
        "Koreksi",
        (
            ("Pengembalian dana", "undo", "gateways_refund"),
            ("Nota kredit diminta", "receipt", "gateways_creditrequest"),
            ("Hapus buku", "money_off", "gateways_writeoff"),
        ),
    ),
    (
        "Pembukuan dan pajak",
        (
            ("Pembukuan", "menu_book", "operator_books"),
            ("Ekspor pembukuan", "download", "operator_exports"),
            ("e-Faktur", "description", "operator_tax_invoices"),
            ("Bukti potong", "request_quote", "gateways_sentslip"),
            ("Bukti potong yang ditunggu", "pending_actions", "tenants_withholdingslip?state__exact=expected"),
        ),
    ),
    (
        "Ajakan dan mitra",
        (
            ("Mitra", "handshake", "partners_partner"),
            ("Mitra baru", "person_add", "operator_partner_new"),
            ("Ajakan", "share", "partners_referral"),
            ("Komisi", "percent", "partners_commission"),
            ("Pembayaran mitra", "payments", "partners_payout"),
            ("Penghargaan", "trophy", "partners_award"),
        ),
    ),
    (
        "Harga",
        (
            ("Produk", "category", "plans_product"),
            ("Paket", "package_2", "plans_plan"),
            ("Daftar harga", "sell", "plans_pricebook"),
            ("Dampak daftar harga", "compare_arrows", "operator_price_effect"),
            ("Isyarat harga", "trending_up", "operator_price_signals"),
            ("Eksperimen", "science", "plans_experiment"),
            ("Penerbit", "domain", "plans_issuer"),
        ),
    ),
    (
        "Jejak",
        (
            ("Peristiwa", "history", "tenants_event"),
            ("Jalannya pekerjaan", "manufacturing", "tenants_jobrun"),
            ("Disisihkan", "pause_circle", "tenants_parkedjob"),
        ),
    ),
)
