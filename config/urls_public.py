"""Addresses of the public host: pages, sign-up, admin, API, webhooks, operations."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("config.urls_pages")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
]
