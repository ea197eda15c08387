"""`make_staff_roles`: the groups behind the roles of the operator's staff."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand

from tenants.permissions import StaffRole


class Command(BaseCommand):
    """Makes one group for each role; safe to repeat. What a role may do is in `tenants.permissions`, not in the database."""

    help = "Make the groups bizops, finance, support and read-only of the operator's staff."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing."""
        for role in StaffRole:
            Group.objects.get_or_create(name=role.value)
