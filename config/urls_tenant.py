"""Addresses of a tenant's host: dashboard and API."""

from django.urls import include, path

urlpatterns = [
    path("", include("config.urls_pages")),
    path("api/", include("config.urls_api")),
    path("accounts/", include("allauth.urls")),
    path("", include("tenants.urls")),
    path("", include("trials.urls_tenant")),
    path("", include("billing.urls")),
]
