"""How the tenants of an organisation stand, from their public rows alone (K16)."""

from dataclasses import dataclass

from billing.gateways.models import Checkout
from billing.gateways.values import ORDER_ID
from tenants.models import Organisation, Tenant


@dataclass(frozen=True, slots=True)
class Overview:
    """An organisation's tenants by name, and what they owe together in rupiah."""

    organisation: Organisation
    tenants: tuple[Tenant, ...]

    @property
    def balance(self) -> int:
        """K16: five complexes of 200 units owe 5 × 600.000 = 3.000.000."""
        return sum(tenant.balance for tenant in self.tenants)

    @property
    def owing(self) -> tuple[Tenant, ...]:
        """Those that owe something and can be paid for."""
        ready = Tenant.ProvisioningState.READY
        return tuple(tenant for tenant in self.tenants if tenant.balance > 0 and tenant.provisioning == ready)


def overview_of(organisation: Organisation) -> Overview:
    """One query, however many tenants there are."""
    return Overview(organisation, tuple(organisation.tenants.order_by("name", "pk")))


def attempt_of_organisation(order_id: str, organisation: Organisation) -> Checkout | None:
    """An attempt that pays for tenants of this organisation alone; anything else is as if it were not there."""
    if not ORDER_ID.fullmatch(order_id):
        return None
    checkout = Checkout.objects.filter(order_id=order_id).first()
    if checkout is None or checkout.items.exclude(tenant__organisation=organisation).exists():
        return None
    return checkout if checkout.items.exists() else None
