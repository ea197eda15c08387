"""Each page says what the account says, in every state; the first sentence is the answer."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from billing.services.payments.receiving import Received, record_payment
from billing.services.subscriptions.life import cancel_subscription
from billing.services.subscriptions.quantities import Report, report_quantity
from tenants.models import Tenant, User
from tests.dashboard.stages import ENDED, ISSUED, OVERDUE, START, SUSPENDED, at_day, only_invoice, text_of

ClientAt = Callable[..., Client]
PAGES = [
    "/",
    "/jumlah/",
    "/tagihan/",
    "/tagihan/?status=terbuka",
    "/bayar/",
    "/bayar/bersama/",
    "/bayar/transfer/",
    "/langganan/",
    "/langganan/berhenti/",
    "/ekspor/",
    "/rekening/",
]


@pytest.mark.parametrize("day", [START, ISSUED, OVERDUE])
def test_each_page_opens_while_the_tenant_has_access(day: date, school: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(school, day)
    client = client_at(school, ayu)
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "no-store" in answer.headers["Cache-Control"], page


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (START, "Masa percobaan berakhir 1 Maret 2025 (28 hari lagi)"),
        (ISSUED, "Tagihan Rp 750.000 jatuh tempo 17 Maret 2025 (16 hari lagi)"),
        (OVERDUE, "Tagihan Rp 750.000 lewat jatuh tempo sejak 17 Maret 2025 (kemarin)"),
        (SUSPENDED, "Bayar Rp 750.000 dan akses Anda terbuka lagi saat itu juga"),
        (ENDED, "Langganan Anda berakhir 29 Juni 2025. Masih terbuka Rp 750.000"),
    ],
)
def test_the_overview_opens_with_the_answer(
    day: date, sentence: str, school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """X5–X7, X10: 150 students × Rp 5.000 = Rp 750.000, due on the 17th, suspended on the 31st, ended 90 days on."""
    at_day(school, day)
    assert sentence in first_heading(client_at(school, ayu).get("/"))


def test_a_paid_school_sees_the_next_invoice(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    """160 students at the kept price: 160 × 5.000 = 800.000 a year later."""
    at_day(school, date(2025, 3, 10))
    record_payment(tenant=school, received=Received(750_000, "manual", "test:1", date(2025, 3, 10)))
    report_quantity(tenant=school, report=Report(Decimal(160), date(2025, 3, 10), "staff"), today=date(2025, 3, 10))
    heading = first_heading(client_at(school, ayu).get("/"))
    assert heading.startswith("Tidak ada tagihan. Berikutnya 1 Maret 2026, perkiraan Rp 800.000")


def test_a_cancelled_subscription_says_its_last_day_and_can_be_kept(
    school: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """K15: it runs to the end of what was paid; until then one button takes it back."""
    at_day(school, date(2025, 3, 10))
    record_payment(tenant=school, received=Received(750_000, "manual", "test:1", date(2025, 3, 10)))
    cancel_subscription(tenant=school, today=date(2025, 3, 10), reason="Terlalu mahal")
    client = client_at(school, ayu)
    assert "Langganan Anda berhenti 1 Maret 2026" in first_heading(client.get("/"))
    assert client.post("/langganan/lanjutkan/").status_code == 302
    assert "Tidak ada tagihan" in first_heading(client.get("/"))


def test_the_line_of_time_shows_due_date_and_suspension(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(school, date(2025, 3, 10))
    points = {item["label"]: item["on"] for item in client_at(school, ayu).get("/").context["milestones"]}
    assert points == {
        "Tagihan terbit": date(2025, 3, 1),
        "Jatuh tempo": date(2025, 3, 17),
        "Akses ditutup": date(2025, 3, 31),
        "Tagihan berikutnya": date(2026, 3, 1),
    }


def test_the_amount_can_be_opened(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(school, ISSUED)
    assert "150 × 5.000 = Rp 750.000" in text_of(client_at(school, ayu).get("/"))


def test_an_invoice_page_explains_itself_and_shows_its_payments(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(school, date(2025, 3, 10))
    record_payment(tenant=school, received=Received(100_000, "manual", "test:1", date(2025, 3, 10)))
    page = text_of(client_at(school, ayu).get(f"/tagihan/{only_invoice(school).slug}/"))
    for words in (
        "Rp 650.000",
        "Dibayar sebagian",
        "150 × 5.000 = Rp 750.000",
        "Enam ratus lima puluh ribu",
        "Rp 100.000",
    ):
        assert words in page, words


def test_the_pages_speak_english_when_asked(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    at_day(school, ISSUED)
    client = client_at(school, ayu)
    User.objects.filter(pk=ayu.pk).update(language="en")
    answer = client.get(f"/tagihan/{only_invoice(school).slug}/")
    assert '<html lang="en">' in text_of(answer)
    assert "seven hundred fifty thousand rupiah" in text_of(answer).lower()


def test_the_phone_bar_has_exactly_four_entries(school: Tenant, ayu: User, budi: User, client_at: ClientAt) -> None:
    for user, fourth in ((ayu, "Bayar"), (budi, "Pesan")):
        items = client_at(school, user).get("/").context["nav_items"]()
        assert [item["label"] for item in items if item["primary"]] == ["Ringkasan", "Jumlah siswa", "Tagihan", fourth]


@pytest.mark.parametrize("page", ["/", "/jumlah/", "/tagihan/", "/bayar/", "/langganan/"])
def test_a_page_asks_few_questions_of_the_database(
    page: str, school: Tenant, ayu: User, client_at: ClientAt, django_assert_max_num_queries: Any
) -> None:
    """However many invoices there are; a page of a slow line must not also wait for a slow server."""
    at_day(school, date(2025, 3, 10))
    client = client_at(school, ayu)
    client.get(page)
    with django_assert_max_num_queries(24):
        client.get(page)


@pytest.mark.parametrize(("asked", "name"), [("?lang=en", "-en.pdf"), ("?lang=xx", "-id.pdf"), ("", "-id.pdf")])
def test_the_pdf_is_the_document_in_a_language(
    asked: str, name: str, school: Tenant, ayu: User, client_at: ClientAt, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    at_day(school, ISSUED)
    document = only_invoice(school)
    for path in (f"/tagihan/{document.slug}/pdf/", f"/i/{document.slug}/{document.access_token}/pdf/"):
        answer = client_at(school, ayu).get(path + asked)
        assert answer.content.startswith(b"%PDF-")
        assert name in answer.headers["Content-Disposition"]


def test_several_due_dates_say_which_is_first(school: Tenant, ayu: User, client_at: ClientAt) -> None:
    """750.000 due on the 17th, and 20 more students on the 10th: 100.000 × 356/365 = 97.534, due on the 26th."""
    at_day(school, date(2025, 3, 10))
    report_quantity(tenant=school, report=Report(Decimal(170), date(2025, 3, 10), "staff"), today=date(2025, 3, 10))
    assert "Rp 847.534 yang pertama jatuh tempo 17 Maret 2025" in first_heading(client_at(school, ayu).get("/"))


def first_heading(answer: Any) -> str:
    """The words of the page's only h1."""
    page = answer.content.decode()
    assert page.count("<h1") == 1
    inside_it = page.split("<h1", 1)[1].split(">", 1)[1].split("</h1>")[0]
    words, in_tag = [], False
    for letter in inside_it:
        in_tag = letter == "<" or (in_tag and letter != ">")
        words.append("" if in_tag or letter == ">" else letter)
    return " ".join("".join(words).split())
