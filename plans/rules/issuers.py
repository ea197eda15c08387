"""Who invoices: the legal entity, where the money goes, and how its papers are numbered."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from plans.rules.parts import Code, Part


class BankAccount(Part):
    """Where a transfer goes."""

    bank: str
    number: str = Field(pattern=r"^[0-9]{5,20}$")
    holder: str


class StampDuty(Part):
    """A duty stamp (meterai) of `amount` rupiah belongs on what acknowledges receipt of more than `above`; with `on_invoices`
    on invoices above it, too."""

    above: int = Field(ge=0)
    amount: int = Field(gt=0)
    on_invoices: bool = False


PaperKind = Literal["invoice", "late_fee", "credit", "write_off", "receipt"]
# For issuers whose file names no format for a paper that came later.
_FALLBACK_FORMATS: Mapping[str, str] = {
    "credit": "{code}/NK/{{year}}/{{month:02}}/{{sequence:05}}",
    "write_off": "{code}/HPS/{{year}}/{{month:02}}/{{sequence:05}}",
    "receipt": "{code}/KW/{{year}}/{{month:02}}/{{sequence:05}}",
}


class Issuer(Part):
    """The legal entity that invoices. Not a PKP unless said so: then no tax line is printed.

    `pkp_from` is the first day of being one, where that lies ahead or matters; `branch` its place of business (0: head office).
    """

    code: Code
    legal_name: str
    brand: str
    address: str
    city: str
    email: str
    phone: str
    website: str = ""
    npwp: str = Field(pattern=r"^[0-9]{15,16}$")
    is_pkp: bool = False
    pkp_from: date | None = None
    branch: str = Field(default="000000", pattern=r"^[0-9]{6}$")
    signatory: str
    bank_accounts: tuple[BankAccount, ...] = Field(min_length=1)
    number_formats: Mapping[PaperKind, str]
    stamp_duty: StampDuty | None = None

    def charges_tax(self, on: date) -> bool:
        """Whether PPN is charged on an invoice of a day."""
        return self.is_pkp and (self.pkp_from is None or self.pkp_from <= on)

    @field_validator("number_formats")
    @classmethod
    def _formats_work(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        for kind in ("invoice", "late_fee"):
            if kind not in value:
                raise ValueError(f"number_formats needs {kind}")
        for kind in value:
            try:
                made = value[kind].format(year=2025, month=3, roman="III", sequence=1)
            except (KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
                raise ValueError(f"{kind}: cannot be filled in ({error}); use year, month, roman, sequence") from error
            if made == value[kind].format(year=2025, month=3, roman="III", sequence=2):
                raise ValueError(f"{kind}: needs {{sequence}}")
        return value

    def number_format(self, kind: str) -> str:
        """How its papers of a kind are numbered; one that its file does not name is `<CODE>/KW/2026/03/00001` and the like."""
        named: Mapping[str, str] = {str(name): text for name, text in self.number_formats.items()}
        return named.get(kind) or _FALLBACK_FORMATS[kind].format(code=self.code.upper())
