"""What a school is told from sign-up to suspension and back, word by word (X5, X6, X7, X10)."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from itertools import pairwise
from typing import Any

import pytest

from billing.models import Document
from billing.selectors.documents import public_path
from billing.services.payments.receiving import Received, record_payment
from notifications.models import Message
from notifications.services.consuming import notify
from tenants.context import inside
from tenants.models import Membership, Tenant, User
from tenants.services.events import record_event

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 2, 1, 2, 0, tzinfo=UTC)
Days = Callable[[Tenant, date, date], None]
PLAN = {
    "from": "per-unit",
    "to": "flat",
    "from_name": {"id": "Per unit", "en": "Per unit"},
    "to_name": {"id": "Tarif tetap", "en": "Flat fee"},
    "effective": "2025-04-01",
    "price_after": 1_500_000,
    "to_months": 1,
}


def told(tenant: Tenant, user: User, channel: str = "email") -> list[tuple[str, str]]:
    """(day, subject) of what one person was told on a channel, in order."""
    return [(message.occurred_on.isoformat(), message.subject) for message in messages(tenant, user, channel)]


def messages(tenant: Tenant, user: User, channel: str = "email") -> list[Message]:
    """A person's messages on a channel, in order of what happened."""
    notify(now=NOW)
    with inside(tenant):
        return list(Message.objects.filter(channel=channel, user_id=user.pk).order_by("event_id"))


def english(user: User) -> None:
    """Let somebody read English."""
    User.objects.filter(pk=user.pk).update(language="en")


def test_a_school_is_told_of_trial_bill_grace_and_suspension(school: Tenant, ayu: User, pass_days: Days) -> None:
    """X6, X7: 7, 3 and 1 days before the trial's end and the due date, then every day of grace, then suspension."""
    pass_days(school, date(2025, 2, 2), date(2025, 4, 1))
    grace = [(f"2025-03-{17 + late}", f"Tagihan Rp 750.000 lewat jatuh tempo {late} hari") for late in range(1, 14)]
    assert told(school, ayu) == [
        ("2025-02-01", "XClass siap dipakai, gratis sampai 1 Maret 2025"),
        ("2025-02-22", "Masa percobaan XClass berakhir 7 hari lagi"),
        ("2025-02-26", "Masa percobaan XClass berakhir 3 hari lagi"),
        ("2025-02-28", "Masa percobaan XClass berakhir besok"),
        ("2025-03-01", "Tagihan XClass Rp 750.000, jatuh tempo 17 Maret 2025"),
        ("2025-03-10", "Tagihan Rp 750.000 jatuh tempo 7 hari lagi"),
        ("2025-03-14", "Tagihan Rp 750.000 jatuh tempo 3 hari lagi"),
        ("2025-03-16", "Tagihan Rp 750.000 jatuh tempo besok"),
        *grace,
        ("2025-03-31", "Akses XClass ditutup sampai tagihan dibayar"),
    ]
    assert [day for day, _ in told(school, ayu, "in_app")] == [
        "2025-02-01",
        "2025-02-22",
        "2025-03-01",
        "2025-03-10",
        "2025-03-31",
    ]


def test_the_reminder_of_a_trial_carries_the_amount(school: Tenant, ayu: User, pass_days: Days) -> None:
    """X6: 150 students → "Rp 750.000 per tahun (hanya Rp 5.000/siswa)", 7 days before 1 March."""
    pass_days(school, date(2025, 2, 2), date(2025, 2, 22))
    mail = messages(school, ayu)[-1]
    assert mail.body_text.splitlines()[:10] == [
        "Halo Ayu,",
        "",
        "Masa percobaan XClass untuk SMAN 1 berakhir 1 Maret 2025, 7 hari lagi.",
        "",
        "Sesudah itu: Rp 750.000 per tahun (hanya Rp 5.000/siswa).",
        "",
        "Tagihan terbit pada hari itu dan akses Anda tetap terbuka. Tidak perlu kartu.",
        "",
        "Lihat langganan: http://sman1.localhost:8000/langganan/",
        "",
    ]
    in_app = messages(school, ayu, "in_app")[-1]
    assert "Sesudah itu: Rp 750.000 per tahun (hanya Rp 5.000/siswa)." in in_app.body_text
    assert (in_app.link, in_app.state) == ("/langganan/", "sent")


def test_who_reads_english_is_told_in_english(school: Tenant, ayu: User, pass_days: Days) -> None:
    """X6 in the other language; the same facts."""
    english(ayu)
    pass_days(school, date(2025, 2, 2), date(2025, 3, 1))
    reminder, bill = messages(school, ayu)[-2:]
    assert reminder.subject == "Your XClass trial ends tomorrow"
    assert reminder.body_text.splitlines()[:9] == [
        "Hello Ayu,",
        "",
        "The XClass trial of SMAN 1 ends on 1 March 2025, tomorrow.",
        "",
        "After that: Rp 750.000 per year (only Rp 5.000 for each of your students).",
        "",
        "The invoice is issued on that day and your access stays open. No card needed.",
        "",
        "View subscription: http://sman1.localhost:8000/langganan/",
    ]
    assert bill.subject == "XClass invoice of Rp 750.000, due 17 March 2025"
    assert 'lang="en"' in bill.body_html


def test_the_bill_says_how_much_by_when_and_what_follows(school: Tenant, ayu: User, pass_days: Days) -> None:
    """X7: issued on 1 March, due on the 17th, access until the 31st."""
    pass_days(school, date(2025, 2, 2), date(2025, 3, 1))
    bill = messages(school, ayu)[-1]
    number = "XC/INV/2025/03/00001"
    with inside(school):
        link = public_path(Document.objects.get(number=number))  # paid in one step, without a password
    assert bill.body_text.splitlines()[2:12] == [
        "Tagihan Rp 750.000 untuk SMAN 1 jatuh tempo 17 Maret 2025.",
        "",
        "Bila belum dibayar, akses ditutup pada 31 Maret 2025. Tidak ada data yang dihapus.",
        "",
        f"Nomor: {number}",
        "Jatuh tempo: 17 Maret 2025",
        "Langganan XClass per siswa per tahun, 1 Maret 2025 – 28 Februari 2026: Rp 750.000",
        "Total: Rp 750.000",
        "",
        f"Bayar sekarang: http://sman1.localhost:8000{link}",
    ]
    assert (bill.sender_name, bill.reply_to) == ("XClass", "tagihan@xclass.test")


def test_text_and_html_say_the_same(school: Tenant, ayu: User, pass_days: Days) -> None:
    """Each paragraph, figure and link of the text stands in the HTML, in this order."""
    pass_days(school, date(2025, 2, 2), date(2025, 4, 1))
    for message in messages(school, ayu):
        html = unescape(message.body_html)
        flat = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("<body")[1]))
        label, _, link = next(line for line in message.body_text.splitlines() if "http" in line).partition(": ")
        places = [flat.index(line) for line in message.body_text.splitlines()[:7] if line and ": " not in line]
        assert places == sorted(places)
        assert all(first < second for first, second in pairwise(places))
        assert label in flat
        assert f'href="{link}"' in html
        assert "<script" not in html


def test_a_payment_gets_one_receipt_and_opens_access_again(school: Tenant, ayu: User, pass_days: Days) -> None:
    """X10: suspended on 31 March, paid on 5 April; `invoice.paid` adds no message of its own."""
    pass_days(school, date(2025, 2, 2), date(2025, 4, 5))
    record_payment(tenant=school, received=Received(750_000, "transfer", "mutasi-1", date(2025, 4, 5)))
    assert told(school, ayu)[-3:] == [
        ("2025-03-31", "Akses XClass ditutup sampai tagihan dibayar"),
        ("2025-04-05", "Pembayaran Rp 750.000 diterima"),
        ("2025-04-05", "Akses XClass terbuka kembali"),
    ]
    receipt = messages(school, ayu)[-2].body_text
    assert "Semua tagihan sudah lunas." in receipt
    assert "Tagihan yang lunas: XC/INV/2025/03/00001" in receipt


def test_a_part_payment_says_what_is_left(school: Tenant, ayu: User, pass_days: Days) -> None:
    """250.000 of 750.000."""
    pass_days(school, date(2025, 2, 2), date(2025, 3, 5))
    record_payment(tenant=school, received=Received(250_000, "transfer", "mutasi-1", date(2025, 3, 5)))
    assert "Sisa tagihan Anda Rp 500.000." in messages(school, ayu)[-1].body_text


def test_short_messages_go_to_who_asked_three_days_before(school: Tenant, ayu: User, pass_days: Days) -> None:
    """X6: 3 days before by SMS, where a member wants it and has a telephone."""
    User.objects.filter(pk=ayu.pk).update(phone="0812-0000-0001")
    Membership.objects.filter(user=ayu, tenant=school).update(by_sms=True)
    pass_days(school, date(2025, 2, 2), date(2025, 3, 1))
    [short] = messages(school, ayu, "sms")
    assert (short.occurred_on, short.recipient) == (date(2025, 2, 26), "6281200000001")
    assert short.body_text == (
        "XClass: Masa percobaan XClass untuk SMAN 1 berakhir 1 Maret 2025, 3 hari lagi.\n\n"
        "http://sman1.localhost:8000/langganan/"
    )


def test_a_bill_on_whatsapp_fits_into_a_template(school: Tenant, ayu: User, pass_days: Days) -> None:
    """At most 1.024 characters, the link last."""
    User.objects.filter(pk=ayu.pk).update(phone="0812-0000-0001")
    Membership.objects.filter(user=ayu, tenant=school).update(by_whatsapp=True)
    pass_days(school, date(2025, 2, 2), date(2025, 3, 1))
    [chat] = messages(school, ayu, "whatsapp")
    assert chat.body_text.startswith("*Tagihan XClass Rp 750.000, jatuh tempo 17 Maret 2025*\n\nTagihan Rp 750.000")
    assert chat.body_text.endswith(chat.link)
    assert len(chat.body_text) <= 1024


def test_a_complex_is_reminded_three_days_before_its_trial_ends(complex_: Tenant, ayu: User, pass_days: Days) -> None:
    """K6: trial until 1 March; 200 units → Rp 600.000 a month. K3: the late fee is told on the 16th."""
    pass_days(complex_, date(2026, 1, 31), date(2026, 3, 16))
    assert told(complex_, ayu) == [
        ("2026-01-30", "Klustera siap dipakai, gratis sampai 1 Maret 2026"),
        ("2026-02-26", "Masa percobaan Klustera berakhir 3 hari lagi"),
        ("2026-03-01", "Tagihan Klustera Rp 600.000, jatuh tempo 15 Maret 2026"),
        ("2026-03-12", "Tagihan Rp 600.000 jatuh tempo 3 hari lagi"),
        ("2026-03-14", "Tagihan Rp 600.000 jatuh tempo besok"),
        ("2026-03-16", "Denda keterlambatan Rp 60.000"),
        ("2026-03-16", "Tagihan Rp 600.000 lewat jatuh tempo 1 hari"),
    ]
    reminder = messages(complex_, ayu)[1].body_text
    assert "Sesudah itu: Rp 600.000 per bulan (hanya Rp 3.000/unit)." in reminder


@pytest.mark.parametrize(
    ("name", "facts", "subject", "sentence"),
    [
        (
            "transfer.submitted",
            {"amount": 750_000, "asked": 750_123},
            "Bukti transfer Rp 750.123 kami terima",
            "Bukti transfer Rp 750.123 kami terima dan sedang diperiksa.",
        ),
        (
            "transfer.rejected",
            {"amount": 750_000, "asked": 750_123, "reason": "Foto tidak terbaca"},
            "Bukti transfer Rp 750.123 belum dapat diterima",
            "Alasan: Foto tidak terbaca",
        ),
        (
            "subscription.cancel_scheduled",
            {"ends": "2025-03-01"},
            "Langganan XClass berhenti pada 1 Maret 2025",
            "Langganan XClass untuk SMAN 1 berhenti pada 1 Maret 2025.",
        ),
        (
            "subscription.cancelled",
            {"balance": 60_000},
            "Langganan XClass sudah berakhir",
            "Tagihan terbuka Rp 60.000 tetap perlu dibayar.",
        ),
        (
            "subscription.changed",
            {"change": "trial_extended", "from": "2025-03-01", "to": "2025-03-15"},
            "Masa percobaan XClass diperpanjang sampai 15 Maret 2025",
            "SMAN 1 dapat memakai XClass tanpa biaya sampai 15 Maret 2025.",
        ),
        (
            "subscription.changed",
            {"change": "free", "quantity": "45"},
            "Langganan XClass Anda sekarang gratis",
            "Dengan 45 siswa, SMAN 1 memakai paket gratis XClass.",
        ),
        (
            "subscription.changed",
            PLAN | {"change": "plan_scheduled", "next_amount": 1_500_000, "next_on": "2025-04-01"},
            "Paket XClass berganti ke Tarif tetap pada 1 April 2025",
            "SMAN 1 tetap di paket Per unit sampai 1 April 2025, lalu beralih ke Tarif tetap.",
        ),
        (
            "subscription.changed",
            PLAN | {"change": "plan_withdrawn"},
            "Paket XClass Anda tetap Per unit",
            "Perubahan ke paket Tarif tetap yang dijadwalkan untuk 1 April 2025 dibatalkan.",
        ),
        (
            "subscription.changed",
            PLAN | {"change": "plan", "amount": 0},
            "Paket XClass Anda sekarang Tarif tetap",
            "Harganya menjadi Rp 1.500.000 per bulan.",
        ),
        (
            "subscription.changed",
            {"change": "dates", "invoice": "XC/1", "due": "2025-03-31", "suspend": "2025-04-14"},
            "Tagihan XC/1 sekarang jatuh tempo 31 Maret 2025",
            "Bila belum dibayar, akses ditutup pada 14 April 2025. Tidak ada data yang dihapus.",
        ),
        (
            "subscription.activated",
            {"status": "free", "quantity": "45"},
            "XClass siap dipakai, gratis",
            "SMAN 1 memakai paket gratis XClass. Tidak ada yang perlu dibayar.",
        ),
        (
            "invoice.voided",
            {"invoice": "XC/1", "amount": 750_000, "reason": "Menjadi paket gratis"},
            "Tagihan XC/1 dibatalkan",
            "Tagihan XC/1 sebesar Rp 750.000 batal dan tidak perlu dibayar.",
        ),
        (
            "credit_note.issued",
            {"invoice": "XC/1", "note": "XC/NK/1", "amount": 50_000, "reason": "Salah hitung"},
            "Nota kredit Rp 50.000 atas tagihan XC/1",
            "Kami mengurangi tagihan XC/1 sebesar Rp 50.000.",
        ),
        (
            "invoice.issued",
            {"invoice": "XC/1", "amount": 125_000, "credit_used": 125_000, "due": "2025-03-17"},
            "Tagihan XC/1 sudah lunas dengan saldo Anda",
            "Tagihan Rp 125.000 sudah lunas dengan saldo Anda. Tidak ada yang perlu dibayar.",
        ),
        (
            "invoice.issued",
            {"invoice": "XC/1", "amount": 125_000, "credit_used": 25_000, "due": "2025-03-17"},
            "Tagihan XClass Rp 100.000, jatuh tempo 17 Maret 2025",
            "Dipakai dari saldo Anda: -Rp 25.000",
        ),
        (
            "payment.refunded",
            {"amount": 750_000},
            "Pengembalian dana Rp 750.000",
            "Pembayaran Rp 750.000 dikembalikan kepada Anda.",
        ),
        (
            "reminder.sent",
            {
                "about": "term_end",
                "days": 7,
                "channel": "email",
                "target": "2026-03-01",
                "amount": 875_000,
                "unit_price": "5000",
            },
            "Masa langganan XClass berakhir 7 hari lagi",
            "Langganan berlanjut dengan sendirinya: Rp 875.000 per tahun (hanya Rp 5.000/siswa).",
        ),
        (
            "reminder.sent",
            {"about": "subscription_end", "days": 30, "channel": "email", "target": "2025-06-29", "balance": 750_000},
            "Langganan XClass berakhir 30 hari lagi bila belum dibayar",
            "Bayar tagihan Rp 750.000 sebelum hari itu, dan akses terbuka kembali seketika.",
        ),
    ],
)
def test_every_other_letter_says_it_in_words(
    school: Tenant, ayu: User, name: str, facts: dict[str, Any], subject: str, sentence: str
) -> None:
    """Letters of what happens more rarely, from the event as billing writes it."""
    record_event(tenant=school, name=name, on=date(2025, 2, 20), data={"balance": 0, "quantity": "150"} | facts)
    letter = messages(school, ayu)[-1]
    assert letter.subject == subject
    assert sentence in letter.body_text.splitlines()
