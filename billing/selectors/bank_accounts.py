"""The operator's own accounts: those of the issuers, and those that transfers were announced to."""

from dataclasses import dataclass

from billing.gateways.models import BankTransfer
from plans.models import Issuer


@dataclass(frozen=True, slots=True)
class Account:
    """An account whose statements can be imported."""

    bank: str
    number: str
    holder: str = ""

    @property
    def layout(self) -> str:
        """The layout its bank's name suggests; empty if none does."""
        words = self.bank.lower().split()
        return next((code for code in ("bca", "mandiri", "bri", "bni") if code in words), "")


def own_accounts() -> list[Account]:
    """Each once, by bank and number. An account an issuer has given up is still there while transfers name it."""
    found = {
        item["number"]: Account(item["bank"], item["number"], item.get("holder", ""))
        for issuer in Issuer.objects.all()
        for item in issuer.data.get("bank_accounts", ())
    }
    for bank, number in BankTransfer.objects.order_by().values_list("bank", "account").distinct():
        found.setdefault(number, Account(bank, number))
    return sorted(found.values(), key=lambda item: (item.bank, item.number))
