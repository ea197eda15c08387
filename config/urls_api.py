"""The API on a tenant's host; the public host has this too, for product keys, and more before it."""

from django.urls import include, path, re_path

from tenants.api.schema import SchemaView
from tenants.api.views import NothingHere

urlpatterns = [
    path("v1/", include("billing.api.urls")),
    path("v1/", include("partners.api.urls")),
    path("v1/", include("trials.api.urls_tenant")),
    path("schema/", SchemaView.as_view(urlconf="config.urls_tenant"), name="api_schema"),
    re_path("", NothingHere.as_view()),
]
