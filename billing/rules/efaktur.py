"""Tax invoices (e-Faktur) as the XML that Coretax takes in: values in, text out.

Amounts are whole rupiah printed as plain digits; codes keep their leading zeros.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from plans.rules.money import plain

NO_TIN = "0" * 16
COUNTRY = "IDN"
_HEADER = (
    *("TaxInvoiceDate", "TaxInvoiceOpt", "TrxCode", "AddInfo", "CustomDoc", "CustomDocMonthYear", "RefDesc"),
    *("FacilityStamp", "SellerIDTKU", "BuyerTin", "BuyerDocument", "BuyerCountry", "BuyerDocumentNumber", "BuyerName"),
    *("BuyerAdress", "BuyerEmail", "BuyerIDTKU"),
)
_LINE = (
    *("Opt", "Code", "Name", "Unit", "Price", "Qty", "TotalDiscount", "TaxBase", "OtherTaxBase", "VATRate", "VAT"),
    *("STLGRate", "STLG"),
)


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
    code, tin = str(taxation["code"]), tin_of(str(customer.get("npwp") or ""))
    document = str(identity.get("document") or "TIN")
    has_tin = document == "TIN" and bool(tin)
    seller = tin_of(str(issuer["npwp"]))
    header = {
        "TaxInvoiceDate": issued_on.isoformat(),
        "TaxInvoiceOpt": "Normal",
        "TrxCode": code,
        "AddInfo": str(identity.get("facility") or "") if code in {"07", "08"} else "",
        "CustomDoc": "",
        "CustomDocMonthYear": "",
        "RefDesc": number,
        "FacilityStamp": str(identity.get("stamp") or "") if code in {"07", "08"} else "",
        "SellerIDTKU": place_of(seller, str(issuer.get("branch") or "")),
        "BuyerTin": tin if has_tin else NO_TIN,
        "BuyerDocument": "TIN" if has_tin else (document if document != "TIN" else "Other ID"),
        "BuyerCountry": COUNTRY,
        "BuyerDocumentNumber": "" if has_tin else str(identity.get("document_number") or ""),
        "BuyerName": str(customer["name"]),
        "BuyerAdress": str(customer.get("address") or ""),
        "BuyerEmail": str(customer.get("email") or ""),
        "BuyerIDTKU": place_of(tin if has_tin else "", str(identity.get("branch") or "")),
    }
    goods = taxation["goods"]
    return {"tin": seller, "header": header, "lines": [_line(item, goods, taxation) for item in lines]}


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
