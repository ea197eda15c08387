"""How the tenant that is worked on is taxed on a day: its issuer, the rate of the day, the kind of customer it is."""

from datetime import date
from typing import Any

from billing.rules.agreement import Agreement
from billing.rules.drafting import Draft
from billing.rules.tax import taxed_draft
from billing.rules.tax_amounts import Taxation
from plans.models import Issuer
from plans.rules.catalogue import Issuer as IssuerTerms
from plans.rules.taxes import TaxCategory
from plans.selectors.catalogue import seller_on_page
from plans.selectors.taxes import tax_table
from tenants.context import current_tenant
from tenants.models import Tenant
from tenants.rows import current_visit, known


def issuer_of(code: str) -> tuple[IssuerTerms, dict[str, Any]]:
    """An issuer as it is today, and as a document copies it; asked once for a batch of visits, or a request."""

    def asked() -> tuple[IssuerTerms, dict[str, Any]]:
        issuer = IssuerTerms.model_validate(Issuer.objects.get(code=code).data)
        return issuer, issuer.model_dump(mode="json")

    return known(("issuer", code), asked)


def taxation_of(agreement: Agreement, on: date) -> Taxation | None:
    """How an invoice of a day is taxed; None where the issuer is no PKP then."""
    return quoted_taxation(_issuer_terms(agreement), agreement, on)


def _issuer_terms(agreement: Agreement) -> IssuerTerms:
    """A page that shows the product has read its issuer with it; programs and batches of visits read the issuer alone."""
    seller = seller_on_page(agreement.product)
    return seller if seller is not None and seller.code == agreement.issuer else issuer_of(agreement.issuer)[0]


def quoted_taxation(issuer: IssuerTerms, agreement: Agreement, on: date) -> Taxation | None:
    """As `taxation_of`, under an issuer that has been read already. Of a non-PKP nothing is asked of the database."""
    return taxation_for(issuer, agreement, on, _category()) if issuer.charges_tax(on) else None


def taxation_for(issuer: IssuerTerms, agreement: Agreement, on: date, category: str) -> Taxation | None:
    """How an invoice of a day to a kind of customer is taxed."""
    rate = tax_table().rate_on(on)
    if rate is None or not issuer.charges_tax(on):
        return None
    return Taxation(rate, tax_table().kind_of(category), agreement.prices_include_tax)


def taxed(draft: Draft, agreement: Agreement) -> Draft:
    """A draft with the tax of the day on which it is issued. Safe to repeat."""
    return taxed_draft(draft, taxation_of(agreement, draft.issued_on))


def _category() -> str:
    """Of the tenant, as its row is now; somebody who only asks for a price is a normal customer."""
    visit, tenant = current_visit(), current_tenant()
    if visit is not None:
        return visit.tenant.tax_category
    if tenant is None:
        return TaxCategory.NORMAL
    return Tenant.objects.values_list("tax_category", flat=True).get(pk=tenant.pk)
