"""The file of tax invoices: every field as the tax office describes it, and nothing that its schema refuses."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from billing.documents.efaktur import faults_of
from billing.rules.efaktur import NO_TIN, completed, facts_of, missing_in, place_of, tin_of, upload_by, xml_of
from billing.rules.tax_amounts import tax_on
from tests.billing.rules.test_tax import taxation

GOODS = {"opt": "B", "code": "620000", "unit": "UM.0024"}


def facts(amount: int = 300_000, quantity: str = "3", category: str = "normal", **changed: Any) -> dict[str, Any]:
    said = taxation(category=category)
    told = {"code": said.code, "percent": "12", "effective": "11", "goods": GOODS}
    customer = {"name": "Klinik Sehat & Co", "address": "Jl. Melati 5", "email": "a@b.test", "npwp": "012345678901000"}
    given: dict[str, Any] = {
        "number": "SH/2026/00001",
        "issued_on": date(2026, 3, 15),
        "taxation": told,
        "issuer": {"npwp": "0033456789012000", "branch": "000001"},
        "customer": customer,
        "identity": {},
        "lines": [("Per dokter", Decimal(quantity), amount, tax_on(amount, said).stored())],
    }
    return facts_of(**(given | changed))


def read(made: dict[str, Any]) -> dict[str, str]:
    """Every field of the only invoice and its only line."""
    root = fromstring(xml_of(made["tin"], [made]))
    return {element.tag: element.text or "" for element in root.iter() if len(element) == 0}


@pytest.mark.parametrize(
    ("issued", "until"),
    [
        (date(2026, 1, 31), date(2026, 2, 20)),
        (date(2026, 12, 1), date(2027, 1, 20)),
        (date(2024, 2, 29), date(2024, 3, 20)),
    ],
)
def test_it_is_uploaded_by_the_twentieth_of_the_next_month(issued: date, until: date) -> None:
    assert upload_by(issued) == until


def test_an_ordinary_invoice_is_code_04_with_eleven_twelfths() -> None:
    said = read(facts())
    assert said["TIN"] == "0033456789012000"
    assert (said["TaxInvoiceDate"], said["TaxInvoiceOpt"], said["TrxCode"]) == ("2026-03-15", "Normal", "04")
    assert (said["SellerIDTKU"], said["BuyerIDTKU"]) == ("0033456789012000000001", "0012345678901000000000")
    assert (said["BuyerTin"], said["BuyerDocument"], said["BuyerDocumentNumber"]) == ("0012345678901000", "TIN", "")
    assert (said["RefDesc"], said["BuyerName"]) == ("SH/2026/00001", "Klinik Sehat & Co")
    assert (said["Opt"], said["Code"], said["Unit"]) == ("B", "620000", "UM.0024")
    assert (said["Price"], said["Qty"], said["TaxBase"]) == ("100000", "3", "300000")
    assert (said["OtherTaxBase"], said["VATRate"], said["VAT"], said["STLG"]) == ("275000", "12", "33000", "0")


def test_other_codes_have_the_whole_price_as_base_and_facilities_say_their_codes() -> None:
    said = read(facts(category="exempt", identity={"facility": "TD.00501", "stamp": "TD.01101"}))
    assert (said["TrxCode"], said["AddInfo"], said["FacilityStamp"]) == ("08", "TD.00501", "TD.01101")
    assert (said["OtherTaxBase"], said["VATRate"], said["VAT"]) == ("300000", "11", "33000")
    assert read(facts(identity={"facility": "TD.00501"}))["AddInfo"] == ""


def test_a_buyer_without_a_tax_number_is_sixteen_zeros_and_another_document() -> None:
    said = read(
        facts(
            customer={"name": "Ayu", "address": "Bogor", "email": ""},
            identity={"document": "National ID", "document_number": "3201010101900001"},
        )
    )
    assert (said["BuyerTin"], said["BuyerDocument"]) == (NO_TIN, "National ID")
    assert said["BuyerDocumentNumber"] == "3201010101900001"
    assert said["BuyerIDTKU"] == NO_TIN + "000000"


@pytest.mark.parametrize(
    ("npwp", "identity", "named"),
    [
        ("0012345678901000", {}, ("TIN", "")),
        ("0012345678901000", {"document": "TIN", "document_number": "lama"}, ("TIN", "")),
        ("", {"document": "National ID", "document_number": "3201010101900001"}, ("National ID", "3201010101900001")),
        ("", {"document": "Passport", "document_number": "X1234567"}, ("Passport", "X1234567")),
        ("", {"document": "Other ID", "document_number": "20219024"}, ("Other ID", "20219024")),
        ("", {"document": "Other ID"}, ("Other ID", "-")),
        ("", {"document": "TIN", "document_number": "lama"}, ("Other ID", "")),
        ("", {}, ("Other ID", "")),
    ],
)
def test_nobody_without_a_number_is_given_out_unless_somebody_chose_it(
    npwp: str, identity: dict[str, str], named: tuple[str, str]
) -> None:
    made = facts(customer={"name": "Ayu", "address": "Bogor", "npwp": npwp}, identity=identity)
    said = read(made)
    assert (said["BuyerDocument"], said["BuyerDocumentNumber"]) == named
    assert missing_in(made) == (("identity",) if named == ("Other ID", "") else ())


def test_what_is_missing_is_named_and_taken_from_the_data_of_today() -> None:
    """What was said when the invoice was issued stays: neither address nor facility is written over."""
    bare = facts(category="exempt", customer={"name": "Ayu", "address": " "})
    assert missing_in(bare) == ("identity", "address", "facility")
    now = {"facility": "TD.00501", "stamp": "TD.01101", "branch": "000002"}
    whole = completed(bare, npwp="012345678901000", address="Jl. Melati 5", identity=now)
    assert missing_in(whole) == ()
    said = read(whole)
    assert (said["BuyerTin"], said["BuyerDocument"]) == ("0012345678901000", "TIN")
    assert (said["BuyerIDTKU"], said["BuyerAdress"]) == ("0012345678901000000002", "Jl. Melati 5")
    assert (said["AddInfo"], said["FacilityStamp"]) == ("TD.00501", "TD.01101")
    assert completed(whole, npwp="9" * 16, address="Lain", identity={}) == whole
    assert missing_in(completed(bare, npwp="", address="Jl. Melati 5", identity={})) == ("identity", "facility")


def test_a_price_that_is_not_round_becomes_one_at_the_whole_amount() -> None:
    said = read(facts(amount=100_000, quantity="3"))
    assert (said["Price"], said["Qty"], said["TaxBase"]) == ("100000", "1", "100000")


@pytest.mark.parametrize(
    ("npwp", "tin"), [("012345678901000", "0012345678901000"), ("0012345678901000", "0012345678901000"), ("", "")]
)
def test_an_old_number_gets_its_leading_zero(npwp: str, tin: str) -> None:
    assert tin_of(npwp) == tin
    assert place_of(tin, "") == (tin or NO_TIN) + "000000"


@pytest.mark.parametrize("category", ["normal", "government", "collector", "not_collected", "exempt"])
def test_every_kind_fits_the_schema(category: str) -> None:
    made = facts(category=category)
    assert faults_of(xml_of(made["tin"], [made, made])) == []


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("header", "TrxCode", "05"),
        ("header", "BuyerTin", "123"),
        ("header", "BuyerAdress", ""),
        ("header", "TaxInvoiceDate", "15/03/2026"),
        ("line", "VAT", "3,3E4"),
        ("line", "Code", "62"),
        ("line", "Unit", "bulan"),
        ("line", "TaxBase", "-1"),
    ],
)
def test_the_schema_refuses_what_the_tax_office_would(part: str, name: str, value: str) -> None:
    made = facts()
    place = made["header"] if part == "header" else made["lines"][0]
    place[name] = value
    faults = faults_of(xml_of(made["tin"], [made]))
    assert len(faults) == 1
    assert name in faults[0]
