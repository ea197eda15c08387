"""Who reads which digest."""

from datetime import date

from reports.models import DigestWish
from reports.rules.lookbacks import Cadence
from tenants.models import User


def wishes_of(user: User) -> frozenset[Cadence]:
    """The digests a member of staff wants."""
    return frozenset(Cadence(kind) for kind in DigestWish.objects.filter(user=user).values_list("kind", flat=True))


def readers_of(cadence: Cadence, told: date) -> list[User]:
    """Active staff who wanted it by the day it is told, by address. Whether their role still may is asked where it is sent."""
    wanted = DigestWish.objects.filter(kind=cadence.value, created_at__date__lte=told)
    readers = User.objects.filter(pk__in=wanted.values("user"), is_active=True, is_staff=True)
    return list(readers.prefetch_related("groups").order_by("email"))
