"""What a letter may say: the event, and what the tenant's account adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings

from billing.models import Document
from billing.rules import drafting
from billing.rules.agreement import Agreement
from billing.rules.tax_amounts import Taxation, payable
from billing.selectors.accounts import latest_subscription
from billing.selectors.documents import public_path
from billing.selectors.taxing import taxation_for
from plans.models import Issuer
from plans.rules.catalogue import Issuer as IssuerTerms
from plans.rules.catalogue import Text
from plans.rules.periods import Period
from tenants.models import Event, Tenant


@dataclass(frozen=True, slots=True)
class Account:
    """The tenant's side of every letter, read once for a batch of events."""

    tenant: str
    base_url: str
    agreement: Agreement | None
    issuer: IssuerTerms | None
    tax_category: str = "normal"

    def taxation_on(self, day: date) -> Taxation | None:
        """How an invoice of a day is taxed."""
        if self.agreement is None or self.issuer is None:
            return None
        return taxation_for(self.issuer, self.agreement, day, self.tax_category)

    @property
    def product(self) -> str:
        """The name customers know: "XClass"."""
        return self.agreement.product_name if self.agreement else "Langganan"

    @property
    def unit(self) -> Text:
        """What is counted: siswa, unit."""
        return self.agreement.unit if self.agreement else Text(id="unit", en="units")

    @property
    def months(self) -> int:
        """Length of a billing period."""
        return self.agreement.interval_months if self.agreement else 1


@dataclass(frozen=True, slots=True)
class Facts:
    """One event with its account. Amounts are whole rupiah, days the tenant's own."""

    name: str
    on: date
    data: Mapping[str, Any]
    account: Account
    suspend_on: date | None = None
    pay_path: str = ""  # where its document is seen and paid without a login; empty where there is none
    debit_on: date | None = None  # when auto-debit charges it; None where it does not

    def text(self, key: str) -> str:
        """A fact as text; empty if it is missing."""
        return str(self.data.get(key) or "")

    def amount(self, key: str = "amount") -> int:
        """A fact in rupiah; zero if it is missing."""
        return int(self.data.get(key) or 0)

    def day(self, key: str) -> date:
        """A fact that is a day; the event's own if it is missing."""
        return date.fromisoformat(self.text(key)[:10]) if self.data.get(key) else self.on

    @property
    def quantity(self) -> Decimal:
        """How many units the account has after the event."""
        return Decimal(self.text("quantity") or 0)

    def unit_price(self) -> Decimal | None:
        """The price of one unit, where the price is one price a unit: 5000 for 150 students; None for a flat fee."""
        agreement = self.account.agreement
        if agreement is None or len(agreement.charges) != 1 or agreement.charges[0].quantity == "one":
            return None
        if self.data.get("unit_price"):
            return Decimal(self.text("unit_price"))
        return agreement.rate_charge(agreement.charges[0], self.quantity).unit_price

    def period_price(self) -> int:
        """What a whole period costs at the account's quantity: 150 students → 750.000 (X1); at the offers of the day."""
        agreement = self.account.agreement
        if agreement is None:
            return self.amount()
        today = Period(self.on, self.on + timedelta(days=1))
        return payable(drafting.price_within(agreement, self.quantity, today, {})[0], self.account.taxation_on(self.on))

    def list_price(self) -> int:
        """The same before offers."""
        if self.account.agreement is None:
            return self.amount()
        return payable(self.account.agreement.price_of(self.quantity), self.account.taxation_on(self.on))


def account_of(tenant: Tenant) -> Account:
    """The account as letters need it; inside the tenant's schema. A tenant without an agreement has a name alone."""
    subscription = latest_subscription()
    agreement = subscription.terms if subscription else None
    issuer = Issuer.objects.filter(code=agreement.issuer).first() if agreement else None
    return Account(
        tenant=tenant.name,
        base_url=base_url(tenant),
        agreement=agreement,
        issuer=IssuerTerms.model_validate(issuer.data) if issuer else None,
        tax_category=tenant.tax_category,
    )


def base_url(tenant: Tenant) -> str:
    """The address of the tenant's host, without a slash at the end."""
    domains = tenant.domains.order_by("-is_primary", "id")
    host = domains.values_list("domain", flat=True).first() or f"{tenant.subdomain}.{settings.BASE_DOMAIN}"
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{host}{port}"


def facts_of(event: Event, account: Account) -> Facts:
    """The event's facts; of a document also the day on which access closes if it stays unpaid."""
    suspend_on = None
    if event.data.get("suspend"):
        suspend_on = date.fromisoformat(event.data["suspend"])
    elif event.name == "invoice.issued" and event.data.get("document"):
        suspend_on = Document.objects.filter(pk=event.data["document"]).values_list("suspend_on", flat=True).first()
    return Facts(event.name, event.occurred_on, event.data, account, suspend_on, _pay_path(event), _debit_day(event))


def _debit_day(event: Event) -> date | None:
    """The day on which auto-debit charges the invoice that a letter asks for (K7): nobody need pay it then."""
    asks = event.name == "invoice.issued" or (event.name == "reminder.sent" and event.data.get("about") == "due")
    return _charged_on(event) if asks else None


def _charged_on(event: Event) -> date | None:
    """As the tenant's events tell: switched on, within the limit, not refused yet; the day announced, or else the due day."""
    told = Event.objects.filter(tenant=event.tenant, name__startswith="debit.")
    switched = told.filter(name__in=["debit.enabled", "debit.disabled"]).order_by("-id").first()
    if switched is None or switched.name == "debit.disabled" or event.data["amount"] > switched.data["limit"]:
        return None
    of_invoice = told.filter(data__invoice=event.data.get("invoice"), id__gt=switched.pk).order_by("-id")
    last = of_invoice.first()
    if last is not None and last.name == "debit.failed":
        return None
    day = last.data["charged_on"] if last is not None else event.data.get("target") or event.data["due"]
    return date.fromisoformat(day)


def _pay_path(event: Event) -> str:
    """The document's own link: a treasurer who reads mail on a phone pays in one step, without a password."""
    number = event.data.get("invoice")
    document = Document.objects.filter(number=number).first() if number else None
    return public_path(document) if document is not None else ""
