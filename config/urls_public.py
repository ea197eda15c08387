"""Addresses of the public host: pages, sign-up, admin, API, webhooks, operations."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from backoffice.boards.wishes import show_stop

urlpatterns = [
    path("", include("config.urls_pages")),
    path("", include("trials.urls")),
    path("", include("partners.urls")),
    path("", include("reports.urls")),
    path("", include("billing.urls_webhooks")),
    path("ringkasan/berhenti/<str:token>/", show_stop, name="stop_digest"),
    path("demo/pesan/", include("notifications.urls")),
    path("api/", include("config.urls_api_public")),
    path("admin/", include("backoffice.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("config.urls_accounts")),
]
if settings.MIDTRANS_SANDBOX:
    urlpatterns.append(path("sandbox/midtrans/", include("billing.gateways.sandbox.urls")))
