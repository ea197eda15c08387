"""A person's tenants and what each owes, without opening one tenant's schema (K16)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from tenants.models import Membership, Tenant, User


@dataclass(frozen=True, slots=True)
class Tenancies:
    """The places of a person, and what they owe together, in rupiah."""

    places: tuple[Membership, ...]
    balance: int

    @property
    def owing(self) -> tuple[Tenant, ...]:
        """The tenants that owe something."""
        return tuple(place.tenant for place in self.places if place.tenant.balance > 0)


def tenancies_of(user: User) -> Tenancies:
    """Every tenant a person belongs to, by name. K16: five complexes of 200 units owe 5 × 600.000 = 3.000.000."""
    places = tuple(_places(user))
    return Tenancies(places, sum(place.tenant.balance for place in places))


def _places(user: User) -> "QuerySet[Membership]":
    return Membership.objects.filter(user=user).select_related("tenant").order_by("tenant__name", "pk")
