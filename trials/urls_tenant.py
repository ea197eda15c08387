"""What the way between a person's tenants needs on a tenant's host."""

from django.urls import path

from trials.views import tenancies

urlpatterns = [path("pindah/<slug:subdomain>/", tenancies.enter_tenant, name="switch_tenant")]
