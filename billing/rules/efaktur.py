"""Tax invoices (e-Faktur) as the XML that Coretax takes in: values in, text out.

Amounts are whole rupiah printed as plain digits; codes keep their leading zeros.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from plans.rules.money import plain

NO_TIN = "0" * 16
NO_NUMBER = "-"
COUNTRY = "IDN"
FACILITIES = frozenset({"07", "08"})  # codes that name the rule by which PPN is not collected or exempt
_HEADER = (
    *("TaxInvoiceDate", "TaxInvoiceOpt", "TrxCode", "AddInfo", "CustomDoc", "CustomDocMonthYear", "RefDesc"),
    *("FacilityStamp", "SellerIDTKU", "BuyerTin", "BuyerDocument", "BuyerCountry", "BuyerDocumentNumber", "BuyerName"),
    *("BuyerAdress", "BuyerEmail", "BuyerIDTKU"),
)
_LINE = (
    *("Opt", "Code", "Name", "Unit", "Price", "Qty", "TotalDiscount", "TaxBase", "OtherTaxBase", "VATRate", "VAT"),
    *("STLGRate", "STLG"),
)


def upload_by(issued_on: date) -> date:
    """Until when a tax invoice is to be uploaded: the 20th of the month after. 15 December 2026 → 20 January 2027."""
    return (issued_on.replace(day=1) + timedelta(days=31)).replace(day=20)


def tin_of(npwp: str) -> str:
    """A tax number of 16 digits; one of the old 15 gets its leading zero."""
    return npwp.zfill(16) if npwp else ""


def place_of(tin: str, branch: str) -> str:
    """A place of business (IDTKU): the 16 digits and 6 of the branch."""
    return f"{tin or NO_TIN}{branch or '000000'}"


def facts_of(
    *,
    number: str,
    issued_on: date,
    taxation: Mapping[str, Any],
    issuer: Mapping[str, Any],
    customer: Mapping[str, Any],
    identity: Mapping[str, Any],
    lines: Iterable[tuple[str, Decimal, int, Mapping[str, Any]]],
) -> dict[str, Any]:
    """What a tax invoice says, frozen with its invoice. `lines` are (name, quantity, amount without tax, the line's tax).

    The price is what each of the quantity costs without tax, offers taken off; where that is no round figure, one is billed at
    the whole amount.
    """
    code, seller = str(taxation["code"]), tin_of(str(issuer["npwp"]))
    header = {
        "TaxInvoiceDate": issued_on.isoformat(),
        "TaxInvoiceOpt": "Normal",
        "TrxCode": code,
        "CustomDoc": "",
        "CustomDocMonthYear": "",
        "RefDesc": number,
        "SellerIDTKU": place_of(seller, str(issuer.get("branch") or "")),
        "BuyerCountry": COUNTRY,
        "BuyerName": str(customer["name"]),
        "BuyerAdress": str(customer.get("address") or ""),
        "BuyerEmail": str(customer.get("email") or ""),
        **_facility(code, identity),
        **_buyer(str(customer.get("npwp") or ""), identity),
    }
    goods = taxation["goods"]
    return {"tin": seller, "header": header, "lines": [_line(item, goods, taxation) for item in lines]}


def _facility(code: str, identity: Mapping[str, Any]) -> dict[str, str]:
    """The codes of the rule by which PPN is not collected or exempt; empty where it is charged."""
    said = identity if code in FACILITIES else {}
    return {"AddInfo": str(said.get("facility") or ""), "FacilityStamp": str(said.get("stamp") or "")}


def _buyer(npwp: str, identity: Mapping[str, Any]) -> dict[str, str]:
    """How a buyer is named: by its tax number, or by 16 zeros and the number of another document.

    NPWP → "TIN" and no document number. A person without one: "National ID" and the NIK. "Other ID" was chosen by somebody:
    whoever is not subject to income tax has no number, which is written "-". Where nothing is known the number stays empty,
    and the tax invoice waits (`missing_in`).
    """
    document, tin = str(identity.get("document") or "TIN"), tin_of(npwp)
    has_tin = document == "TIN" and bool(tin)
    number = str(identity.get("document_number") or "")
    if document == "TIN":
        number = ""
    elif document == "Other ID":
        number = number or NO_NUMBER
    return {
        "BuyerTin": tin if has_tin else NO_TIN,
        "BuyerDocument": "Other ID" if document == "TIN" and not has_tin else document,
        "BuyerDocumentNumber": number,
        "BuyerIDTKU": place_of(tin if has_tin else "", str(identity.get("branch") or "")),
    }


def missing_in(facts: Mapping[str, Any]) -> tuple[str, ...]:
    """What a tax invoice lacks and would be refused for: "identity" (of the buyer), "address", "facility"; empty if nothing."""
    header = facts["header"]
    lacks = {
        "identity": header["BuyerTin"] == NO_TIN and not header["BuyerDocumentNumber"],
        "address": not header["BuyerAdress"].strip(),
        "facility": header["TrxCode"] in FACILITIES and not (header["AddInfo"] and header["FacilityStamp"]),
    }
    return tuple(name for name, lacking in lacks.items() if lacking)


def completed(facts: Mapping[str, Any], *, npwp: str, address: str, identity: Mapping[str, Any]) -> dict[str, Any]:
    """The same with what it lacked, as the customer's data are now; what was said when the invoice was issued stays."""
    header, missing = dict(facts["header"]), missing_in(facts)
    if "identity" in missing:
        header |= _buyer(npwp, identity)
    if "address" in missing:
        header["BuyerAdress"] = address
    if "facility" in missing:
        header |= _facility(header["TrxCode"], identity)
    return {**facts, "header": header}


def _line(
    item: tuple[str, Decimal, int, Mapping[str, Any]], goods: Mapping[str, Any], taxation: Mapping[str, Any]
) -> dict[str, str]:
    name, quantity, amount, tax = item
    price = (Decimal(amount) / quantity).quantize(Decimal("0.01")) if quantity else Decimal(amount)
    if price * quantity != amount:  # price × quantity must be the tax base
        price, quantity = Decimal(amount), Decimal(1)
    whole = taxation["code"] != "04"
    return {
        "Opt": goods["opt"],
        "Code": goods["code"],
        "Name": name[:255],
        "Unit": goods["unit"],
        "Price": plain(price),
        "Qty": plain(quantity),
        "TotalDiscount": "0",
        "TaxBase": str(tax["base"]),
        "OtherTaxBase": str(tax["base"] if whole else tax["other_base"]),
        "VATRate": effective_rate(taxation) if whole else str(taxation["percent"]),
        "VAT": str(tax["amount"]),
        "STLGRate": "0",
        "STLG": "0",
    }


def effective_rate(taxation: Mapping[str, Any]) -> str:
    """The rate on the whole price, for codes that know no other base: 12 % of 11/12 is "11"."""
    return plain(Decimal(str(taxation["effective"])))


def xml_of(tin: str, invoices: Sequence[Mapping[str, Any]]) -> str:
    """A file of tax invoices of one seller, in the order given."""
    root = Element("TaxInvoiceBulk")
    root.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
    root.set("xsi:noNamespaceSchemaLocation", "TaxInvoice.xsd")
    SubElement(root, "TIN").text = tin
    several = SubElement(root, "ListOfTaxInvoice")
    for facts in invoices:
        _add_invoice(several, facts)
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _add_invoice(several: Element, facts: Mapping[str, Any]) -> None:
    invoice = SubElement(several, "TaxInvoice")
    for name in _HEADER:
        SubElement(invoice, name).text = facts["header"][name]
    goods = SubElement(invoice, "ListOfGoodService")
    for line in facts["lines"]:
        element = SubElement(goods, "GoodService")
        for name in _LINE:
            SubElement(element, name).text = line[name]
