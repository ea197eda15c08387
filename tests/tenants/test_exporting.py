"""Everything a tenant owns as one archive: whole, without secrets, and enough to make the tables again."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from billing.gateways.models import Checkout
from billing.models import Document
from billing.services.documents.receipts import issue_receipt
from billing.services.files.exporting import export_everything
from plans.models import OfferClaim
from tenants.context import inside
from tenants.models import ApiKey, Membership, Role, Tenant, User
from tenants.services.archives import faults_of, manifest_of
from tenants.services.copying import differences, tables_of
from tenants.services.exporting import public_models
from tenants.services.keys import create_key
from tenants.services.moving import drop_old_copies, move_tenant
from tests.billing.committed import committed
from tests.billing.lives import pay
from tests.conftest import make_user
from tests.payments.mandates import SECRETS, keep_mandates
from tests.tenants.cells import CELL, second_database
from trials.services.daily import live_day

D = date
NOW = datetime(2025, 3, 2, 5, tzinfo=UTC)


@pytest.fixture
def school(transactional_db: None) -> Iterator[Tenant]:
    """150 students, billed, with an owner, a key, a print of the invoice; another tenant beside it."""
    wanted = ("ekspor", "xclass", 150, D(2025, 2, 1)), ("sebelah", "klustera", 200, D(2025, 2, 1))
    with second_database(), committed(*wanted) as (made, _other):
        live_day(made, D(2025, 3, 1))
        Membership.objects.create(user=make_user("ekspor@example.test", "Eka"), tenant=made, role=Role.OWNER)
        receipt = issue_receipt(tenant=made, payment_id=pay(made, D(2025, 3, 1), 1).pk, today=D(2025, 3, 1))
        create_key(name="Aplikasi rapor", user=None, today=D(2025, 3, 1), tenant=made)
        keep_mandates(made)
        with inside(made):
            Document.objects.update(pdf={"id": {"path": _printed("ekspor.pdf"), "sha256": "0"}})
            Document.papers.filter(pk=receipt.pk).update(pdf={"id": {"path": _printed("kuitansi.pdf"), "sha256": "0"}})
        paper = _printed("surat-rw.pdf")
        OfferClaim.objects.create(tenant=made, product_code="xclass", code="surat", terms={}, document=paper)
        made.refresh_from_db()
        yield made
        User.objects.filter(email="ekspor@example.test").delete()
        Checkout.objects.filter(debit__tenant=made).delete()
        ApiKey.objects.all().delete()


def _printed(name: str) -> str:
    return default_storage.save(f"invoices/{name}", ContentFile(b"%PDF-1.7 faktur"))


def table(path: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table in an archive."""
    with ZipFile(path) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(f"{name}.csv").decode())))


def test_an_archive_holds_all_that_is_the_tenants_and_nothing_else(school: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "ekspor.zip"
    missing, entries = export_everything(tenant=school, into=path, now=NOW)
    assert (missing, faults_of(path)) == ([], [])
    assert [row["number"] for row in table(path, "tables/billing_document")]
    assert [row["email"] for row in table(path, "public/tenants_user")] == ["ekspor@example.test"]
    named = {entry.path for entry in entries}
    assert {f"public/{model._meta.db_table}.csv" for model in public_models()} < named
    assert [name for name in named if name.startswith("files/invoices/ekspor")]
    assert [name for name in named if name.startswith("files/invoices/kuitansi")]
    assert [name for name in named if name.startswith("files/invoices/surat-rw")]  # of an offer (K12)
    for model in public_models():
        for row in table(path, f"public/{model._meta.db_table}"):
            assert row["tenant_id"] == str(school.pk)
    with ZipFile(path) as archive:
        assert "sebelah" not in "".join(archive.read(name).decode() for name in archive.namelist() if "csv" in name)


def test_where_the_tenant_lives_makes_no_difference(school: Tenant, tmp_path: Path) -> None:
    here, there = tmp_path / "here.zip", tmp_path / "there.zip"
    export_everything(tenant=school, into=here, now=NOW)
    move_tenant(tenant=school, to=CELL, now=NOW)
    export_everything(tenant=school, into=there, now=NOW)
    drop_old_copies(tenant=school)
    tables = [entry for entry in manifest_of(here)["files"] if entry["path"].startswith("tables/")]
    assert len(tables) >= 10
    assert [entry for entry in manifest_of(there)["files"] if entry["path"].startswith("tables/")] == tables
    move_tenant(tenant=school, to="default", now=NOW)


def test_no_secret_leaves_the_house(school: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "ekspor.zip"
    export_everything(tenant=school, into=path, now=NOW)
    (key,) = table(path, "public/tenants_apikey")
    (person,) = table(path, "public/tenants_user")
    assert (key["name"], "secret_hash" in key, "password" in person) == ("Aplikasi rapor", False, False)
    assert manifest_of(path)["left_out"]["tenants_apikey"] == ["secret_hash"]
    hints = [(row["method"], row["hint"], row["state"]) for row in table(path, "public/gateways_mandate")]
    assert sorted(hints) == [("gopay_account", "0812····567", "ended"), ("saved_card", "481111-1114", "active")]
    with ZipFile(path) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert [secret for secret in SECRETS if secret.encode() in whole] == []


def test_its_tables_can_be_made_again_from_it(school: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "ekspor.zip"
    call_command("export_tenant", "ekspor", "--to", str(path))
    call_command("export_tenant", "--load", str(path), "--into", CELL)
    raw: list[Any] = []
    for alias in ("default", CELL):
        connections[alias].ensure_connection()
        raw.append(connections[alias].connection)
        raw[-1].execute("SET TimeZone = 'UTC'")
    tables = tables_of(raw[0], "t_ekspor")
    assert len(tables) >= 10
    assert differences(raw[0], raw[1], tables) == []
    with pytest.raises(CommandError, match="t_ekspor already"):
        call_command("export_tenant", "--load", str(path))


def test_what_was_changed_or_lost_is_found(school: Tenant, tmp_path: Path) -> None:
    """One file changed, one taken away, one added; and a print that the storage has lost is said, the rest is there."""
    path, other = tmp_path / "ekspor.zip", tmp_path / "lain.zip"
    export_everything(tenant=school, into=path, now=NOW)
    with ZipFile(path) as archive, ZipFile(other, "w") as changed:
        for name in archive.namelist():
            if name != "tables/billing_documentline.csv":
                content = archive.read(name)
                changed.writestr(name, content + b"1" if name == "tables/billing_document.csv" else content)
        changed.writestr("tables/x.csv", b"")
    assert faults_of(other) == [
        "missing: tables/billing_documentline.csv",
        "not in the manifest: tables/x.csv",
        "changed: tables/billing_document.csv",
    ]
    with pytest.raises(CommandError, match="not whole"):
        call_command("export_tenant", "--load", str(other), "--into", CELL)
    with inside(school):
        default_storage.delete(Document.objects.get().pdf["id"]["path"])
    with pytest.raises(CommandError, match=r"invoices/ekspor.*pdf"):
        call_command("export_tenant", "ekspor", "--to", str(path))
    assert faults_of(path) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "one of"),
        (["ekspor", "--check", "x.zip"], "one of"),
        (["nobody"], "no tenant 'nobody'"),
        (["--check", "nowhere.zip"], "No such file"),
    ],
)
def test_wrong_input_is_an_error_of_one_line(db: None, given: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("export_tenant", *given)


def test_a_file_that_is_no_archive_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(ValueError, match="no archive"):
        manifest_of(path)
    with ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", json.dumps({"format": "else"}))
    with pytest.raises(ValueError, match="'else'"):
        manifest_of(path)
