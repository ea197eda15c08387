"""The organisation of a tenant (K16), as far as a key may see it: its name.

Siblings, sums and paying together belong to the people of the organisation, who log in; a key is of one tenant or one product.
"""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from tenants.api.fields import Output
from tenants.api.views import TenantView


class OrganisationOutput(Output):
    """The parent; the tenant's own figures are those of /subscription and /invoices."""

    name = serializers.CharField(allow_null=True, help_text="Null where the tenant belongs to none.")


class OrganisationView(TenantView):
    """The parent of a tenant."""

    opens_schema = False

    @extend_schema(operation_id="getOrganisation", tags=["subscription"], responses=OrganisationOutput)
    def get(self, request: Request) -> Response:
        """Whose managers see how this tenant stands and may pay for it. Its other tenants are not told."""
        parent = self.tenant.organisation
        return Response(OrganisationOutput({"name": None if parent is None else parent.name}).data)
