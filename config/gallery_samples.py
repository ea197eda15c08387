"""What the gallery of components shows: a school's forms, invoices and prices, as they would really be."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from config.gallery_form import SampleForm, bind_sample

TODAY = dt.date(2025, 3, 10)
ACCENTS = {"xclass": "#1d5c96", "klustera": "#14694f", "koperasi": "#8a3a63", "naikkelas": "#5b45b0"}
EXPLANATION = [
    {"label": "Jumlah siswa", "value": "150"},
    {"label": "Jenjang", "value": "50–500 siswa"},
    {"label": "Harga per siswa per tahun", "value": "Rp 5.000"},
    {"label": "150 × Rp 5.000", "value": "Rp 750.000", "sum": True},
]
MILESTONES = [
    {"label": "Masa percobaan", "on": dt.date(2025, 2, 1)},
    {"label": "Tagihan terbit", "on": dt.date(2025, 3, 1)},
    {"label": "Jatuh tempo", "on": dt.date(2025, 3, 17), "kind": "grace"},
    {"label": "Ditangguhkan", "on": dt.date(2025, 3, 31), "kind": "stop", "note": "bila belum dibayar"},
    {"label": "Perpanjangan", "on": dt.date(2026, 3, 1)},
]


def _nav_items() -> list[dict[str, Any]]:
    rows = [
        ("Ringkasan", "", "home", True, 0),
        ("Tagihan", "", "invoice", True, 1),
        ("Jumlah siswa", "Siswa", "people", True, 0),
        ("Pesan", "", "message", True, 3),
        ("Anggota", "", "user", False, 0),
        ("Kunci API", "", "key", False, 0),
        ("Profil", "", "building", False, 0),
    ]
    return [
        {
            "label": label,
            "short_label": short,
            "icon": icon,
            "primary": primary,
            "count": count,
            "url": "#",
            "current": index == 0,
        }
        for index, (label, short, icon, primary, count) in enumerate(rows)
    ]


def _components() -> dict[str, Any]:
    return {
        "tenant": {"name": "SMP Tunas Harapan"},
        "product_name": "XClass",
        "tenant_choices": [
            {"name": "SMP Tunas Harapan", "url": "#", "current": True},
            {"name": "SD Melati 3", "url": "#", "note": "Ditangguhkan"},
            {"name": "Yayasan Bina Insani, Sekolah Menengah Kejuruan", "url": "#", "note": "Gratis"},
        ],
        "switch_all_url": "#",
        "switch_all_label": "Bayar semua tagihan",
        "nav_items": _nav_items(),
        "today": TODAY,
        "milestones": MILESTONES,
        "explanation": EXPLANATION,
        "lines": [
            {
                "description": "XClass Standard, 150 siswa",
                "detail": "1 Maret 2025 sampai 28 Februari 2026",
                "quantity": "150",
                "unit_price": "Rp 5.000",
                "amount": 750_000,
                "explanation": EXPLANATION,
                "note": "Buku harga 2025, terkunci selama Anda berlangganan.",
                "rule": "X1",
            },
            {
                "description": "Tambahan 25 siswa",
                "detail": "Sisa 306 dari 365 hari",
                "quantity": "25",
                "unit_price": "Rp 5.000",
                "amount": 104_795,
            },
        ],
        "totals": [
            {"label": "Jumlah", "amount": 854_795},
            {"label": "Saldo Anda dipakai", "amount": -50_000},
            {"label": "Yang harus dibayar", "amount": 804_795, "total": True},
        ],
        "plan_rows": [
            {"label": "Paket", "value": "Standard"},
            {
                "label": "Jumlah siswa",
                "value": "150, dilaporkan 1 Februari 2025",
                "action_url": "#",
                "action_label": "Ubah",
            },
            {"label": "Harga", "value": "Rp 5.000 per siswa per tahun"},
            {"label": "Berikutnya", "value": "1 Maret 2026, perkiraan Rp 750.000"},
        ],
        "changes": [
            {"label": "Jumlah siswa", "before": "150", "after": "175"},
            {"label": "Tagihan tambahan", "after": "Rp 104.795"},
            {"label": "Jatuh tempo", "after": "26 Maret 2025"},
        ],
        "statuses": [
            "free",
            "trialing",
            "active",
            "past_due",
            "suspended",
            "paused",
            "cancelled",
            "ended",
            "paid",
            "open",
            "partly_paid",
            "overdue",
            "void",
            "pending",
            "rejected",
        ],
        "methods": [
            {
                "value": "midtrans",
                "title": "Bayar langsung",
                "note": "Virtual account, QRIS, GoPay, OVO, DANA, kartu. Tercatat seketika.",
                "checked": True,
            },
            {
                "value": "transfer",
                "title": "Transfer bank dengan bukti",
                "note": "Diperiksa petugas pada hari kerja.",
                "figure": "+ kode unik",
            },
        ],
        "tabs": [
            {"label": "Belum dibayar", "url": "#", "current": True, "count": 1},
            {"label": "Lunas", "url": "#", "count": 4},
            {"label": "Semua", "url": "#"},
        ],
        "steps": _steps(),
        "receipt_rows": [
            {"label": "Untuk", "value": "INV/XC/2025/000123"},
            {"label": "Cara bayar", "value": "QRIS"},
            {"label": "Diterima", "value": "10 Maret 2025, 09.41"},
        ],
        "invoices": [
            {
                "number": "INV/XC/2025/000123",
                "on": dt.date(2025, 3, 1),
                "due": dt.date(2025, 3, 17),
                "status": "open",
                "amount": 750_000,
            },
            {
                "number": "INV/XC/2024/000098",
                "on": dt.date(2024, 3, 1),
                "due": dt.date(2024, 3, 17),
                "status": "paid",
                "amount": 1_250_000,
            },
            {
                "number": "INV/XC/2024/000041",
                "on": dt.date(2024, 1, 9),
                "due": dt.date(2024, 1, 25),
                "status": "void",
                "amount": 250_000,
            },
        ],
        "form": bind_sample(),
    }


def _steps() -> list[dict[str, str]]:
    return [
        {"label": "Memeriksa isian", "state": "done"},
        {"label": "Membuat ruang data sekolah Anda", "state": "current", "note": "Sekitar 10 detik"},
        {"label": "Memulai masa percobaan", "state": "todo"},
        {"label": "Mengirim surel sambutan", "state": "todo"},
    ]


def _home() -> dict[str, Any]:
    return {
        "products": [
            {
                "name": "XClass",
                "audience": "Untuk sekolah",
                "tagline": "Kelas, nilai, dan rapor di satu tempat.",
                "from_text": "Gratis sampai 49 siswa, lalu mulai Rp 4.000 per siswa per tahun.",
                "prices_url": "?show=prices",
                "signup_url": "?show=signup",
            },
            {
                "name": "Klustera",
                "audience": "Untuk perumahan",
                "tagline": "Iuran, pengumuman, dan keamanan kompleks.",
                "from_text": "Mulai dari Rp 2.000 per unit per bulan.",
                "prices_url": "?show=prices",
                "signup_url": "?show=signup",
            },
        ]
    }


def _prices() -> dict[str, Any]:
    return {
        "product": {
            "name": "XClass",
            "tagline": "Satu harga per siswa per tahun. Semua fitur, tanpa biaya pemasangan.",
            "unit": "siswa",
        },
        "form": SampleForm(initial={"quantity": 150, "period": "year"}),
        "quote": {
            "amount": 750_000,
            "period": "tahun",
            "sentence": "150 siswa, paket Standard",
            "explanation": EXPLANATION,
            "next_size": {
                "name": "Mulai 501 siswa",
                "amount": 2_004_000,
                "cheaper": "501 siswa (Rp 2.004.000) lebih murah daripada 500 siswa (Rp 2.500.000).",
            },
            "dates": [
                {"label": "Masa percobaan sampai", "value": "10 April 2025"},
                {"label": "Jatuh tempo pertama", "value": "26 April 2025"},
            ],
            "signup_url": "?show=signup",
        },
        "quote_url": "?show=quote",
        "plans": [
            {
                "name": "Harga per siswa",
                "text": "Seluruh jumlah dihitung dengan harga jenjangnya.",
                "has_examples": True,
                "has_savings": True,
                "tiers": [
                    {"range": "0–49 siswa", "price": "Gratis", "basis": "selamanya"},
                    {
                        "range": "50–500 siswa",
                        "price": "Rp 5.000",
                        "basis": "per siswa per tahun",
                        "example": "150 siswa: Rp 750.000",
                        "current": True,
                    },
                    {
                        "range": "501 siswa atau lebih",
                        "price": "Rp 4.000",
                        "basis": "per siswa per tahun",
                        "example": "1.000 siswa: Rp 4.000.000",
                        "saving": "20 %",
                    },
                ],
            }
        ],
        "promises": [
            "Masa percobaan 1 bulan, tanpa kartu",
            "Harga terkunci selama Anda berlangganan",
            "Data dapat Anda unduh kapan saja, juga saat ditangguhkan",
        ],
        "book_note": "Harga untuk pendaftaran sepanjang tahun 2025.",
    }


def _signup() -> dict[str, Any]:
    return {
        "product": {"name": "XClass", "unit": "siswa"},
        "base_domain_suffix": ".langganan.id",
        "form": bind_sample(),
        "summary": {
            "changes": [{"label": "Hari ini", "after": "Rp 0"}, {"label": "1 April 2025", "after": "Rp 750.000"}],
            "then": "Kami mengingatkan Anda 7, 3, dan 1 hari sebelum masa percobaan berakhir.",
        },
    }


def _progress() -> dict[str, Any]:
    return {
        "organisation_name": "SMP Tunas Harapan",
        "state": "working",
        "steps": _steps(),
        "percent": 40,
        "progress_url": "?show=progress_fragment",
    }


PAGES: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    "components": ("dev/gallery.html", _components),
    "home": ("public/home.html", _home),
    "prices": ("public/prices.html", _prices),
    "quote": ("public/quote_fragment.html", _prices),
    "signup": ("public/signup.html", _signup),
    "progress": ("public/signup_progress.html", _progress),
    "progress_fragment": ("public/signup_progress_fragment.html", _progress),
    **{name: (f"errors/{name}.html", dict) for name in ("403", "404", "405", "429", "500")},
}
