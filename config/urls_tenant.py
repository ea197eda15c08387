"""Addresses of a tenant's host: dashboard and API."""

from django.urls import include, path

urlpatterns = [
    path("", include("config.urls_pages")),
    path("api/", include("config.urls_api")),
    path("accounts/", include("config.urls_accounts")),
    path("", include("tenants.urls")),
    path("pesan/", include("notifications.urls_tenant")),
    path("", include("partners.urls_tenant")),
    path("", include("trials.urls_tenant")),
    path("", include("billing.urls")),
]
