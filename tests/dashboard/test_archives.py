"""All that a tenant owns as one archive: made in the background, for its owner and finance, also while suspended (X10)."""

import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from billing.services.banking.transfers import announce_transfer
from billing.services.documents.receipts import issue_receipt
from billing.services.files import archives as data_archives
from billing.services.files.archives import build_waiting, forget_archives, request_archive
from tenants.models import DataArchive, Tenant, User
from tests.billing.lives import pay
from tests.dashboard.stages import SUSPENDED, at_day, csv_in, only_invoice, text_of
from tests.payments.mandates import SECRETS, keep_mandates
from tests.payments.test_transfers import submit

ClientAt = Callable[..., Client]
PAGE, PRESS = "/ekspor/", "/ekspor/arsip/"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def suspended(school: Tenant) -> Tenant:
    """SMAN 1 on 31 March: an invoice, 250.000 paid with a receipt, and a proof of the rest."""
    at_day(school, SUSPENDED)
    part = pay(school, SUSPENDED, 250_000)
    issue_receipt(tenant=school, payment_id=part.pk, today=SUSPENDED)
    submit(announce_transfer(tenant=school, documents=None, now=timezone.now(), today=SUSPENDED))
    return school


def test_data_papers_and_proofs_are_taken_away_in_one_file_while_suspended(
    suspended: Tenant, ayu: User, client_at: ClientAt, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    keep_mandates(suspended)
    client = client_at(suspended, ayu)
    assert "Siapkan arsip" in text_of(client.get(PAGE))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(PRESS)["Location"] == PAGE
    assert "2 PDF" in text_of(client.get(PAGE))
    answer = client.get(f"{PRESS}{DataArchive.objects.get().pk}/")
    assert answer["Content-Disposition"].startswith('attachment; filename="sman1-')
    archive = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    document = only_invoice(suspended)
    assert document.number in csv_in(archive, "invoices.csv")
    with ZipFile(io.BytesIO(archive)) as opened:
        names = opened.namelist()
        prints = [name for name in names if name.startswith("pdf/")]
        assert [opened.read(name)[:5] for name in prints] == [b"%PDF-", b"%PDF-"]
        whole = b"".join(opened.read(name) for name in names)
    assert [secret for secret in SECRETS if secret.encode() in whole] == []
    assert any(document.slug in name for name in prints)
    assert [name for name in names if name.startswith("berkas/proofs/")]
    assert "2 dokumen" in csv_in(archive, "README.txt")


def test_consents_to_auto_debit_are_in_it_with_their_last_charge_and_without_what_they_are_charged_by(
    school: Tenant, complex_: Tenant, ayu: User, client_at: ClientAt
) -> None:
    """K7: agreed to on 2 March, 00.30 in Jakarta. The complex has none of it."""
    keep_mandates(school)
    archive = b"".join(client_at(school, ayu).post(f"{PAGE}unduh/").streaming_content)  # type: ignore[attr-defined]
    heading, account, card = csv_in(archive, "mandates.csv").splitlines()
    assert heading.split(",")[:5] == ["method", "hint", "state", "agreed_on", "agreed_name"]
    assert heading.endswith("last_on,last_number,last_amount,last_result,last_reason")
    assert account.startswith("gopay_account,0812····567,ended,2026-02-01,Eka,")
    assert account.endswith("2026-03-01,Eka,member,,,,,")
    assert card.startswith("saved_card,481111-1114,active,2026-03-02,Eka,")
    assert card.endswith("2026-03-16,INV-7,750000,hard,expired_card")
    assert [secret for secret in SECRETS if secret in csv_in(archive, "data.json")] == []
    other = b"".join(client_at(complex_, ayu).post(f"{PAGE}unduh/").streaming_content)  # type: ignore[attr-defined]
    assert "Eka" not in csv_in(other, "mandates.csv")


def test_nobody_else_reaches_it_and_only_those_in_the_table_ask(
    suspended: Tenant, complex_: Tenant, ayu: User, budi: User, citra: User, client_at: ClientAt
) -> None:
    """Ayu owns the complex, too: at its address the school's archive is not there. Budi only looks, Citra is a stranger."""
    at_day(complex_, date(2026, 1, 31), date(2026, 1, 30))
    archive = request_archive(tenant=suspended, user=ayu, now=timezone.now())
    assert build_waiting(now=timezone.now() + timedelta(minutes=3)) == 1
    path = f"{PRESS}{archive.pk}/"
    assert client_at(suspended, ayu).get(path).status_code == 200
    assert client_at(complex_, ayu).get(path).status_code == 404
    assert client_at(suspended, ayu).get(f"{PRESS}{uuid4()}/").status_code == 404
    for other in (budi, citra, None):
        client = client_at(suspended, other) if other else client_at(suspended)
        assert client.get(path).status_code in {302, 403, 404}, other
        assert client.post(PRESS).status_code in {302, 403, 404}, other
    assert DataArchive.objects.count() == 1


def test_a_lost_message_is_found_one_is_made_at_a_time_and_all_are_forgotten_after_a_week(
    suspended: Tenant, ayu: User, client_at: ClientAt, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_archives, "pdf_available", lambda: False)
    client, now = client_at(suspended, ayu), timezone.now()
    for _time in range(2):
        client.post(PRESS)
    page = client.get(PAGE).content.decode()
    assert "sedang disiapkan" in page
    assert "every 3s" in page
    archive = DataArchive.objects.get()
    assert client.get(f"{PRESS}{archive.pk}/").status_code == 404
    assert build_waiting(now=now) == 0
    assert build_waiting(now=now + timedelta(minutes=3)) == 1
    assert build_waiting(now=now + timedelta(minutes=3)) == 0
    assert len(list(media.glob("archives/*/*.zip"))) == 1
    assert forget_archives(now=now + timedelta(days=6)) == 0
    assert forget_archives(now=now + timedelta(days=8)) == 1
    assert (list(media.glob("archives/*/*.zip")), client.get(f"{PRESS}{archive.pk}/").status_code) == ([], 404)


def test_an_archive_that_cannot_be_made_says_so_and_may_be_asked_for_again(
    suspended: Tenant, ayu: User, client_at: ClientAt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(data_archives, "write_archive", broken)
    request_archive(tenant=suspended, user=ayu, now=timezone.now())
    assert build_waiting(now=timezone.now() + timedelta(minutes=3)) == 0
    assert "belum dapat dibuat" in text_of(client_at(suspended, ayu).get(PAGE))
    again = request_archive(tenant=suspended, user=ayu, now=timezone.now())
    assert (again.state, DataArchive.objects.count()) == ("waiting", 2)
